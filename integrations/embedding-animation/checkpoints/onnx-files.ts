/** ONNX exports as transformers.js lays them out: `onnx/model<suffix>.onnx`, weights inside or in files beside it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeError } from '../errors.ts';
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

/** Whether the checkpoint in `folder` has any export. */
export async function hasOnnx(folder: string): Promise<boolean> {
  return (await listOnnxModels(folder)).length > 0;
}

/** Paths below `folder` of all its exports' models. */
export async function listOnnxModels(folder: string): Promise<string[]> {
  const suffixes = Object.values(SUFFIXES).filter(isAmong(await listExports(folder)));
  return suffixes.map((suffix) => `${FOLDER}/model${suffix}.onnx`);
}

/**
 * Lists the files of the export that `dtype` names, the model first, by their paths below `folder`: external data
 * is named after its model, `model.onnx_data`, `model.onnx_data_1` or `model.onnx.data`.
 * @throws EmbeddingAnimationError `DtypeUnavailable` with the dtypes that are there
 */
export async function findOnnx(folder: string, dtype: Dtype): Promise<string[]> {
  const present = await listExports(folder);
  const found = Object.entries(SUFFIXES).filter(([, suffix]) => isAmong(present)(suffix));
  const [, suffix] = found.find(([name]) => dtype === 'auto' || name === dtype) ?? [];
  if (suffix === undefined) {
    const file = `${FOLDER}/model${dtype === 'auto' ? '' : SUFFIXES[dtype]}.onnx`;
    const facts = { dtype, file, there: found.map(([name]) => name).join(', ') };
    throw makeError('DtypeUnavailable', 'notExported', facts, { file: FOLDER });
  }
  const model = `model${suffix}.onnx`;
  const data = present.filter(
    (name) => name.startsWith(model) && /^[._]data(_\d+)?$/.test(name.slice(model.length)),
  );
  return [model, ...data.sort()].map((name) => `${FOLDER}/${name}`);
}

async function listExports(folder: string): Promise<string[]> {
  return readdir(join(folder, FOLDER)).catch(() => []);
}

function isAmong(present: readonly string[]): (suffix: string) => boolean {
  return (suffix) => present.includes(`model${suffix}.onnx`);
}
