/** Git LFS leaves a small text in the place of a large file that was not fetched. */
import { EmbeddingAnimationError, type ErrorName, type ErrorPlace } from '../errors.ts';

/** Bytes of a file's start that `refuseLfsPointer` wants to see. */
export const LFS_PROBE_BYTES = 64;

/** First words of a pointer (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
const POINTER = 'version https://git-lfs.github.com/spec/';

/**
 * Refuses a file whose first bytes are those of a pointer.
 * @throws EmbeddingAnimationError named `name`
 */
export function refuseLfsPointer(start: Uint8Array, name: ErrorName, place: ErrorPlace): void {
  if (Buffer.from(start.subarray(0, POINTER.length)).toString('latin1') !== POINTER) return;
  throw new EmbeddingAnimationError(name, {
    ...place,
    problem: 'is a Git LFS pointer: the file itself has not been fetched',
    hint: 'Run "git lfs pull" in the repository that it comes from.',
  });
}
