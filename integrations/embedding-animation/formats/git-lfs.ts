/** Git LFS leaves a small text in the place of a large file that was not fetched. */
import type { FileHandle } from 'node:fs/promises';
import { makeFileError, type ErrorName, type FilePlace } from '../errors.ts';

/** First words of a pointer (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
const POINTER = Buffer.from('version https://git-lfs.github.com/spec/');

/** Bytes of a file's start that `isLfsPointer` needs to see. */
export const LFS_PROBE_BYTES = POINTER.length;

/** Whether a file that starts with `start` is the text that stands for content kept by Git LFS. */
export function isLfsPointer(start: Uint8Array): boolean {
  return POINTER.equals(start.subarray(0, POINTER.length));
}

/**
 * Refuses a file whose first bytes are those of a pointer.
 * @throws EmbeddingAnimationError named `name`
 */
export function refuseLfsPointer(start: Uint8Array, name: ErrorName, place: FilePlace): void {
  if (isLfsPointer(start)) throw makeFileError(name, 'lfsPointer', undefined, place);
}

/**
 * The same for an open file.
 * @throws EmbeddingAnimationError named `name`; what the system says where the file can't be read
 */
export async function refusePointerFile(file: FileHandle, name: ErrorName, place: FilePlace): Promise<void> {
  refuseLfsPointer(await readLfsProbe(file), name, place);
}

/** The first bytes of an open file, as many as tell a pointer. */
export async function readLfsProbe(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LFS_PROBE_BYTES), 0, LFS_PROBE_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}
