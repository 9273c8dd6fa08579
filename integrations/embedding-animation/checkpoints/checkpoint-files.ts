/** The files of a checkpoint that decide its embeddings: of which form they are, their size, their digest. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointForm } from '../contracts.ts';
import { EmbeddingAnimationError, makeError, makeFileError } from '../errors.ts';
import { isRecord, readJson } from '../formats/json.ts';
import type { EmbeddingOptions } from '../options/index.ts';
import { findOnnx, hasOnnx } from './onnx-files.ts';

/** What a checkpoint's embeddings are made from. */
export interface CheckpointFiles {
  readonly form: Exclude<CheckpointForm, 'packed'>;
  /** Paths below the checkpoint's folder, in a stable order; an ONNX model comes before its external data. */
  readonly files: readonly string[];
  /** Their size in bytes. */
  readonly bytes: number;
}

/** What the choice between several forms depends on. */
export interface FormChoice extends Pick<EmbeddingOptions, 'from' | 'dtype'> {
  /** Whether the architecture can be built from safetensors. */
  readonly canBuild: boolean;
  /** Names of ready embeddings; the first that is there counts. */
  readonly readyFiles: readonly string[];
}

type Form = CheckpointFiles['form'];

const WEIGHTS = 'model.safetensors';
/** Never read; named in a hint. */
const PICKLE = 'pytorch_model.bin';
const SHARD_INDEX = 'model.safetensors.index.json';
const DESCRIPTIONS = ['config.json', 'preprocessor_config.json'];

/**
 * Finds what a checkpoint's embeddings are made from: weights, an ONNX export, or ready embeddings, whichever
 * `choice` asks for, else the first of them that is there and can be used.
 * @throws EmbeddingAnimationError `CheckpointInvalid` when there is nothing, or a shard is missing;
 * `DtypeUnavailable`
 */
export async function findFiles(folder: string, choice: FormChoice): Promise<CheckpointFiles> {
  const present = new Set(await readdir(folder));
  const ready = choice.readyFiles.find((name) => present.has(name));
  const there = {
    weights: present.has(WEIGHTS) || present.has(SHARD_INDEX),
    onnx: await hasOnnx(folder),
    embeddings: ready !== undefined,
  };
  const form = chooseForm(there, choice);
  if (form === undefined || !there[form]) throw nothingThere(present, choice);
  if (form === 'onnx') return measure(folder, form, await findOnnx(folder, choice.dtype));
  if (form === 'embeddings') return measure(folder, form, ready === undefined ? [] : [ready]);
  return measure(folder, form, present.has(WEIGHTS) ? [WEIGHTS] : await listShards(folder, present));
}

/** A dtype that weights can't be computed in asks for an export, and so does an architecture that can't be built. */
function chooseForm(there: Readonly<Record<Form, boolean>>, choice: FormChoice): Form | undefined {
  const { from, dtype, canBuild } = choice;
  if (from !== 'auto') return from === 'stored' ? 'embeddings' : from;
  if (there.weights && canBuild && (dtype === 'auto' || dtype === 'fp32')) return 'weights';
  if (there.onnx) return 'onnx';
  if (there.weights && canBuild) return 'weights'; // opening them says that they have no such dtype
  if (there.embeddings) return 'embeddings';
  return there.weights ? 'weights' : undefined; // opening them says that the architecture can't be built
}

async function listShards(folder: string, present: ReadonlySet<string>): Promise<string[]> {
  const index = await readJson(join(folder, SHARD_INDEX), 'CheckpointInvalid', { hint: 'shardIndex' });
  const weightMap = isRecord(index) ? index['weight_map'] : undefined;
  const shards = isRecord(weightMap) ? [...new Set(Object.values(weightMap))] : [];
  const names = shards.filter((shard) => typeof shard === 'string');
  if (names.length === 0 || names.length !== shards.length) {
    throw makeError('CheckpointInvalid', 'noWeightMap', undefined, { file: SHARD_INDEX });
  }
  const missing = names.find((shard) => !present.has(shard));
  if (missing === undefined) return names.sort();
  throw makeError('CheckpointInvalid', 'shardMissing', { shard: missing }, { file: SHARD_INDEX });
}

async function measure(folder: string, form: Form, files: readonly string[]): Promise<CheckpointFiles> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return { form, files, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * One sha256 (hex) over the names and contents of the files, after those of config.json and
 * preprocessor_config.json where they decide anything: ready embeddings need neither.
 */
export async function digestFiles(
  folder: string,
  { form, files }: CheckpointFiles,
  hash: (path: string) => Promise<string>,
): Promise<string> {
  const present = new Set(await readdir(folder));
  const descriptions = form === 'embeddings' ? [] : DESCRIPTIONS.filter((name) => present.has(name));
  const digest = createHash('sha256');
  for (const file of [...descriptions, ...files]) {
    const sha256 = await hash(join(folder, file)).catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
    digest.update(`${file}\0${sha256}\n`);
  }
  return digest.digest('hex');
}

/** The error that the file's reader would have thrown. */
function unreadable(file: string, cause: unknown): unknown {
  if (cause instanceof EmbeddingAnimationError) return cause;
  const name =
    file === 'config.json'
      ? 'ConfigInvalid'
      : file === 'preprocessor_config.json'
        ? 'ProcessorInvalid'
        : file.endsWith('.safetensors')
          ? 'SafetensorsInvalid'
          : 'CheckpointInvalid';
  return makeFileError(name, 'unreadable', undefined, { file, cause });
}

function nothingThere(
  present: ReadonlySet<string>,
  { from, readyFiles }: FormChoice,
): EmbeddingAnimationError {
  const wanted = { weights: [WEIGHTS], onnx: ['onnx/model.onnx'], stored: readyFiles };
  const names = from === 'auto' ? Object.values(wanted).flat() : wanted[from];
  const facts = { wanted: names.length === 1 ? `no ${names[0]!}` : `none of ${names.join(', ')}` };
  return makeError('CheckpointInvalid', present.has(PICKLE) ? 'onlyPickle' : 'nothingThere', facts);
}
