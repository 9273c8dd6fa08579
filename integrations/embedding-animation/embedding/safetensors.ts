/** The tensor table of a checkpoint: one safetensors file, or several shards with an index. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { ErrorPlace } from '../errors.ts';
import { readJson } from '../formats/json.ts';
import { readSafetensorsHeader, type StoredTensor, type TensorTable } from '../formats/safetensors.ts';
import { COPY_HINT, safetensorsInvalid } from '../formats/safetensors-header.ts';

export type { Dtype, StoredTensor, TensorTable } from '../formats/safetensors.ts';
export { readSafetensorsHeader } from '../formats/safetensors.ts';

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Reads the tensor table of a checkpoint: `model.safetensors`, or where there is none, the shards that
 * `model.safetensors.index.json` lists, as transformers chooses.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function readTensorTable(folder: string, place: ErrorPlace): Promise<TensorTable> {
  const names = new Set(await readdir(folder).catch(() => []));
  if (names.has(WHOLE) || !names.has(INDEX))
    return readSafetensorsHeader(join(folder, WHOLE), { ...place, file: WHOLE });
  const index = await readIndex(folder, { ...place, file: INDEX });
  const table = new Map<string, StoredTensor>();
  for (const file of [...new Set(index.values())].sort()) {
    for (const [name, tensor] of await readSafetensorsHeader(join(folder, file), { ...place, file })) {
      if (index.get(name) === file) table.set(name, tensor);
    }
  }
  for (const [name, file] of index) {
    if (!table.has(name))
      throw safetensorsInvalid(`says that ${name} is in ${file}, where it is not`, { ...place, file: INDEX });
  }
  return table;
}

/** File by tensor name. */
async function readIndex(folder: string, place: ErrorPlace): Promise<ReadonlyMap<string, string>> {
  const value = await readJson(join(folder, INDEX), 'SafetensorsInvalid', COPY_HINT, place);
  const parsed = indexSchema.safeParse(value);
  if (!parsed.success)
    throw safetensorsInvalid('has no "weight_map" from tensor names to file names', place, parsed.error);
  const files = Object.entries(parsed.data.weight_map);
  for (const [name, file] of files) {
    if (file !== basename(file) || !file.endsWith('.safetensors')) {
      throw safetensorsInvalid(
        `puts ${name} in "${file}", which is not a safetensors file of the same folder`,
        place,
      );
    }
  }
  return new Map(files);
}
