/** Checkpoints opened and checked, whatever their embeddings are made from, before the first one is run. */
import { join } from 'node:path';
import { readUnchanged } from '../artifacts/input-files.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Checkpoint, Embeddings } from '../contracts.ts';
import {
  checkFinite,
  choosePooling,
  embeddingWidth,
  openExport,
  openModel,
  type ExportSource,
  type ModelSource,
  type Pooling,
} from '../embedding/index.ts';
import { makeError, withPlace, type EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import type { RunFile } from '../options/index.ts';
import { openReadyEmbeddings } from '../ready-embeddings/index.ts';
import type { RunSource } from '../run-source.ts';
import { pixelsKey } from './pixels.ts';

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
  const { folder, form, files, hiddenSize, digest, base } = checkpoint;
  const { dtype, pooling: wanted = checkpoint.pooling } = source.file.embedding;
  const tokenWidth = hiddenSize / embeddingWidth(1, wanted);
  const isExport = form === 'onnx';
  if (!isExport && dtype !== 'auto' && dtype !== 'fp32') throw noSuchDtype(dtype, place);
  const model = isExport
    ? await openExport(folder, files, tokenWidth, place)
    : await openModel(folder, place, base);
  const pooling = choosePooling(model.encoder, wanted, place);
  // an export's digest is that of one dtype's file
  const key = hashOf({ weights: digest, pixels: pixelsKey(source.dataset, model.processor), pooling });
  return { checkpoint, key, model, pooling };
}

async function openReady(source: JobSource, checkpoint: Checkpoint, place: ErrorPlace): Promise<ReadyJob> {
  const { folder, files, digest } = checkpoint;
  const { items, kept } = source.dataset;
  const [file = ''] = files;
  const here = { ...place, file };
  const path = join(folder, file);
  const ready = await openReadyEmbeddings(path, place, source.file.embedding.column);
  // rows of all images of the set, or of those that are left of it
  const rows = kept?.of === ready.rows ? kept.indices : undefined;
  if (rows === undefined && ready.rows !== items.length) {
    throw makeError('EmbeddingsInvalid', 'rowsDiffer', { rows: ready.rows, images: items.length }, here);
  }
  return {
    checkpoint,
    key: hashOf({ embeddings: digest, images: items.length, columns: ready.choice, rows }),
    read: () =>
      withPlace(here, async () => {
        const all = await readUnchanged(
          source.inputs?.checkpoints,
          here,
          async (verify) => {
            const read = await ready.read();
            await verify();
            return read;
          },
          [path],
        );
        const embeddings = rows === undefined ? all : takeRows(all, rows);
        checkFinite(
          embeddings,
          items.map(({ name }) => name),
          here,
        );
        return embeddings;
      }),
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
