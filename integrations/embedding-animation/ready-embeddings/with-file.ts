import type { FileHandle } from 'node:fs/promises';
import { makeFileError, type ErrorPlace } from '../errors.ts';
import { openRegularFile } from '../files.ts';
import { LFS_PROBE_BYTES, refuseLfsPointer } from '../formats/git-lfs.ts';

/**
 * Opens the file at `path` for as long as `use` takes.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid` when it can't be opened, or is a Git LFS pointer
 */
export async function withFile<T>(
  path: string,
  place: ErrorPlace,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('EmbeddingsInvalid', 'unreadable', undefined, { ...place, cause });
  });
  try {
    const start = await file.read(Buffer.alloc(LFS_PROBE_BYTES), 0, LFS_PROBE_BYTES, 0);
    refuseLfsPointer(start.buffer.subarray(0, start.bytesRead), 'EmbeddingsInvalid', place);
    return await use(file);
  } finally {
    await file.close();
  }
}
