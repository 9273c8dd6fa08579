/** The cache folder's own failures, told apart from those of the work whose results it keeps. */
import { EmbeddingAnimationError } from '../errors.ts';

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space on its disk, then run the build again: it goes on with what is finished.',
  EDQUOT: 'Free some of your quota, then run the build again: it goes on with what is finished.',
  EFBIG:
    'Raise the limit on the size of files (ulimit -f), then run the build again: it goes on with what is finished.',
};
const HINT =
  'Make the folder writable, or let cacheDir in astro.config name one that is: results of hours must be kept somewhere.';

/** `error` as `CacheUnwritable` when the file system threw it, else unchanged. */
export function unwritable(error: unknown, folder: string): unknown {
  if (!isFileSystemError(error)) return error;
  return new EmbeddingAnimationError('CacheUnwritable', {
    problem: `the cache folder ${folder} can not be written (${error.code})`,
    hint: HINTS[error.code] ?? HINT,
    cause: error,
  });
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
