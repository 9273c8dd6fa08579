/** Maps in, frames aligned onto the last one out. */
import { alignProcrustes, strongestOutliers } from '../analysis/index.ts';
import type { Frame } from '../contracts.ts';
import { frameFigures, OUTLIERS_PUBLISHED } from '../frame-figures.ts';
import type { AnalysedCheckpoint } from './analyse.ts';

/** Moves, turns and scales every map onto the last one, gathers the figures, and picks the strongest outliers. */
export function alignFrames(analysed: readonly AnalysedCheckpoint[]): Frame[] {
  const reference = analysed.at(-1)!.map.points; // a run has a checkpoint
  return analysed.map(({ checkpoint, figures, outlierScores: { scores }, map }) => ({
    ...frameFigures.training.parse(checkpoint),
    ...figures,
    ...alignProcrustes(map.points, reference),
    scores,
    outliers: strongestOutliers(scores, OUTLIERS_PUBLISHED),
  }));
}
