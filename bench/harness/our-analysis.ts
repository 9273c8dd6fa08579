/** Our side of the analysis, with its threads started and onnxruntime loaded. */
import {
  findNeighbours,
  fitPca,
  measureMaps,
  measureScatter,
  openAnalysisPool,
  poolAxes,
  projectOnAxes,
  scoreOutliers,
  type MapQuality,
  type PrincipalMap,
} from '../../integrations/embedding-animation/analysis/index.ts';
import type {
  EmbeddingMap,
  Embeddings,
  Neighbours,
  OutlierScores,
} from '../../integrations/embedding-animation/contracts.ts';
import { analyseEmbeddings } from '../../tests/helpers/analysis.ts';

/** What the benchmarks ask of the analysis. */
export interface OurAnalysis {
  score(embeddings: Embeddings): Promise<OutlierScores>;
  fit(embeddings: Embeddings): Promise<PrincipalMap>;
  /** Scores and fits several frames at once, as the pipeline does. */
  analyseAll(frames: readonly Embeddings[]): Promise<unknown>;
  /** Fits the axes of several frames together and projects each on them, as the pipeline does. */
  pool(frames: readonly Embeddings[]): Promise<PooledMaps>;
  /** Neighbours in embedding space, by which maps are measured. */
  findNeighbours(embeddings: Embeddings): Promise<Neighbours>;
  /** Measures maps of the same embeddings together, as the pipeline does. */
  measure(
    embeddings: Embeddings,
    neighbours: Neighbours,
    maps: readonly EmbeddingMap['points'][],
    labels: Int32Array,
  ): Promise<MapQuality[]>;
  close(): Promise<void>;
}

/** Frames on axes that were fitted on all of them. */
export interface PooledMaps {
  readonly maps: readonly PrincipalMap[];
  /** Of all frames together. */
  readonly explainedVarianceRatio: readonly [number, number];
}

/** Opens the analysis on `threads` threads. */
export function openOurAnalysis(threads: number): OurAnalysis {
  const pool = openAnalysisPool(threads);
  return {
    score: (embeddings) => scoreOutliers(embeddings, { executor: pool }),
    fit: (embeddings) => fitPca(embeddings, { executor: pool }),
    analyseAll: (frames) => Promise.all(frames.map((frame) => analyseEmbeddings(pool, frame))),
    async pool(frames) {
      const scatters = [];
      for (const frame of frames) scatters.push(await measureScatter(frame, { executor: pool }));
      const axes = await poolAxes(scatters, { executor: pool });
      const maps = [];
      for (const frame of frames) maps.push(await projectOnAxes(frame, axes, { executor: pool }));
      return { maps, explainedVarianceRatio: axes.explainedVarianceRatio };
    },
    findNeighbours: (embeddings) => findNeighbours(embeddings, { executor: pool }),
    measure: (embeddings, neighbours, maps, labels) =>
      measureMaps(embeddings, neighbours, maps, labels, { executor: pool }),
    close: () => pool.close(),
  };
}
