/** Images and checkpoints in, embeddings out: made once and kept in the cache, or read from ready files. */
import { dirname } from 'node:path';
import { readUnchanged } from '../artifacts/input-files.ts';
import { decodeEmbeddings, encodeEmbeddings, storeResult } from '../artifacts/cached-results.ts';
import type { Checkpoint, Embeddings } from '../contracts.ts';
import {
  checkRuntime,
  chooseDevice,
  embedWithLogits,
  embeddingWidth,
  openEmbeddingPool,
  type ModelResults,
  type StoredPixels,
} from '../embedding/index.ts';
import { makeError, withPlace } from '../errors.ts';
import type { RunFile } from '../options/index.ts';
import { withProgress, type ProgressReport } from '../progress.ts';
import type { RunSource } from '../run-source.ts';
import type { PipelineContext } from './context.ts';
import {
  openJob,
  caveatsOf,
  exportedLogits,
  type JobSource,
  type ModelJob,
  type ModelCaveats,
  type ReadyJob,
} from './embedding-jobs.ts';
import { pixelsKey, storePixels } from './pixels.ts';
import { storeCopy } from './stored-copies.ts';

/** Kind of the cache entries. */
const EMBEDDINGS = 'embeddings';

/** What the embedding takes from a run. */
export interface EmbeddingSource extends JobSource, Pick<RunSource, 'trainer'> {
  readonly file: Pick<RunFile, 'embedding' | 'storeEmbeddings'>;
}

/** One checkpoint whose embeddings lie on disk. */
export interface EmbeddedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Names the embeddings by everything that decides them. */
  readonly key: string;
  /** About the model that makes them. */
  readonly caveats: ModelCaveats;
  /**
   * Reads them: `[n × d]`, a new matrix each time, which is the caller's to destroy. An entry that was damaged meanwhile
   * is made again.
   */
  readonly load: () => Promise<Embeddings>;
}

/**
 * Embeds the evaluation set with every checkpoint that is not in the cache yet. All checkpoints are checked
 * before the first is run; one checkpoint's model and its embeddings are in memory at a time.
 * @throws EmbeddingAnimationError when a checkpoint or an image can't be used
 */
export async function embedCheckpoints(
  source: EmbeddingSource,
  context: PipelineContext,
): Promise<EmbeddedCheckpoint[]> {
  return withProgress(`${source.id}: embedding`, 'images', context.progress, async (update) => {
    const result: EmbeddedCheckpoint[] = [];
    const missing: Checkpoint[] = [];
    let ready = 0;
    for (const checkpoint of source.trainer.checkpoints) {
      const job = await openJob(source, checkpoint);
      result.push(describeJob(source, context, job));
      if (!('model' in job)) ready++;
      else if (!(await context.cache.has(EMBEDDINGS, job.key))) missing.push(checkpoint);
    }
    if (missing.length > 0) await embedMissing(source, context, missing, update);
    if (source.file.storeEmbeddings) await storeEmbeddings(result);
    const counts = [
      `embedded ${source.dataset.items.length} images with ${missing.length} checkpoints`,
      `${result.length - ready - missing.length} from the cache`,
      ...(ready === 0 ? [] : [`${ready} with ready embeddings`]),
    ];
    return { result, line: `${source.id}: ${counts.join(', ')}` };
  });
}

function describeJob(
  source: EmbeddingSource,
  context: PipelineContext,
  job: ModelJob | ReadyJob,
): EmbeddedCheckpoint {
  const { checkpoint, key } = job;
  const caveats = caveatsOf(job);
  if ('read' in job) return { checkpoint, key, caveats, load: job.read };
  const width = embeddingWidth(job.model.encoder.hiddenSize, job.pooling);
  const stored = { checkpoint, key, width }; // the model itself is not kept
  return { checkpoint, key, caveats, load: () => loadEmbeddings(source, context, stored) };
}

/** Embeddings in the cache. */
export interface StoredEmbeddings extends Pick<ModelJob, 'checkpoint' | 'key'> {
  /** Of an embedding. */
  readonly width: number;
}

/** Whether the cache has them. */
export function hasEmbeddings(
  { cache }: Pick<PipelineContext, 'cache'>,
  { key }: Pick<StoredEmbeddings, 'key'>,
): Promise<boolean> {
  return cache.has(EMBEDDINGS, key);
}

/**
 * Embeds with these checkpoints, whatever the cache has of them. Logits that an export gives in the same run are kept too.
 * @throws EmbeddingAnimationError when a checkpoint or an image can't be used
 */
