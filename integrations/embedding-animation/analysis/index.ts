/** Analysis: embeddings in; outlier scores, maps and aligned maps out. Pure mathematics on typed arrays. */
import type { Embeddings } from '../contracts.ts';
import { openPool, type WorkerPool } from '../workers.ts';
import type { AnalysisTask, EmbeddingAnalysis } from './worker.ts';

export { scoreOutliers, strongestOutliers } from './outliers.ts';
export { fitPca } from './pca.ts';
export { alignProcrustes, standardise } from './procrustes.ts';
export { openProducts, type Products } from './products.ts';
export type { EmbeddingAnalysis } from './worker.ts';

/** Raised when the same embeddings give other numbers than before; part of every cache key. */
export const ANALYSIS_VERSION = '3';

/** Threads that analyse embeddings. */
export type AnalysisPool = WorkerPool<AnalysisTask, EmbeddingAnalysis>;

/** Opens up to `threads` threads for `analyseEmbeddings`. Close the pool when done. */
export function openAnalysisPool(threads: number): AnalysisPool {
  return openPool<AnalysisTask, EmbeddingAnalysis>(new URL('./worker.ts', import.meta.url), threads);
}

/**
 * Scores outliers and fits the two leading principal components of finite embeddings `[n × d]` on one of the pool's
 * threads: `scoreOutliers` and `fitPca`.
 * @param options.k neighbours of an outlier score. @default min(10, n − 1)
 * @throws EmbeddingAnimationError `TooFewImages` when n < 3, `TooManyNeighbours` when k ≥ n
 */
export function analyseEmbeddings(
  pool: AnalysisPool,
  embeddings: Embeddings,
  options: { readonly k?: number } = {},
): Promise<EmbeddingAnalysis> {
  return pool.run({ embeddings, options });
}
