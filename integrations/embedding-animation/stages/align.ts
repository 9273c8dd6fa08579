/** Projected frames in; maps out, whose frames are aligned, with what is told of each and of the whole. */
import { alignFrames, measureTemporal, type Movement } from '../analysis/index.ts';
import type { ComparedMap, MapFrame, RunMap } from '../contracts.ts';
import type { WholeMapFigures } from '../frame-figures.ts';
import type { MapOptions } from '../options/index.ts';
import type { AnalysedCheckpoint, ProjectedFrame } from './analyse.ts';
import type { FittedProjection } from './analysis-results.ts';

/**
 * Aligns the frames of a map as its options say, and measures the whole.
 * @param movement of the embeddings, over the steps between the checkpoints
 */
export function alignMap(
  options: MapOptions,
  analysed: readonly AnalysedCheckpoint[],
  fitted: readonly FittedProjection[],
  movement: Movement,
): RunMap {
  const projected = analysed.map(({ maps }) => maps.get(options.projection)!); // of every map that is asked for
  const { frames, rounds, residual } = alignFrames(
    projected.map(({ points }) => points),
    options,
  );
  const classes = fitted.find(({ projection }) => projection === options.projection)?.classes;
  const figures: WholeMapFigures = {
    ...measureTemporal(
      movement,
      frames.map(({ points }) => points),
    ),
    temperature: classes?.temperature,
    alignmentRounds: rounds,
    alignmentResidual: residual,
  };
  const aligned = frames.map(({ points, ...fit }, index) => ({
    ...fit,
    ...describeFrame(projected[index]!),
    points,
  }));
  return { options, frames: aligned, figures, anchors: classes?.anchors };
}

/** The figures of a map without its points. */
export function compareMap({ options, frames, figures }: RunMap): ComparedMap {
  return { options, figures, frames: frames.map(({ points, trueNeighbours, ...frame }) => frame) };
}

/** What is told of a frame, whatever it is aligned to. */
function describeFrame({
  explainedVarianceRatio,
  quality: { trueNeighbours, ...quality },
}: ProjectedFrame): Omit<MapFrame, 'points' | 'disparity' | 'reflected' | 'mirrorGap'> {
  return { ...quality, explainedVarianceRatio, trueNeighbours };
}