export async function embedMissing(
  source: EmbeddingSource,
  context: PipelineContext,
  checkpoints: readonly Checkpoint[],
  update: ProgressReport['update'],
): Promise<void> {
  for (const checkpoint of checkpoints)
    checkRuntime(checkpoint.form === 'onnx' ? 'export' : 'graph', { run: source.id, step: checkpoint.step });
  const images = source.dataset.items.length;
  const names = source.dataset.items.map(({ name }) => name);
  const device = await chooseDevice(context.device ?? 'cpu', context.progress.logger);
  const pool = openEmbeddingPool(context.threads, device);
  const filesOf = groupInputs(source);
  let prepared: { readonly key: string; readonly pixels: StoredPixels } | undefined;
  try {
    for (const [index, checkpoint] of checkpoints.entries()) {
      const job = await openJob(source, checkpoint);
      if (!('model' in job)) continue; // those have been sorted out
      const { model, key, pooling } = job;
      const wanted = pixelsKey(source.dataset, model.processor);
      if (prepared?.key !== wanted)
        prepared = { key: wanted, pixels: await storePixels(source, context, model.processor) };
      const { pixels } = prepared;
      const onProgress = (done: number): void => {
        const total = checkpoints.length;
        update(index * images + done, total * images, `checkpoint ${index + 1} of ${total}`);
      };
      const place = { run: source.id, step: checkpoint.step };
      const work = async (verify: () => Promise<void>): Promise<ModelResults> => {
        const made = await embedWithLogits({ model, pixels, pool, pooling, names, onProgress });
        await verify(); // onnxruntime has read the weights by itself
        return made;
      };
      const { embeddings, logits } = await withPlace(place, () =>
        readUnchanged(source.inputs?.checkpoints, place, work, filesOf(checkpoint)),
      );
      if (logits !== undefined)
        await storeResult(context.cache, exportedLogits(key, logits.rows, logits.cols), logits);
      await context.cache.write(EMBEDDINGS, key, encodeEmbeddings(embeddings));
    }
  } finally {
    await pool.close();
  }
}

/**
 * Which of the run's files each checkpoint is made from: those in its own folder, and those that several share, such
 * as the base of adapters.
 */
export function groupInputs({
  inputs,
  trainer,
}: Pick<EmbeddingSource, 'inputs' | 'trainer'>): (checkpoint: Checkpoint) => readonly string[] {
  const paths = inputs?.checkpoints.paths() ?? [];
  if (trainer.checkpoints.length === 1) return () => paths;
  const folders = new Set(trainer.checkpoints.map(({ folder }) => folder));
  const own = new Map<string, string[]>();
  const shared: string[] = [];
  for (const path of paths) {
    let folder = dirname(path);
    while (!folders.has(folder) && dirname(folder) !== folder) folder = dirname(folder);
    const listed = folders.has(folder) ? (own.get(folder) ?? []) : shared;
    listed.push(path);
    if (folders.has(folder)) own.set(folder, listed);
  }
  return ({ folder }) => [...(own.get(folder) ?? []), ...shared];
}

/**
 * Reads embeddings from the cache; where they are missing or damaged they are made again.
 * @throws EmbeddingAnimationError when the checkpoint or an image can't be used
 */
export async function loadEmbeddings(
  source: EmbeddingSource,
  context: PipelineContext,
  entry: StoredEmbeddings,
): Promise<Embeddings> {
  const stored = await readEmbeddings(source, context, entry);
  if (stored !== undefined) return stored;
  await embedMissing(source, context, [entry.checkpoint], () => undefined); // the cache has said what was damaged
  const repaired = await readEmbeddings(source, context, entry);
  if (repaired !== undefined) return repaired;
  const place = { run: source.id, step: entry.checkpoint.step };
  throw makeError('ArtifactsInvalid', 'embeddingsLost', undefined, place);
}

async function readEmbeddings(
  { dataset }: Pick<EmbeddingSource, 'dataset'>,
  { cache }: PipelineContext,
  { key, width }: StoredEmbeddings,
): Promise<Embeddings | undefined> {
  const bytes = await cache.read(EMBEDDINGS, key);
  return bytes === undefined ? undefined : decodeEmbeddings(bytes, dataset.items.length, width);
}

/**
 * Writes `embedding.safetensors` beside every checkpoint that makes its embeddings and has not stored them yet. One matrix
 * is in memory at a time.
 * @throws EmbeddingAnimationError `FileUnwritable`
 */
async function storeEmbeddings(embedded: readonly EmbeddedCheckpoint[]): Promise<void> {
  for (const { checkpoint, key, load } of embedded)
    if (checkpoint.form !== 'embeddings') await storeCopy({ checkpoint, name: 'embedding', key, load });
}
