/** A file on disk as hyparquet reads files. */
import { stat, type FileHandle } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { openRegularFile } from '../../files.ts';

/**
 * Reads slices of a file. It is open only while slices are being read, once for all of them: a set may have many
 * files, and a file many row groups that are asked for together.
 * @throws Error when the file is not there, or shorter than it was: its message has no path
 */
export async function openSlices(path: string): Promise<AsyncBuffer> {
  const { size } = await stat(path).catch(refuse);
  let handle: Promise<FileHandle> | undefined;
  let readers = 0;

  async function release(): Promise<void> {
    readers--;
    if (readers > 0) return;
    const last = handle;
    handle = undefined;
    await last?.then(
      (file) => file.close(),
      () => undefined, // it could not be opened: the readers have the error
    );
  }

  return {
    byteLength: size,
    async slice(start, end = size) {
      readers++;
      handle ??= openRegularFile(path);
      try {
        const file = await handle.catch(refuse);
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        if (bytesRead < bytes.length) throw new Error('it is shorter than its footer says');
        return bytes.buffer;
      } finally {
        await release();
      }
    },
  };
}

function refuse(cause: NodeJS.ErrnoException): never {
  throw new Error(`it can't be opened (${cause.code ?? cause.message})`, { cause });
}
