/** The cache folder's own failures, told apart from those of the work whose results it keeps. */
import type { CaseName } from '../error-catalogue/index.ts';
import { makeError } from '../errors.ts';

/** What the file system says of a disk, a quota and a file that are full, and which case that is. */
const CASES: Readonly<Record<string, CaseName<'CacheUnwritable'>>> = {
  ENOSPC: 'diskFull',
  EDQUOT: 'quotaFull',
  EFBIG: 'fileTooLarge',
};

/** `error` as `CacheUnwritable` when the file system threw it, else unchanged. */
export function unwritable(error: unknown, folder: string): unknown {
  if (!isFileSystemError(error)) return error;
  const facts = { folder, code: error.code };
  return makeError('CacheUnwritable', CASES[error.code] ?? 'unwritable', facts, { cause: error });
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
