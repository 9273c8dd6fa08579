/** The option `storeEmbeddings`: a copy of the embeddings beside each checkpoint. */
import { join } from 'node:path';
import { withPlace } from '../errors.ts';
import {
  readSafetensorsHeader,
  readSafetensorsMetadata,
  writeEmbeddings,
} from '../formats/safetensors/index.ts';
import { removeLeftovers } from '../write-files.ts';
import type { EmbeddedCheckpoint } from './embed.ts';

const FILE = 'embedding.safetensors';

/** Under this name a file keeps the key of its embeddings: one that has them already is not written again. */
const KEY = 'embedding_key';

/**
 * Writes `embedding.safetensors` beside every checkpoint that makes its embeddings and has not stored them yet. A
 * second call writes nothing, so that a watcher of the folder comes to rest. One matrix is in memory at a time.
 * @throws EmbeddingAnimationError `FileUnwritable`
 */
export async function storeEmbeddings(embedded: readonly EmbeddedCheckpoint[]): Promise<void> {
  for (const { checkpoint, key, load } of embedded) {
    if (checkpoint.form === 'embeddings') continue;
    const path = join(checkpoint.folder, FILE);
    await removeLeftovers(checkpoint.folder, [FILE]);
    if (await isStored(path, key)) continue;
    const place = { run: checkpoint.run, step: checkpoint.step, file: FILE };
    await withPlace(place, async () => writeEmbeddings(path, await load(), { [KEY]: key }));
  }
}

/** A file that is missing or damaged is written anew. */
async function isStored(path: string, key: string): Promise<boolean> {
  try {
    await readSafetensorsHeader(path, {}); // whole: its tensors fill it
    return (await readSafetensorsMetadata(path, {})).get(KEY) === key;
  } catch {
    return false;
  }
}
