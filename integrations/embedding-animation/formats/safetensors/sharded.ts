/** The tensor table of a checkpoint: one safetensors file, or several shards with an index. */
import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { makeError, type ErrorPlace } from '../../errors.ts';
import { readJson } from '../json.ts';
import { readSafetensorsHeader, type StoredTensor, type TensorTable } from './read.ts';

export type { Dtype, StoredTensor, TensorTable } from './read.ts';
export { readSafetensorsHeader } from './read.ts';

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

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
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function findWeights(folder: string, place: ErrorPlace): Promise<StoredWeights> {
  const names = new Set(await readdir(folder).catch(() => []));
  if (names.has(WHOLE) || !names.has(INDEX)) {
    const { table, path } = await readStored(folder, WHOLE, place);
    return { table, folder: dirname(path) };
  }
  return readShards(folder, place);
}

/**
 * The tensor table of `findWeights`.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function readTensorTable(folder: string, place: ErrorPlace): Promise<TensorTable> {
  return (await findWeights(folder, place)).table;
}

async function readShards(folder: string, place: ErrorPlace): Promise<StoredWeights> {
  const index = await readIndex(folder, { ...place, file: INDEX });
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
      throw makeError(
        'SafetensorsInvalid',
        'notInShard',
        { tensor: name, shard: file },
        { ...place, file: INDEX },
      );
  }
  const [only = folder, ...others] = folders;
  if (others.length > 0)
    throw makeError('SafetensorsInvalid', 'shardsApart', undefined, { ...place, file: INDEX });
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

/** File by tensor name. */
async function readIndex(folder: string, place: ErrorPlace): Promise<ReadonlyMap<string, string>> {
  const value = await readJson(join(folder, INDEX), 'SafetensorsInvalid', place);
  const parsed = indexSchema.safeParse(value);
  if (!parsed.success)
    throw makeError('SafetensorsInvalid', 'noWeightMap', undefined, { ...place, cause: parsed.error });
  const files = Object.entries(parsed.data.weight_map);
  for (const [name, file] of files) {
    if (file !== basename(file) || !file.endsWith('.safetensors')) {
      throw makeError('SafetensorsInvalid', 'strangeShard', { tensor: name, shard: file }, place);
    }
  }
  return new Map(files);
}
