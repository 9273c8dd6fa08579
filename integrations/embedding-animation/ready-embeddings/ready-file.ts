/** A file with a matrix, whatever its format: what is known before its values are read. */
import type { FileHandle } from 'node:fs/promises';
import type { Embeddings } from '../contracts.ts';
import { makeFileError, type ErrorPlace } from '../errors.ts';
import { openRegularFile } from '../files.ts';
import { refusePointerFile } from '../formats/git-lfs.ts';

/** A matrix in a file: its shape is known, its values are not read yet. */
export interface ReadyEmbeddings {
  /** Images. */
  readonly rows: number;
  /** Width of an embedding. */
  readonly cols: number;
  /** Names of columns or tensors in the file that are not part of the matrix. */
  readonly unused: readonly string[];
  /**
   * Names of what was chosen where the file alone does not decide it as it always has: a part of the key of all that
   * is made from the matrix.
   */
  readonly choice: readonly string[] | undefined;
  /**
   * Reads the values as float32, `[rows × cols]`. Values may be infinite or NaN.
   * @throws EmbeddingAnimationError `EmbeddingsInvalid`
   */
  read(): Promise<Embeddings>;
}

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
    await refusePointerFile(file, 'EmbeddingsInvalid', place);
    return await use(file);
  } finally {
    await file.close();
  }
}
