/** ONNX exports as transformers.js lays them out: `onnx/model<suffix>.onnx`, weights inside or in files beside it. */
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import { makeError } from '../errors.ts';
import { openRegularFile } from '../files.ts';
import { refusePointerFile } from '../formats/git-lfs.ts';
import { OnnxInvalid, readOnnxModel, type OnnxModel } from '../formats/onnx/index.ts';
import type { Dtype } from '../options/index.ts';

const FOLDER = 'onnx';

/** Suffixes by dtype, the most exact first. */
const SUFFIXES: Readonly<Record<Exclude<Dtype, 'auto'>, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};

/** An export: its files, and what its model says of its outputs. */
export interface OnnxExport extends Pick<OnnxModel, 'outputs'> {
  /** Paths below the checkpoint's folder, the model first. */
  readonly files: readonly string[];
}

/** Names in the folder of a checkpoint's exports; none where there is no such folder. */
export async function listOnnxFolder(folder: string): Promise<string[]> {
  return readdir(join(folder, FOLDER)).catch(() => []);
}

/** Paths below the checkpoint's folder of its exports' models, those among `present`. */
export function listOnnxModels(present: readonly string[]): string[] {
  const suffixes = Object.values(SUFFIXES).filter(isAmong(present));
  return suffixes.map((suffix) => `${FOLDER}/model${suffix}.onnx`);
}

/**
 * Finds the export that `dtype` names: its model, and the external data that the model names, wherever in its folder
 * that lies. Data that is named after the model (`model.onnx_data`) belongs to it in any case.
 * @param present see `listOnnxFolder`
 * @param note called before the model is read
 * @throws EmbeddingAnimationError `DtypeUnavailable` with the dtypes that are there; `CheckpointInvalid` for a model that
 * can't be read, and for data that is missing or lies outside of the folder
 */
export async function findOnnx(
  folder: string,
  present: readonly string[],
  dtype: Dtype,
  note: (path: string) => Promise<void> = () => Promise.resolve(),
): Promise<OnnxExport> {
  const found = Object.entries(SUFFIXES).filter(([, suffix]) => isAmong(present)(suffix));
  const [, suffix] = found.find(([name]) => dtype === 'auto' || name === dtype) ?? [];
  if (suffix === undefined) {
    const file = `${FOLDER}/model${dtype === 'auto' ? '' : SUFFIXES[dtype]}.onnx`;
    const facts = { dtype, file, there: found.map(([name]) => name).join(', ') };
    throw makeError('DtypeUnavailable', 'notExported', facts, { file: FOLDER });
  }
  const model = `model${suffix}.onnx`;
  await note(join(folder, FOLDER, model));
  const { externalFiles, outputs } = await readModel(folder, `${FOLDER}/${model}`);
  const named = externalFiles.map((location) => checkLocation(location, `${FOLDER}/${model}`));
  const usual = present.filter(
    (name) => name.startsWith(model) && /^[._]data(_\d+)?$/.test(name.slice(model.length)),
  );
  const data = [...new Set([...named, ...usual])].sort().map((name) => `${FOLDER}/${name}`);
  for (const file of data) {
    const isThere = (await stat(join(folder, file)).catch(() => undefined))?.isFile() === true;
    if (isThere) continue;
    throw makeError('CheckpointInvalid', 'dataMissing', { data: file }, { file: `${FOLDER}/${model}` });
  }
  return { files: [`${FOLDER}/${model}`, ...data], outputs };
}

/** A file that is no ONNX model names nothing; onnxruntime refuses it, with its reason, when it is to be run. */
async function readModel(folder: string, file: string): Promise<OnnxModel> {
  const path = join(folder, file);
  await refusePointer(path, file);
  return readOnnxModel(path).catch((cause: unknown) => {
    if (!(cause instanceof OnnxInvalid)) throw cause;
    return { externalFiles: [], outputs: new Map() };
  });
}

async function refusePointer(path: string, file: string): Promise<void> {
  const unreadable = (cause: unknown): never => {
    throw makeError('CheckpointInvalid', 'exportUnreadable', undefined, { file, cause });
  };
  const opened = await openRegularFile(path).catch(unreadable);
  try {
    await refusePointerFile(opened, 'CheckpointInvalid', { file });
  } finally {
    await opened.close();
  }
}

/** The path that a model names, which must stay in the model's folder, as onnxruntime asks for too. */
function checkLocation(location: string, file: string): string {
  const path = posix.normalize(location.replaceAll('\\', '/'));
  const leaves = path === '..' || path.startsWith('../') || path.startsWith('/') || isAbsolute(location);
  if (leaves || path === '.' || /[\0:*]/.test(path))
    throw makeError('CheckpointInvalid', 'dataOutside', { data: location }, { file });
  return path;
}

function isAmong(present: readonly string[]): (suffix: string) => boolean {
  return (suffix) => present.includes(`model${suffix}.onnx`);
}
