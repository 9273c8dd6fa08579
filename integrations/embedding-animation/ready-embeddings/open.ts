/** A file of ready embeddings, by the format that its name ends in. */
import { basename, extname } from 'node:path';
import type { Embeddings } from '../contracts.ts';
import { makeError, type ErrorPlace } from '../errors.ts';
import { openNpy } from './npy.ts';
import { openParquet } from './parquet.ts';
import { openSafetensors } from './safetensors.ts';

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

/** Reads a file's own description of its matrix. */
export type OpenReadyFile = (
  path: string,
  place: ErrorPlace,
  column: string | undefined,
) => Promise<ReadyEmbeddings>;

const FORMATS: ReadonlyMap<string, OpenReadyFile> = new Map([
  ['.safetensors', openSafetensors],
  ['.npy', openNpy],
  ['.parquet', openParquet],
]);

/**
 * Opens the embeddings at `path`, a file named as one of `READY_FILES`.
 * @param column the option `embedding.column`: which column or tensor they are, where the file does not show it
 * @throws EmbeddingAnimationError `EmbeddingsInvalid` when it can't be read or holds no matrix of numbers;
 * `SafetensorsInvalid`
 */
export async function openReadyEmbeddings(
  path: string,
  place: ErrorPlace,
  column?: string,
): Promise<ReadyEmbeddings> {
  const here = { ...place, file: basename(path) };
  const open = FORMATS.get(extname(path));
  if (open === undefined) throw makeError('EmbeddingsInvalid', 'unknownFormat', undefined, here);
  const ready = await open(path, here, column);
  if (ready.rows > 0 && ready.cols > 0) return ready;
  throw makeError('EmbeddingsInvalid', 'empty', { rows: ready.rows, cols: ready.cols }, here);
}
