/** Stage 2: embeddings in, outlier scores and two principal components a checkpoint out. */
import { analyseEmbeddings, openAnalysisPool } from '../analysis/index.ts';
import { packAnalysis, unpackAnalysis, type Analysis } from '../artifacts/packing.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Checkpoint } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import type { PipelineContext } from '../pipeline.ts';
import { startStage } from '../progress.ts';
import type { RunSource } from '../run-source.ts';
import type { EmbeddedCheckpoint } from './embed.ts';
import { stageVersions } from './versions.ts';

/** A checkpoint with what its embeddings say. */
export interface AnalysedCheckpoint extends Analysis {
  readonly checkpoint: Checkpoint;
}

/**
 * Scores outliers and fits the PCA of each checkpoint, on as many threads as there are.
 * @throws EmbeddingAnimationError `TooFewImages`, `TooManyNeighbours`
 */
export async function analyseCheckpoints(
  source: RunSource,
  embedded: readonly EmbeddedCheckpoint[],
  context: PipelineContext,
): Promise<AnalysedCheckpoint[]> {
  const stage = startStage(`${source.id}: analysing`, 'checkpoints', context.progress);
  const images = source.dataset.items.length;
  const pool = openAnalysisPool(context.threads);
  let done = 0;
  let cached = 0;
  const analyse = async ({ checkpoint, key, load }: EmbeddedCheckpoint): Promise<AnalysedCheckpoint> => {
    const entry = hashOf({ embeddings: key, k: source.file.k, version: stageVersions.analysis });
    const stored = await context.cache.read('analyses', entry);
    let analysis = stored === undefined ? undefined : unpackAnalysis(stored, images);
    if (analysis === undefined) {
      const options = source.file.k === undefined ? {} : { k: source.file.k };
      analysis = await withPlace({ run: source.id, step: checkpoint.step }, async () =>
        analyseEmbeddings(pool, await load(), options),
      );
      await context.cache.write('analyses', entry, packAnalysis(analysis));
    } else cached++;
    stage.update(++done, embedded.length);
    return { checkpoint, ...analysis };
  };
  try {
    const analysed = await mapBounded(embedded, context.threads, analyse);
    stage.finish(
      `${source.id}: scored outliers and fitted ${analysed.length} maps, ${cached} from the cache`,
    );
    return analysed;
  } catch (error) {
    stage.abandon();
    throw error;
  } finally {
    await pool.close();
  }
}

/** `items` mapped in order, at most `limit` at a time. The first failure stops the rest from starting. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
