/** Stage 2: embeddings in, outlier scores and two principal components a checkpoint out. */
import { analyseEmbeddings, openAnalysisPool, shareEmbeddings } from '../analysis/index.ts';
import { packAnalysis, unpackAnalysis, type Analysis } from '../artifacts/packing.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import { mapBounded } from '../threads/concurrency.ts';
import type { Checkpoint, Embeddings } from '../contracts.ts';
import { withPlace } from '../errors.ts';
import type { PipelineContext } from '../pipeline.ts';
import { runStage } from '../progress.ts';
import type { RunSource } from '../run-source.ts';
import { withPooledArrays, type ArrayAllocator } from '../threads/buffer-pool.ts';
import type { EmbeddedCheckpoint } from './embed.ts';
import { stageVersions } from './versions.ts';

/** Checkpoints that are analysed at the same time: while one waits for its last thread, the others do the next one's. */
const AT_ONCE = 2;

/** A checkpoint with what its embeddings say. */
export interface AnalysedCheckpoint extends Analysis {
  readonly checkpoint: Checkpoint;
}

/**
 * Scores outliers and fits the PCA of each checkpoint: all threads work on one, and on the next while some wait.
 * @throws EmbeddingAnimationError `TooFewImages`, `TooManyNeighbours`
 */
export async function analyseCheckpoints(
  source: RunSource,
  embedded: readonly EmbeddedCheckpoint[],
  context: PipelineContext,
): Promise<AnalysedCheckpoint[]> {
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
      analysis = await withPlace({ run: source.id, step: checkpoint.step }, async () => {
        return withPooledArrays(pool.buffers, async (arrays) =>
          analyseEmbeddings(pool, moveToShared(await load(), arrays), options),
        );
      });
      await context.cache.write('analyses', entry, packAnalysis(analysis));
    } else cached++;
    return { checkpoint, ...analysis };
  };
  return runStage(`${source.id}: analysing`, 'checkpoints', context.progress, async (update) => {
    const result = await mapBounded(embedded, AT_ONCE, async (checkpoint) => {
      const analysed = await analyse(checkpoint);
      update(++done, embedded.length);
      return analysed;
    });
    return {
      result,
      line: `${source.id}: scored outliers and fitted ${result.length} maps, ${cached} from the cache`,
    };
  }).finally(() => pool.close());
}

/**
 * A copy that the analysis threads read in place. The original is freed at once: V8 collects large buffers late, and
 * some checkpoints' would pile up.
 */
function moveToShared(embeddings: Embeddings, arrays: ArrayAllocator): Embeddings {
  const shared = shareEmbeddings(embeddings, arrays);
  const { buffer } = embeddings.data;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  return shared;
}
