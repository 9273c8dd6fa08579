/** A file on disk as hyparquet reads files. */
import { open, stat } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';

/**
 * Reads slices of a file and keeps it closed in between, so that a set of many files holds no descriptors.
 * @throws Error when the file is not there, or shorter than it was: its message has no path
 */
export async function openSlices(path: string): Promise<AsyncBuffer> {
  const { size } = await stat(path).catch(refuse);
  return {
    byteLength: size,
    async slice(start, end = size) {
      await using file = await open(path).catch(refuse);
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw new Error('it is shorter than its footer says');
      return bytes.buffer;
    },
  };
}

function refuse(cause: NodeJS.ErrnoException): never {
  throw new Error(`it can't be opened (${cause.code ?? cause.message})`, { cause });
}
