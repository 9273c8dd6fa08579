/** Our side of the analysis, with its library for products loaded and warm. */
import {
  fitPca,
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
  close(): Promise<void>;
}

/** Opens the analysis with products on `threads` threads; the rest of it runs on one. */
export async function openOurAnalysis(threads: number): Promise<OurAnalysis> {
  const products = await openProducts(threads);
  return {
    score: (embeddings) => scoreOutliers(embeddings, { products }),
    fit: (embeddings) => fitPca(embeddings, { products }),
    close: async () => products?.close(),
  };
}
