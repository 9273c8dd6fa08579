/**
 * Analysis: embeddings in; outlier scores, maps and aligned maps out. Pure mathematics on typed arrays. What is wanted
 * of a frame besides has a file of its own beside `outliers.ts`, on `knn/`, `pca/` and `linalg/`.
 */
import type { Embeddings, OutlierScores, Projection } from '../contracts.ts';
import { withPooledArrays, type ArrayAllocator } from '../threads/buffer-pool.ts';
import { settleAll } from '../threads/concurrency.ts';
import type { AnalysisPool } from './executor.ts';
import { scoreOutliers } from './outliers.ts';
import { fitPca } from './pca/fit-pca.ts';

export { openAnalysisPool, type AnalysisPool } from './executor.ts';
export { scoreOutliers, strongestOutliers } from './outliers.ts';
export { fitPca } from './pca/fit-pca.ts';
export { alignProcrustes, procrustesScale, standardise } from './procrustes.ts';

/** Raised when the same embeddings give other numbers than before; part of every cache key. */
export const ANALYSIS_VERSION = '4';

/** What the embeddings say. */
export interface EmbeddingAnalysis {
  readonly outliers: OutlierScores;
  readonly projection: Projection;
}

/**
 * Scores outliers and fits the two leading principal components of finite embeddings `[n × d]`, at the same time, on
 * all threads of a pool: `scoreOutliers` and `fitPca`. Embeddings in shared memory are read in place, others copied.
 * The calling thread puts the parts together, in pieces of some ten milliseconds at most.
 * @param options.k neighbours of an outlier score. @default min(10, n − 1)
 * @throws EmbeddingAnimationError `TooFewImages` when n < 3, `TooManyNeighbours` when k ≥ n, `WorkerFailed`
 */
export function analyseEmbeddings(
  pool: AnalysisPool,
  embeddings: Embeddings,
  options: { readonly k?: number } = {},
): Promise<EmbeddingAnalysis> {
  return withPooledArrays(pool.buffers, async (arrays) => {
    const shared =
      embeddings.data.buffer instanceof SharedArrayBuffer ? embeddings : shareEmbeddings(embeddings, arrays);
    const [outliers, projection] = await settleAll([
      scoreOutliers(shared, { ...options, executor: pool }),
      fitPca(shared, { executor: pool }),
    ]);
    return { outliers, projection };
  });
}

/** A copy in pooled arrays. */
export function shareEmbeddings({ rows, cols, data }: Embeddings, arrays: ArrayAllocator): Embeddings {
  const shared = arrays.float32(data.length);
  shared.set(data);
  return { rows, cols, data: shared };
}
