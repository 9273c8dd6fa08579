/** Our side of the analysis, with its threads started and onnxruntime loaded. */
import {
  fitPca,
  openAnalysisPool,
  scoreOutliers,
} from '../../integrations/embedding-animation/analysis/index.ts';
import type {
  EmbeddingMap,
  Embeddings,
  OutlierScores,
} from '../../integrations/embedding-animation/contracts.ts';
import { analyseEmbeddings } from '../../tests/helpers/analysis.ts';

/** What the benchmarks ask of the analysis. */
export interface OurAnalysis {
  score(embeddings: Embeddings): Promise<OutlierScores>;
  fit(embeddings: Embeddings): Promise<EmbeddingMap>;
  /** Scores and fits several frames at once, as the pipeline does. */
  analyseAll(frames: readonly Embeddings[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens the analysis on `threads` threads. */
export function openOurAnalysis(threads: number): OurAnalysis {
  const pool = openAnalysisPool(threads);
  return {
    score: (embeddings) => scoreOutliers(embeddings, { executor: pool }),
    fit: (embeddings) => fitPca(embeddings, { executor: pool }),
    analyseAll: (frames) => Promise.all(frames.map((frame) => analyseEmbeddings(pool, frame))),
    close: () => pool.close(),
  };
}
