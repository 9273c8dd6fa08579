/** Stage 1: images and weights in, one cache entry of embeddings a checkpoint out. */
import { join } from 'node:path';
import { packEmbeddings, packPixels, unpackEmbeddings, unpackPixels } from '../artifacts/packing.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Checkpoint, Embeddings, Pixels } from '../contracts.ts';
import {
  embed,
  openEmbeddingPool,
  openModel,
  preprocess,
  processorKey,
  writeEmbeddings,
  type ModelSource,
} from '../embedding/index.ts';
import { EmbeddingAnimationError, withPlace } from '../errors.ts';
import type { PipelineContext } from '../pipeline.ts';
import { runStage, type Stage } from '../progress.ts';
import type { RunSource } from '../run-source.ts';
import { stageVersions } from './versions.ts';

/** Name of the file beside a checkpoint that the option `storeEmbeddings` writes. */
const STORED_EMBEDDINGS = 'embedding.safetensors';

/** One checkpoint whose embeddings lie in the cache. */
export interface EmbeddedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Names the embeddings by everything that decides them. */
  readonly key: string;
  /** Reads them: `[n × d]`. */
  readonly load: () => Promise<Embeddings>;
}

/** A checkpoint that has been opened and checked, but not run. */
interface Job {
  readonly checkpoint: Checkpoint;
  readonly model: ModelSource;
  readonly key: string;
}

/**
 * Embeds the evaluation set with every checkpoint that is not in the cache yet. All checkpoints are checked
 * before the first is run; one checkpoint's embeddings are in memory at a time.
 * @throws EmbeddingAnimationError when a checkpoint or an image can't be used
 */
export async function embedCheckpoints(
  source: RunSource,
  context: PipelineContext,
): Promise<EmbeddedCheckpoint[]> {
  return runStage(`${source.id}: embedding`, 'images', context.progress, async (update) => {
    const jobs = await openJobs(source);
    const missing: Job[] = [];
    for (const job of jobs) {
      if ((await readEmbeddings(source, context, job)) === undefined) missing.push(job);
    }
    if (missing.length > 0) await embedMissing(source, context, missing, update);
    const result = jobs.map((job) => ({ ...job, load: () => loadEmbeddings(source, context, job) }));
    if (source.file.storeEmbeddings) await storeBeside(result);
    const cached = jobs.length - missing.length;
    const images = source.dataset.items.length;
    return {
      result,
      line: `${source.id}: embedded ${images} images with ${missing.length} checkpoints, ${cached} from the cache`,
    };
  });
}

async function openJobs(source: RunSource): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const checkpoint of source.trainer.checkpoints) {
    const model = await openModel(checkpoint.folder, { run: source.id, step: checkpoint.step });
    const pooling = model.encoder.defaultPooling;
    const key = hashOf({ weights: checkpoint.digest, pixels: pixelsKey(source, model), pooling });
    jobs.push({ checkpoint, model, key });
  }
  return jobs;
}

async function embedMissing(
  source: RunSource,
  context: PipelineContext,
  jobs: readonly Job[],
  update: Stage['update'],
): Promise<void> {
  const images = source.dataset.items.length;
  const pool = openEmbeddingPool(context.threads);
  let prepared: { readonly key: string; readonly pixels: Pixels } | undefined;
  try {
    for (const [index, { checkpoint, model, key }] of jobs.entries()) {
      const wanted = pixelsKey(source, model);
      if (prepared?.key !== wanted)
        prepared = { key: wanted, pixels: await preparePixels(source, context, model) };
      const { pixels } = prepared;
      const embeddings = await withPlace({ run: source.id, step: checkpoint.step }, () =>
        embed({
          model,
          pixels,
          pool,
          names: source.dataset.items.map(({ name }) => name),
          onProgress: (done) => {
            update(index * images + done, jobs.length * images, `checkpoint ${index + 1} of ${jobs.length}`);
          },
        }),
      );
      await context.cache.write('embeddings', key, packEmbeddings(embeddings));
    }
  } finally {
    await pool.close();
  }
}

/** Names the 8-bit pixels: the same for all checkpoints that share a processor. */
function pixelsKey(source: RunSource, model: ModelSource): string {
  return hashOf({
    dataset: source.dataset.digest,
    processor: processorKey(model.processor),
    version: stageVersions.embedding,
  });
}

async function preparePixels(
  source: RunSource,
  context: PipelineContext,
  model: ModelSource,
): Promise<Pixels> {
  const key = pixelsKey(source, model);
  const stored = await context.cache.read('pixels', key);
  const known = stored === undefined ? undefined : unpackPixels(stored);
  if (known?.count === source.dataset.items.length) return known;
  return runStage(`${source.id}: preparing images`, 'images', context.progress, async (update) => {
    const pixels = await withPlace({ run: source.id }, () =>
      preprocess(source.dataset, model.processor, update),
    );
    await context.cache.write('pixels', key, packPixels(pixels));
    return {
      result: pixels,
      line: `${source.id}: prepared ${pixels.count} images of ${pixels.width}×${pixels.height} px`,
    };
  });
}

async function readEmbeddings(
  { dataset }: RunSource,
  { cache }: PipelineContext,
  { key, checkpoint }: Job,
): Promise<Embeddings | undefined> {
  const bytes = await cache.read('embeddings', key);
  return bytes === undefined
    ? undefined
    : unpackEmbeddings(bytes, dataset.items.length, checkpoint.hiddenSize);
}

async function loadEmbeddings(source: RunSource, context: PipelineContext, job: Job): Promise<Embeddings> {
  const embeddings = await readEmbeddings(source, context, job);
  if (embeddings !== undefined) return embeddings;
  throw new EmbeddingAnimationError('ArtifactsInvalid', {
    run: source.id,
    step: job.checkpoint.step,
    problem: 'its embeddings left the cache while they were needed',
    hint: 'Run the build again, and make sure that nothing empties the cache folder meanwhile.',
  });
}

async function storeBeside(embedded: readonly EmbeddedCheckpoint[]): Promise<void> {
  for (const { checkpoint, load } of embedded) {
    await writeEmbeddings(join(checkpoint.folder, STORED_EMBEDDINGS), await load());
  }
}
