/** The files of a checkpoint that decide its embeddings: which they are, their size, their digest. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EmbeddingAnimationError } from '../errors.ts';
import { isRecord, readJson } from '../formats/json.ts';

/** Where a checkpoint's embeddings come from. */
export interface CheckpointWeights {
  /** Names of the files beside config.json, in name order. */
  readonly files: readonly string[];
  /** Their size in bytes. */
  readonly bytes: number;
  /** Whether they hold embeddings that are ready, and no weights. */
  readonly ready: boolean;
}

const WEIGHTS = 'model.safetensors';
const SHARD_INDEX = 'model.safetensors.index.json';
/** What the article keeps beside a checkpoint; stands in for weights that were not kept. */
const READY_EMBEDDINGS = 'embedding.safetensors';
const DESCRIPTIONS = ['config.json', 'preprocessor_config.json'];

/**
 * Finds the weights in a checkpoint's `folder`: `model.safetensors`, else the shards that an index lists, else
 * `embedding.safetensors` alone.
 * @throws EmbeddingAnimationError `CheckpointInvalid` when there are none, or a shard is missing
 */
export async function describeWeights(folder: string): Promise<CheckpointWeights> {
  const present = new Set(await readdir(folder));
  if (present.has(WEIGHTS)) return measure(folder, [WEIGHTS], false);
  if (present.has(SHARD_INDEX)) {
    const shards = await listShards(folder);
    const missing = shards.find((shard) => !present.has(shard));
    if (missing !== undefined) {
      throw invalid(
        SHARD_INDEX,
        `the index lists the shard ${missing}, which is not there`,
        'Copy all shards of the checkpoint.',
      );
    }
    return measure(folder, shards, false);
  }
  if (present.has(READY_EMBEDDINGS)) return measure(folder, [READY_EMBEDDINGS], true);
  throw invalid(
    undefined,
    `the checkpoint has neither ${WEIGHTS} nor ${READY_EMBEDDINGS}`,
    present.has('pytorch_model.bin')
      ? 'Load pytorch_model.bin with transformers and save it again: save_pretrained writes safetensors.'
      : 'Copy the whole checkpoint, or delete its folder.',
  );
}

async function listShards(folder: string): Promise<string[]> {
  const hint = 'Copy the file again from where the model was trained.';
  const index = await readJson(join(folder, SHARD_INDEX), 'CheckpointInvalid', hint);
  const weightMap = isRecord(index) ? index['weight_map'] : undefined;
  const shards = isRecord(weightMap) ? [...new Set(Object.values(weightMap))] : [];
  const names = shards.filter((shard) => typeof shard === 'string');
  if (names.length === 0 || names.length !== shards.length) {
    throw invalid(SHARD_INDEX, 'the index has no "weight_map" from tensors to shards', hint);
  }
  return names.sort();
}

async function measure(folder: string, files: readonly string[], ready: boolean): Promise<CheckpointWeights> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return { files, ready, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * One sha256 (hex) over the names and contents of config.json, preprocessor_config.json (where it is) and `files`.
 */
export async function digestFiles(
  folder: string,
  files: readonly string[],
  hash: (path: string) => Promise<string>,
): Promise<string> {
  const present = new Set(await readdir(folder));
  const digest = createHash('sha256');
  for (const file of [...DESCRIPTIONS.filter((name) => present.has(name)), ...files]) {
    digest.update(`${file}\0${await hash(join(folder, file))}\n`);
  }
  return digest.digest('hex');
}

/** sha256 (hex) of a file's content, streamed: weights may be larger than memory. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function invalid(file: string | undefined, problem: string, hint: string): EmbeddingAnimationError {
  return new EmbeddingAnimationError('CheckpointInvalid', { file, problem, hint });
}
