/** Stage 3: maps in, frames aligned onto the last one out. */
import { alignProcrustes, strongestOutliers } from '../analysis/index.ts';
import type { Frame } from '../contracts.ts';
import type { RunSource } from '../run-source.ts';
import type { AnalysedCheckpoint } from './analyse.ts';

/** Rows of a frame's leaderboard. */
const LEADERBOARD_ROWS = 10;

/** Moves, turns and scales every map onto the last one, and picks each frame's strongest outliers. */
export function alignFrames(source: RunSource, analysed: readonly AnalysedCheckpoint[]): Frame[] {
  const reference = analysed.at(-1)!.projection.points; // a run has a checkpoint
  return analysed.map(({ checkpoint, outliers, projection }) => {
    const { points, disparity, reflected } = alignProcrustes(projection.points, reference);
    return {
      step: checkpoint.step,
      epoch: checkpoint.epoch,
      loss: checkpoint.loss,
      accuracy: checkpoint.accuracy,
      points,
      scores: outliers.scores,
      meanDistances: outliers.meanDistances,
      explainedVarianceRatio: projection.explainedVarianceRatio,
      disparity,
      reflected,
      outliers: strongestOutliers(outliers.scores, Math.min(LEADERBOARD_ROWS, source.dataset.items.length)),
    };
  });
}
