/** Aligns the frames of a map, by the method that its options name. */
import type { Alignment } from '../contracts.ts';
import type { MapOptions } from '../options/index.ts';
import { alignGeneralized, type FitOptions, type ShapeTransform } from './generalized-procrustes.ts';
import {
  alignStandardised,
  centre,
  checkMaps,
  fitOrthogonal,
  isReflection,
  multiplyMaps,
  standardise,
  turn,
  type Matrix2,
  type PlanarMap,
} from './procrustes.ts';

/** How frames are aligned. */
export type AlignmentOptions = Pick<MapOptions, 'align' | 'scaling' | 'reflection'>;

/** The frames of a map as they are compared. */
export interface AlignedFrames {
  /** One for each of the maps. */
  readonly frames: readonly Alignment[];
  /** Rounds until generalized Procrustes analysis stood still. @default none of another method */
  readonly rounds?: number | undefined;
  /** Share of the squared size of all frames that lies off their mean shape, 0 … 1. @default none of another method */
  readonly residual?: number | undefined;
}

/**
 * Moves, turns and, where the options allow it, scales and mirrors the maps of a run. Whatever the method, the last frame
 * keeps its own orientation.
 *
 * - `last`: each onto the last. With scaling and mirroring each is what `alignProcrustes` makes of it.
 * - `first`: each onto the first; then all are turned together, so that the last lies as it was projected.
 * - `previous`: each onto the one after it, from the last backwards. The rotation that brings a frame onto the one before
 *   is the inverse of the one back: turned to the last frame, a chain from the first on lies the same. A frame whose
 *   points coincide is passed over.
 * - `generalized`: each onto the mean shape of all (see `alignGeneralized`); then all are turned together as in `first`.
 * - `none`: points stay as they are.
 *
 * With scaling, frames are brought to unit Frobenius norm before. A frame that is aligned to another then has the norm
 * √(1 − d), d being its disparity to that one: 1 when both have the same shape. Of `generalized` the squared norms sum up to
 * the number of frames that have a shape. Without scaling, frames are centred and keep their sizes.
 *
 * Whatever the method, a frame's disparity is `scipy.spatial.procrustes`'s against the last frame.
 * @param maps in step order, `[n × 2]` with the same n
 * @throws RangeError when the maps are not `[n × 2]` with the same n
 */
export function alignFrames(
  maps: readonly PlanarMap[],
  { align, scaling, reflection }: AlignmentOptions,
): AlignedFrames {
  const last = maps.at(-1);
  if (last === undefined) return { frames: [] };
  checkMaps(maps);
  const target = standardise(last);
  const disparities = maps.map((map) => alignStandardised(standardise(map), target).disparity);
  if (align === 'none') return { frames: maps.map((points, at) => asProjected(points, disparities[at]!)) };
  const shapes = maps.map(scaling ? standardise : centre);
  const options = { scaling, reflection };
  const { transforms, ...figures } = fitShapes(shapes, align, options);
  const frames = transforms.map(({ matrix, scale, mirrorGap }, at) => ({
    points: turn(shapes[at]!, matrix, scale),
    disparity: disparities[at]!,
    reflected: isReflection(matrix),
    mirrorGap,
  }));
  return { frames, ...figures };
}

function asProjected(points: PlanarMap, disparity: number): Alignment {
  return { points, disparity, reflected: false, mirrorGap: undefined };
}

/** What is done to each shape, and what is told of all. */
interface Fits extends Omit<AlignedFrames, 'frames'> {
  readonly transforms: readonly ShapeTransform[];
}

function fitShapes(
  shapes: readonly PlanarMap[],
  method: Exclude<AlignmentOptions['align'], 'none'>,
  options: FitOptions,
): Fits {
  switch (method) {
    case 'last':
      return { transforms: shapes.map((shape) => fitOnto(shape, shapes.at(-1)!, options)) };
    case 'first':
      return { transforms: turnToLast(shapes.map((shape) => fitOnto(shape, shapes[0]!, options))) };
    case 'previous':
      return { transforms: chainFromLast(shapes, options) };
    case 'generalized': {
      const { transforms, residuals } = alignGeneralized(shapes, options);
      return {
        transforms: turnToLast(transforms),
        rounds: residuals.length - 1,
        residual: residuals.at(-1),
      };
    }
  }
}

function fitOnto(shape: PlanarMap, target: PlanarMap, { scaling, reflection }: FitOptions): ShapeTransform {
  const { matrix, scale, mirrorGap } = fitOrthogonal(multiplyMaps(shape, target), reflection);
  return { matrix, scale: scaling ? scale : 1, mirrorGap };
}

/** Lays each shape onto the next one that has a shape, as that one lies; targets keep their own norms. */
function chainFromLast(shapes: readonly PlanarMap[], options: FitOptions): ShapeTransform[] {
  let target = shapes.findLast(hasShape) ?? shapes.at(-1)!;
  const backwards = shapes.toReversed().map((shape) => {
    const transform = fitOnto(shape, target, options);
    if (hasShape(shape)) target = turn(shape, transform.matrix);
    return transform;
  });
  return backwards.reverse();
}

/** Whether the points of a centred map do not all coincide. */
function hasShape({ data }: PlanarMap): boolean {
  return data.some((value) => value !== 0);
}

/** Turns all together, so that the last is not turned. */
function turnToLast(transforms: readonly ShapeTransform[]): ShapeTransform[] {
  const [xx, xy, yx, yy] = transforms.at(-1)!.matrix;
  const back: Matrix2 = [xx, yx, xy, yy]; // the inverse of an orthogonal matrix is its transpose
  return transforms.map((transform) => ({ ...transform, matrix: multiply(transform.matrix, back) }));
}

function multiply([a, b, c, d]: Matrix2, [p, q, r, s]: Matrix2): Matrix2 {
  return [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s];
}
