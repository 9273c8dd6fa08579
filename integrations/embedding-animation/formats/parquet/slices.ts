/** A file on disk as hyparquet reads files. */
import type { FileHandle } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { describeFileError, openRegularFile } from '../../files.ts';

/** An open file of which slices can be read. */
export interface FileSlices extends AsyncBuffer, AsyncDisposable {
  /** What tells that the file is another one, or has changed: identity, size and time of change. */
  readonly fingerprint: string;
}

/**
 * Opens a file for slices.
 * @throws Error when it can't be opened: its message has no path
 */
export async function openSlices(path: string): Promise<FileSlices> {
  const file = await openRegularFile(path).catch(refuseToOpen);
  const { dev, ino, size, mtimeNs } = await file.stat({ bigint: true });
  const byteLength = Number(size);
  return {
    byteLength,
    fingerprint: [dev, ino, size, mtimeNs].join(':'),
    async slice(start, end = byteLength) {
      if (!(start >= 0 && start <= end && end <= byteLength))
        throw new RangeError('it is shorter than its footer says');
      const bytes = new Uint8Array(end - start);
      await fill(file, bytes, start);
      return bytes.buffer;
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** Systems read less than 2 GiB at once. */
const MOST_READ_BYTES = 1 << 30;

async function fill(file: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(bytes.length - done, MOST_READ_BYTES);
    const { bytesRead } = await file.read(bytes, done, length, start + done);
    if (bytesRead === 0) throw new RangeError('it is shorter than its footer says');
    done += bytesRead;
  }
}

/** @throws Error that says why a file can't be opened, without its path */
export function refuseToOpen(cause: unknown): never {
  const said = describeFileError(cause)?.code ?? (cause instanceof Error ? cause.message : String(cause));
  throw new Error(`it can't be opened (${said})`, { cause });
}
