/** The option `storeEmbeddings`: a copy of the embeddings beside each checkpoint. */
import { join } from 'node:path';
import { writeEmbeddings } from '../embedding/index.ts';
import { readSafetensorsMetadata } from '../formats/safetensors.ts';
import type { EmbeddedCheckpoint } from './embed.ts';

const FILE = 'embedding.safetensors';

/** Under this name a file keeps the key of its embeddings: one that has them already is not written again. */
const KEY = 'embedding_key';

/**
 * Writes `embedding.safetensors` beside every checkpoint that makes its embeddings and has not stored them yet. A
 * second call writes nothing, so that a watcher of the folder comes to rest. One matrix is in memory at a time.
 */
export async function storeEmbeddings(embedded: readonly EmbeddedCheckpoint[]): Promise<void> {
  for (const { checkpoint, key, load } of embedded) {
    if (checkpoint.form === 'embeddings') continue;
    const path = join(checkpoint.folder, FILE);
    const metadata = await readSafetensorsMetadata(path, {}).catch(() => undefined); // missing or damaged: written anew
    if (metadata?.get(KEY) === key) continue;
    await writeEmbeddings(path, await load(), { [KEY]: key });
  }
}
