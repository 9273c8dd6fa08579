/**
 * The tensor table of a model in the layout of `save_pretrained`: `model.safetensors`, or several shards that an index
 * lists.
 */
import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { makeError, type ErrorPlace, type FilePlace } from '../../errors.ts';
import { readJson } from '../json.ts';
import { readSafetensorsHeader, type StoredTensor, type TensorTable } from './read.ts';

/** The file of all weights. */
export const WEIGHTS_FILE = 'model.safetensors';
/** Where there are several files of weights, the list of which tensor lies in which. */
export const SHARD_INDEX = 'model.safetensors.index.json';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The weights of a checkpoint, described without reading them. */
export interface StoredWeights {
  readonly table: TensorTable;
  /** Folder in which the files named in `table` lie: another one than the checkpoint's where its files are links. */
  readonly folder: string;
}

/**
 * Finds the weights of a checkpoint: `model.safetensors`, or where there is none, the shards that
 * `model.safetensors.index.json` lists, as transformers chooses. Links, of which the hub's cache is made, are
 * followed: onnxruntime reads no file outside the folder it is given.
 * @param known names of what lies in `folder`. @default it is listed
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function findWeights(
  folder: string,
  place: ErrorPlace,
  known?: ReadonlySet<string>,
): Promise<StoredWeights> {
  const names = known ?? new Set(await readdir(folder).catch(() => []));
  if (names.has(WEIGHTS_FILE) || !names.has(SHARD_INDEX)) {
    const { table, path } = await readStored(folder, WEIGHTS_FILE, place);
    return { table, folder: dirname(path) };
  }
  return readShards(folder, place);
}

/**
 * The tensor table of `findWeights`.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function readTensorTable(
  folder: string,
  place: ErrorPlace,
  known?: ReadonlySet<string>,
): Promise<TensorTable> {
  return (await findWeights(folder, place, known)).table;
}

/**
 * Reads the shards' index in `folder`. Whether its files are there, and are shards, is not looked at.
 * @param name of the errors
 * @returns file by tensor name
 * @throws EmbeddingAnimationError `name`
 */
export async function readShardIndex(
  folder: string,
  name: 'CheckpointInvalid' | 'SafetensorsInvalid',
  place: FilePlace = {},
): Promise<ReadonlyMap<string, string>> {
  const value = await readJson(join(folder, SHARD_INDEX), name, place);
  const parsed = indexSchema.safeParse(value);
  if (parsed.success) return new Map(Object.entries(parsed.data.weight_map));
  const { run, step } = place;
  throw makeError(name, 'noWeightMap', undefined, { run, step, file: SHARD_INDEX, cause: parsed.error });
}

async function readShards(folder: string, place: ErrorPlace): Promise<StoredWeights> {
  const here = { ...place, file: SHARD_INDEX };
  const index = await readShardIndex(folder, 'SafetensorsInvalid', place);
  for (const [tensor, shard] of index) {
    if (shard !== basename(shard) || !shard.endsWith('.safetensors'))
      throw makeError('SafetensorsInvalid', 'strangeShard', { tensor, shard }, here);
  }
  const table = new Map<string, StoredTensor>();
  const folders = new Set<string>();
  for (const file of [...new Set(index.values())].sort()) {
    const shard = await readStored(folder, file, place);
    folders.add(dirname(shard.path));
    for (const [name, tensor] of shard.table) {
      if (index.get(name) === file) table.set(name, tensor);
    }
  }
  for (const [name, file] of index) {
    if (!table.has(name))
      throw makeError('SafetensorsInvalid', 'notInShard', { tensor: name, shard: file }, here);
  }
  const [only = folder, ...others] = folders;
  if (others.length > 0) throw makeError('SafetensorsInvalid', 'shardsApart', undefined, here);
  return { table, folder: only };
}

/** The tensors of one file under the name and at the path that it truly has. Errors name it as the checkpoint does. */
async function readStored(
  folder: string,
  file: string,
  place: ErrorPlace,
): Promise<{ readonly table: TensorTable; readonly path: string }> {
  const named = join(folder, file);
  const path = await realpath(named).catch(() => named); // what is not there is for the reader to refuse
  const table = await readSafetensorsHeader(path, { ...place, file });
  const placed = Array.from(table, ([name, tensor]) => [name, { ...tensor, file: basename(path) }] as const);
  return { table: new Map(placed), path };
}
