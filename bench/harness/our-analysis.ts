/** Our side of the analysis, with its library for products loaded and warm. */
import {
  analyseEmbeddings,
  fitPca,
  openAnalysisPool,
  openProducts,
  scoreOutliers,
} from '../../integrations/embedding-animation/analysis/index.ts';
import type {
  Embeddings,
  OutlierScores,
  Projection,
} from '../../integrations/embedding-animation/contracts.ts';

/** What the stages ask of the analysis. */
export interface OurAnalysis {
  score(embeddings: Embeddings): Promise<OutlierScores>;
  fit(embeddings: Embeddings): Promise<Projection>;
  /** Scores and fits several frames as the pipeline does: each on a thread of its own, as many at once as threads. */
  analyseAll(frames: readonly Embeddings[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens the analysis with products on `threads` threads; the rest of it runs on one. */
export async function openOurAnalysis(threads: number): Promise<OurAnalysis> {
  const products = await openProducts(threads);
  const pool = openAnalysisPool(threads);
  return {
    score: (embeddings) => scoreOutliers(embeddings, { products }),
    fit: (embeddings) => fitPca(embeddings, { products }),
    analyseAll: (frames) => Promise.all(frames.map((frame) => analyseEmbeddings(pool, frame))),
    close: async () => {
      await Promise.all([products?.close(), pool.close()]);
    },
  };
}
