/** Embeddings in; outlier scores and a map a checkpoint out, each of them a result of its own. */
import {
  analysisVersions,
  fitPca,
  mean,
  openAnalysisPool,
  scoreOutliers,
  copyToShared,
  type AnalysisPool,
} from '../analysis/index.ts';
import {
  decodeMap,
  decodeOutlierScores,
  encodeMap,
  encodeOutlierScores,
  findOrMake,
  type CachedResult,
} from '../artifacts/cached-results.ts';
import type {
  Alignment,
  Checkpoint,
  Dataset,
  EmbeddingMap,
  Embeddings,
  OutlierScores,
} from '../contracts.ts';
import { withPlace } from '../errors.ts';
import type { ComputedFigures } from '../frame-figures.ts';
import type { RunFile } from '../options/index.ts';
import { withProgress } from '../progress.ts';
import { withPooledArrays, type ArrayAllocator } from '../threads/buffer-pool.ts';
import { mapBounded, settleAll } from '../threads/concurrency.ts';
import type { PipelineContext } from './context.ts';
import type { EmbeddedCheckpoint } from './embed.ts';

/** Checkpoints that are analysed at the same time: while one waits for its last thread, the others do the next one's. */
const AT_ONCE = 2;

/** What the analysis takes from a run. */
export interface AnalysisSource {
  readonly id: string;
  readonly file: Pick<RunFile, 'k'>;
  readonly dataset: Pick<Dataset, 'items'>;
}

/** A checkpoint whose embeddings are there. */
type AnalysableCheckpoint = Pick<EmbeddedCheckpoint, 'checkpoint' | 'key' | 'load'>;

/** A checkpoint with what its embeddings say. */
export interface AnalysedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly outlierScores: OutlierScores;
  readonly map: EmbeddingMap;
  /** The frame's figures, but for those that only its alignment tells. */
  readonly figures: Omit<ComputedFigures, keyof Alignment>;
}

/** A result that is computed from a checkpoint's embeddings. */
interface Analysis<Value> extends CachedResult<Value> {
  /** @param embeddings in shared memory */
  readonly compute: (embeddings: Embeddings, pool: AnalysisPool) => Promise<Value>;
}

/** What is asked of the embeddings that are kept under `key`. */
function listAnalyses({ file: { k }, dataset }: AnalysisSource, key: string) {
  const images = dataset.items.length;
  const outlierScores: Analysis<OutlierScores> = {
    kind: 'outlier-scores',
    dependsOn: { embeddings: key, k, version: analysisVersions.outliers },
    compute: (embeddings, executor) => scoreOutliers(embeddings, { ...(k !== undefined && { k }), executor }),
    encode: encodeOutlierScores,
    decode: (bytes) => decodeOutlierScores(bytes, images),
  };
  const map: Analysis<EmbeddingMap> = {
    kind: 'maps',
    dependsOn: { embeddings: key, method: 'pca', version: analysisVersions.pca },
    compute: (embeddings, executor) => fitPca(embeddings, { executor }),
    encode: encodeMap,
    decode: (bytes) => decodeMap(bytes, images),
  };
  return { outlierScores, map };
}

/**
 * Scores outliers and fits the PCA of each checkpoint, where the cache does not have them: all threads work on one, and
 * on the next while some wait. A checkpoint's embeddings are read once for all that is missing of it, or not at all.
 * @throws EmbeddingAnimationError `TooFewImages`, `TooManyNeighbours`
 */
export async function analyseCheckpoints(
  source: AnalysisSource,
  embedded: readonly AnalysableCheckpoint[],
  { cache, threads, progress }: Pick<PipelineContext, 'cache' | 'threads' | 'progress'>,
): Promise<AnalysedCheckpoint[]> {
  const pool = openAnalysisPool(threads);
  let done = 0;
  let cached = 0;
  const analyse = ({ checkpoint, key, load }: AnalysableCheckpoint): Promise<AnalysedCheckpoint> =>
    withPooledArrays(pool.buffers, async (arrays) => {
      const place = { run: source.id, step: checkpoint.step };
      const embeddings = openOnce(async () => moveToShared(await load(), arrays));
      const resultOf = <Value>(analysis: Analysis<Value>): Promise<Value> =>
        findOrMake(cache, analysis, () =>
          withPlace(place, async () => analysis.compute(await embeddings.get(), pool)),
        );
      const analyses = listAnalyses(source, key);
      const [outlierScores, map] = await settleAll([
        resultOf(analyses.outlierScores),
        resultOf(analyses.map),
      ]);
      if (!embeddings.isOpen()) cached++;
      const figures = {
        meanDistance: mean(outlierScores.meanDistances),
        explainedVarianceRatio: map.explainedVarianceRatio,
      };
      return { checkpoint, outlierScores, map, figures };
    });
  return withProgress(`${source.id}: analysing`, 'checkpoints', progress, async (update) => {
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

/** What `open` gives, opened when it is first asked for. */
function openOnce<T>(open: () => Promise<T>): { get: () => Promise<T>; isOpen: () => boolean } {
  let opened: Promise<T> | undefined;
  return { get: () => (opened ??= open()), isOpen: () => opened !== undefined };
}

/**
 * A copy that the analysis threads read in place. The original is freed at once: V8 collects large buffers late, and
 * some checkpoints' would pile up.
 */
function moveToShared(embeddings: Embeddings, arrays: ArrayAllocator): Embeddings {
  const shared = copyToShared(embeddings, arrays);
  const { buffer } = embeddings.data;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  return shared;
}
