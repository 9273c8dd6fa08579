/** What an analysis thread does. */
import type { Embeddings, OutlierScores, Projection } from '../contracts.ts';
import { serve } from '../workers.ts';
import { scoreOutliers } from './outliers.ts';
import { fitPca } from './pca.ts';

/** One checkpoint's embeddings, `[n × d]`. Data in a SharedArrayBuffer is read in place, other data is copied. */
export interface AnalysisTask {
  readonly embeddings: Embeddings;
  readonly options: { readonly k?: number };
}

/** What the embeddings say. */
export interface EmbeddingAnalysis {
  readonly outliers: OutlierScores;
  readonly projection: Projection;
}

export default serve(({ embeddings, options }: AnalysisTask): Promise<EmbeddingAnalysis> => {
  return Promise.resolve({ outliers: scoreOutliers(embeddings, options), projection: fitPca(embeddings) });
});
