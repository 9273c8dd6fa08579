/** What an analysis thread does. */
import type { Embeddings, OutlierScores, Projection } from '../contracts.ts';
import { serve } from '../workers.ts';
import { scoreOutliers } from './outliers.ts';
import { fitPca } from './pca.ts';
import { openProducts, type Products } from './products.ts';

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

/** Makes the thread's function, which keeps the library for products loaded. */
function createAnalyser(): (task: AnalysisTask) => Promise<EmbeddingAnalysis> {
  let opening: Promise<Products | undefined> | undefined;
  return async ({ embeddings, options }) => {
    const products = await (opening ??= openProducts());
    return {
      outliers: await scoreOutliers(embeddings, { ...options, products }),
      projection: await fitPca(embeddings, { products }),
    };
  };
}

export default serve(createAnalyser());
