/** Contents of many files as hashes. */
import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Files up to this size are read at once: for small ones a stream costs more than their content. */
const WHOLE_BYTES = 1 << 20;

/** sha256 (hex) of a file's content. Large files are streamed. */
export async function hashFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size <= WHOLE_BYTES) return hash('sha256', await readFile(path));
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}

/** Maps in order with at most `limit` calls of `work` in flight. */
export async function mapConcurrently<In, Out>(
  items: readonly In[],
  limit: number,
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results = new Array<Out>(items.length);
  const queue = items.entries(); // one iterator shared by all lanes: each item is taken once
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
