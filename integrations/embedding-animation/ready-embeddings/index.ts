/** The door of the ready-embeddings room: matrices that lie beside a checkpoint. It knows no model. */
import { basename, extname } from 'node:path';
import { makeError, type ErrorPlace } from '../errors.ts';
import { openNpy } from './npy.ts';
import { openParquet } from './parquet.ts';
import type { ReadyEmbeddings } from './ready-file.ts';
import { openLogitsTensor, openSafetensors } from './safetensors.ts';

/** Names of files with ready embeddings in a checkpoint's folder; the first that is there counts. */
export const READY_FILES = ['embedding.safetensors', 'embedding.npy', 'embedding.parquet'] as const;

/**
 * Names of files with the logits that belong to ready embeddings, `[n × classes]`; the first that is there counts. Beside
 * weights or an export they are not read: those have logits of their own.
 */
export const READY_LOGITS = ['logits.safetensors', 'logits.npy'] as const;

/** Reads a file's own description of its matrix. */
type OpenReadyFile = (
  path: string,
  place: ErrorPlace,
  column: string | undefined,
) => Promise<ReadyEmbeddings>;

/** By the end of a file's name. */
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
  return refuseEmpty(await open(path, here, column), here);
}

/**
 * Opens the logits at `path`, a file named as one of `READY_LOGITS`.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid` when it can't be read or holds no matrix of numbers;
 * `SafetensorsInvalid`
 */
export async function openReadyLogits(path: string, place: ErrorPlace): Promise<ReadyEmbeddings> {
  const here = { ...place, file: basename(path) };
  const isNpy = extname(path) === '.npy';
  return refuseEmpty(await (isNpy ? openNpy(path, here) : openLogitsTensor(path, here)), here);
}

function refuseEmpty(ready: ReadyEmbeddings, place: ErrorPlace): ReadyEmbeddings {
  const { rows, cols } = ready;
  if (rows > 0 && cols > 0) return ready;
  throw makeError('EmbeddingsInvalid', 'empty', { rows, cols }, place);
}
