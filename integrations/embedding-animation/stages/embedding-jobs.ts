/** Checkpoints opened and checked, whatever their embeddings are made from, before the first one is run. */
import { join } from 'node:path';
import { readUnchanged } from '../artifacts/input-files.ts';
import { decodeLogits, encodeLogits, type CachedResult } from '../artifacts/cached-results.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Checkpoint, Embeddings, Logits } from '../contracts.ts';
import {
  checkFinite,
  choosePooling,
  LOGITS_VERSION,
  openExport,
  openModel,
  type ExportSource,
  type ModelSource,
  type Pooling,
} from '../embedding/index.ts';
import { makeError, withPlace, type EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import type { RunFile } from '../options/index.ts';
import { openReadyEmbeddings, openReadyLogits } from '../ready-embeddings/index.ts';
import type { RunSource } from '../run-source.ts';
import { pixelsKey } from './pixels.ts';

/** Kind of the cache entries of logits. */
const LOGITS = 'logits';

/** What opening a checkpoint takes from its run. */
export interface JobSource extends Pick<RunSource, 'id' | 'dataset' | 'inputs'> {
  readonly file: Pick<RunFile, 'embedding'>;
}

/** A checkpoint whose embeddings a model makes; they go into the cache. */
export interface ModelJob {
  readonly checkpoint: Checkpoint;
  /** Names the embeddings by everything that decides them. */
  readonly key: string;
  readonly model: ModelSource | ExportSource;
  readonly pooling: Pooling;
}

/** A checkpoint whose embeddings are ready in a file; they stay there. */
export interface ReadyJob {
  readonly checkpoint: Checkpoint;
  readonly key: string;
  readonly read: () => Promise<Embeddings>;
}

/**
 * Opens one of a run's checkpoints. A model that is opened holds a description of each of its tensors: keep one at a
 * time.
 * @throws EmbeddingAnimationError where it can't be used
 */
export function openJob(source: JobSource, checkpoint: Checkpoint): Promise<ModelJob | ReadyJob> {
  const place = { run: source.id, step: checkpoint.step };
  return checkpoint.form === 'embeddings'
    ? openReady(source, checkpoint, place)
    : openWithModel(source, checkpoint, place);
}

/** Caveats: what of a checkpoint's model is not read, or with a reservation. */
export type ModelCaveats = Pick<ModelSource, 'unread' | 'interpolatedFor'>;

/** The caveats about the model of an opened checkpoint; an ONNX export has none, and neither have ready embeddings. */
export function caveatsOf(job: ModelJob | ReadyJob): ModelCaveats {
  if (!('model' in job && 'unread' in job.model)) return { unread: [], interpolatedFor: undefined };
  const { unread, interpolatedFor } = job.model;
  return { unread, interpolatedFor };
}

async function openWithModel(
  source: JobSource,
  checkpoint: Checkpoint,
  place: ErrorPlace,
): Promise<ModelJob> {
  const { folder, form, files, base, tokenWidth = checkpoint.embeddingWidth } = checkpoint;
  const { dtype, pooling: wanted = checkpoint.pooling } = source.file.embedding;
  const isExport = form === 'onnx';
  if (!isExport && dtype !== 'auto' && dtype !== 'fp32') throw noSuchDtype(dtype, place);
  const model = isExport
    ? await openExport(folder, files, tokenWidth, place)
    : await openModel(folder, place, base);
  const pooling = choosePooling(model.encoder, wanted, place);
  return { checkpoint, key: embeddingsKey(source, checkpoint, model, pooling), model, pooling };
}

/** Names the embeddings of a model by everything that decides them. */
export function embeddingsKey(
  { dataset }: Pick<JobSource, 'dataset'>,
  { digest }: Pick<Checkpoint, 'digest'>,
  { processor }: ModelJob['model'],
  pooling: Pooling,
): string {
  // an export's digest is that of one dtype's file
  return hashOf({ weights: digest, pixels: pixelsKey(dataset, processor), pooling });
}

async function openReady(source: JobSource, checkpoint: Checkpoint, place: ErrorPlace): Promise<ReadyJob> {
  const { folder, files, digest } = checkpoint;
  const { items } = source.dataset;
  const [file = ''] = files;
  const here = { ...place, file };
  const ready = await openReadyEmbeddings(join(folder, file), place, source.file.embedding.column);
  const rows = chooseRows(source, ready.rows, 'rowsDiffer', here);
  return {
    checkpoint,
    key: hashOf({ embeddings: digest, images: items.length, columns: ready.choice, rows }),
    read: () => readRows(source, { path: join(folder, file), rows, read: () => ready.read() }, here),
  };
}

/** Logits in a file beside ready embeddings. */
export interface ReadyLogits {
  readonly classes: number;
  /** Names them by everything that decides them. */
  readonly key: string;
  readonly read: () => Promise<Logits>;
}

/**
 * Opens the logits beside ready embeddings; `undefined` where there are none.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid`, `SafetensorsInvalid`, with the file
 */
export async function openStoredLogits(
  source: JobSource,
  { step, folder, logits: stored }: Checkpoint,
): Promise<ReadyLogits | undefined> {
  if (stored === undefined) return undefined;
  const { file, digest } = stored;
  const here = { run: source.id, step, file };
  const path = join(folder, file);
  const ready = await openReadyLogits(path, here);
  const rows = chooseRows(source, ready.rows, 'logitsRowsDiffer', here);
  return {
    classes: ready.cols,
    key: hashOf({ logits: digest, images: source.dataset.items.length, rows }),
    read: () => readRows(source, { path, rows, read: () => ready.read(), kind: 'logits' }, here),
  };
}

/**
 * Which rows of a file are of the set's images, where it has rows of all images and some were left out.
 * @returns `undefined` where all rows are
 * @throws EmbeddingAnimationError `EmbeddingsInvalid`
 */
function chooseRows(
  { dataset: { items, kept } }: JobSource,
  rows: number,
  problem: 'rowsDiffer' | 'logitsRowsDiffer',
  place: ErrorPlace,
): readonly number[] | undefined {
  if (kept?.of === rows) return kept.indices;
  if (rows === items.length) return undefined;
  throw makeError('EmbeddingsInvalid', problem, { rows, images: items.length }, place);
}

/** Rows in a file. */
interface StoredRows {
  readonly path: string;
  /** @default all */
  readonly rows: readonly number[] | undefined;
  readonly read: () => Promise<Embeddings>;
  /** What they are. @default embeddings */
  readonly kind?: 'logits';
}

/** Reads rows, which must be finite, of a file that must be the one that was hashed. */
async function readRows(
  { dataset: { items }, inputs }: JobSource,
  { path, rows, read, kind }: StoredRows,
  place: ErrorPlace,
): Promise<Embeddings> {
  return withPlace(place, async () => {
    const work = async (verify: () => Promise<void>): Promise<Embeddings> => {
      const all = await read();
      await verify();
      return all;
    };
    const all = await readUnchanged(inputs?.checkpoints, place, work, [path]);
    const chosen = rows === undefined ? all : takeRows(all, rows);
    const names = items.map(({ name }) => name);
    checkFinite(chosen, names, place, kind);
    return chosen;
  });
}

/** Logits of an export in the cache, made along with the embeddings of `key`. */
export function exportedLogits(key: string, images: number, classes: number): CachedResult<Logits> {
  return describeLogits({ embeddings: key, from: 'export' }, images, classes);
}

/** Logits in the cache that a head makes of the embeddings of `key`, whose digest is of its weights too. */
export function headLogits(key: string, images: number, classes: number): CachedResult<Logits> {
  return describeLogits({ embeddings: key, from: 'head' }, images, classes);
}

function describeLogits(
  from: Readonly<Record<string, string>>,
  images: number,
  classes: number,
): CachedResult<Logits> {
  return {
    kind: LOGITS,
    dependsOn: { ...from, version: LOGITS_VERSION },
    encode: encodeLogits,
    decode: (bytes) => decodeLogits(bytes, images, classes),
  };
}

/** The rows of images that are not left out, moved together in the same memory. */
function takeRows({ cols, data }: Embeddings, rows: readonly number[]): Embeddings {
  for (const [to, from] of rows.entries()) data.copyWithin(to * cols, from * cols, (from + 1) * cols);
  return { rows: rows.length, cols, data: data.subarray(0, rows.length * cols) };
}

function noSuchDtype(dtype: string, place: ErrorPlace): EmbeddingAnimationError {
  return makeError('DtypeUnavailable', 'ofWeights', { dtype }, place);
}
