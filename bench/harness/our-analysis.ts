/** Our side of the analysis, with its threads started and its library for products loaded. */
import {
  analyseEmbeddings,
  fitPca,
  openAnalysisPool,
  scoreOutliers,
} from '../../integrations/embedding-animation/analysis/index.ts';
import type {
  EmbeddingMap,
  Embeddings,
  OutlierScores,
} from '../../integrations/embedding-animation/contracts.ts';

/** What the stages ask of the analysis. */
export interface OurAnalysis {
  score(embeddings: Embeddings): Promise<OutlierScores>;
  fit(embeddings: Embeddings): Promise<EmbeddingMap>;
  /** Scores and fits several frames at once, as the pipeline does. */
  analyseAll(frames: readonly Embeddings[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens the analysis on `threads` threads. */
export function openOurAnalysis(threads: number): OurAnalysis {
  const crew = openAnalysisPool(threads);
  return {
    score: (embeddings) => scoreOutliers(embeddings, { crew }),
    fit: (embeddings) => fitPca(embeddings, { crew }),
    analyseAll: (frames) => Promise.all(frames.map((frame) => analyseEmbeddings(crew, frame))),
    close: () => crew.close(),
  };
}
