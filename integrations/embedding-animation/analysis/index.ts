/** Analysis: embeddings in; outlier scores, maps and aligned maps out. Pure mathematics on typed arrays. */
import { settleAll } from '../threads/concurrency.ts';
import type { EmbeddingMap, Embeddings, OutlierScores } from '../contracts.ts';
import { withShared, type Lender } from '../threads/shared-memory.ts';
import { scoreOutliers } from './outliers.ts';
import { fitPca } from './pca.ts';
import type { AnalysisPool } from './pool.ts';

export { scoreOutliers, strongestOutliers } from './outliers.ts';
export { fitPca } from './pca.ts';
export { alignProcrustes, standardise } from './procrustes.ts';
export { openAnalysisPool, type AnalysisPool } from './pool.ts';

/**
 * What gives other numbers for the same embeddings than before is raised to one more than the highest of all, and what
 * is new starts there. Each is part of the cache keys of its results.
 */
export const analysisVersions = { outliers: 4, pca: 4, alignment: 4 } as const;

/** The version of all results together: another one whenever one of them changes. */
export const ANALYSIS_VERSION = String(Math.max(...Object.values(analysisVersions)));

/** What the embeddings say. */
export interface EmbeddingAnalysis {
  readonly outliers: OutlierScores;
  readonly projection: EmbeddingMap;
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
  return withShared(pool.memory, async (lender) => {
    const shared =
      embeddings.data.buffer instanceof SharedArrayBuffer ? embeddings : shareEmbeddings(embeddings, lender);
    const [outliers, projection] = await settleAll([
      scoreOutliers(shared, { ...options, crew: pool }),
      fitPca(shared, { crew: pool }),
    ]);
    return { outliers, projection };
  });
}

/** A copy in borrowed memory. */
export function shareEmbeddings({ rows, cols, data }: Embeddings, lender: Lender): Embeddings {
  const shared = lender.floats(data.length);
  shared.set(data);
  return { rows, cols, data: shared };
}
