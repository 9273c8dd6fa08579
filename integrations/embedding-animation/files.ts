/** What every room asks of files: is one there, and what is its content's hash. */
import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Files up to this size are read at once: for small ones a stream costs more than their content. */
const WHOLE_BYTES = 1 << 20;

/** Whether there is a file or a folder at `path`. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * sha256 (hex) of a file's content. Large files are streamed: weights may be larger than memory.
 * @throws the file system's error when the file can't be read
 */
export async function hashFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size <= WHOLE_BYTES) return hash('sha256', await readFile(path));
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}
