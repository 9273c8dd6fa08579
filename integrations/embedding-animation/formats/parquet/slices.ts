/** Slices of a file on disk. */
import { stat, type FileHandle } from 'node:fs/promises';
import { NotAFile, openRegularFile } from '../../files.ts';

/** A file of which pieces can be read. */
export interface FileSlices {
  /** Bytes. */
  readonly size: number;
  /**
   * The bytes from `start` up to but not including `end`.
   * @throws Error when the file is not there, or shorter than it was: its message has no path
   */
  read(start: number, end: number): Promise<Uint8Array>;
}

/**
 * Reads slices of a file. It is open only while slices are being read, once for all of them: a set may have many
 * files, and a file many row groups that are asked for together.
 * @throws Error when the file is not there: its message has no path
 */
export async function openSlices(path: string): Promise<FileSlices> {
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
    size,
    async read(start, end) {
      if (start > end || end > size) throw new RangeError('it is shorter than its footer says');
      readers++;
      handle ??= openRegularFile(path);
      try {
        const file = await handle.catch(refuse);
        const bytes = new Uint8Array(end - start);
        await fill(file, bytes, start);
        return bytes;
      } finally {
        await release();
      }
    },
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

function refuse(cause: NodeJS.ErrnoException): never {
  if (cause instanceof NotAFile) throw cause;
  throw new Error(`it can't be opened (${cause.code ?? cause.message})`, { cause });
}
