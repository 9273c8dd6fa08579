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
  /**
   * Reads the values as float32, `[rows × cols]`. Values may be infinite or NaN.
   * @throws EmbeddingAnimationError `EmbeddingsInvalid`
   */
  read(): Promise<Embeddings>;
}

/** Reads a file's own description of its matrix. */
export type OpenReadyFile = (path: string, place: ErrorPlace) => Promise<ReadyEmbeddings>;

const FORMATS: ReadonlyMap<string, OpenReadyFile> = new Map([
  ['.safetensors', openSafetensors],
  ['.npy', openNpy],
  ['.parquet', openParquet],
]);

/**
 * Width of the embeddings at `path`.
 * @throws EmbeddingAnimationError as `openReadyEmbeddings`
 */
export async function measureEmbeddings(path: string): Promise<number> {
  return (await openReadyEmbeddings(path, {})).cols;
}

/**
 * Opens the embeddings at `path`, a file named as one of `READY_FILES`.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid` when it can't be read or holds no matrix of numbers;
 * `SafetensorsInvalid`
 */
export async function openReadyEmbeddings(path: string, place: ErrorPlace): Promise<ReadyEmbeddings> {
  const here = { ...place, file: basename(path) };
  const open = FORMATS.get(extname(path));
  if (open === undefined) throw makeError('EmbeddingsInvalid', 'unknownFormat', undefined, here);
  const ready = await open(path, here);
  if (ready.rows > 0 && ready.cols > 0) return ready;
  throw makeError('EmbeddingsInvalid', 'empty', { rows: ready.rows, cols: ready.cols }, here);
}
