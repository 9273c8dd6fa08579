/** The part of the plane that a map shows, and where its points lie in the map's box. */
import type { Matrix } from '../../contracts.ts';
import type { Extent, FrameInput } from '../frame-input.ts';
import type { FrameLayout } from '../layout.ts';
import type { Box } from '../raster/geometry.ts';

/** Most of the points that the extent may leave out at either end of an axis: of all frames, and of any one. */
const TAIL = { all: 0.0025, frame: 0.01 };
/** Units: from the extent to the edge of the box, and from there to the points that lie further out. */
const INSET = { extent: 20, edge: 14 };

/** px of the map's box. */
export interface PixelPositions {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** How coordinates become px of a box. */
export interface MapView {
  /** px a unit, the same for both axes. */
  readonly scale: number;
  /** px at which the coordinates (0, 0) lie; y up. */
  readonly origin: Readonly<Record<keyof Extent, number>>;
  /** px between which points are drawn: what lies outside stands on the nearer one. */
  readonly limits: Extent;
}

/** A circle of radius 1 in the plane, px of the map's box. */
export interface PlacedCircle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/**
 * One extent for all frames of a map. So that the points fill the panel it leaves out the outermost ones at either end
 * of an axis: 0.25 % of those of all frames together, and 1 % of any frame's, whichever leaves out fewer. They are drawn
 * where they are as far as the panel reaches, and else on its edge. Never empty: where all points are equal it is one
 * unit wide.
 * @param frames `[n × 2]` coordinates of each frame as they are drawn
 */
export function frameExtent(frames: readonly Matrix<Float64Array>[]): Extent {
  return { x: columnExtent(frames, 0), y: columnExtent(frames, 1) };
}

function columnExtent(frames: readonly Matrix<Float64Array>[], column: number): [number, number] {
  const all = new Float64Array(frames.reduce((sum, { rows }) => sum + rows, 0));
  if (all.length === 0) return [-0.5, 0.5];
  let [low, high] = [Infinity, -Infinity];
  let filled = 0;
  for (const { rows, cols, data } of frames) {
    const own = all.subarray(filled, (filled += rows));
    for (let row = 0; row < rows; row++) own[row] = data[row * cols + column]!;
    const [first, last] = leaveOutTails(own.slice(), TAIL.frame);
    [low, high] = [Math.min(low, first), Math.max(high, last)];
  }
  const [first, last] = leaveOutTails(all, TAIL.all);
  [low, high] = [Math.min(low, first), Math.max(high, last)];
  if (high > low) return [low, high];
  const [least, most] = [all[0]!, all.at(-1)!]; // sorted
  return least < most ? [least, most] : [least - 0.5, least + 0.5];
}

/** Sorts `values` in place; limits that leave out the share `tail` of them at either end. Infinite where there are none. */
function leaveOutTails(values: Float64Array, tail: number): [low: number, high: number] {
  values.sort();
  const left = Math.floor(values.length * tail);
  return [values[left] ?? Infinity, values[values.length - 1 - left] ?? -Infinity];
}

/**
 * The view in which an extent fills a box: the same scale for both axes, the extent centred.
 * @param inset px from the extent to the edge of the box
 * @param edge px from the edge of the box that points keep
 */
export function fitExtent(extent: Extent, { width, height }: Box, inset: number, edge: number): MapView {
  const { x, y } = extent;
  const scale = Math.min((width - 2 * inset) / (x[1] - x[0]), (height - 2 * inset) / (y[1] - y[0]));
  return {
    scale,
    origin: {
      x: width / 2 - (scale * (x[0] + x[1])) / 2,
      y: height / 2 + (scale * (y[0] + y[1])) / 2,
    },
    limits: { x: [edge, width - edge], y: [edge, height - edge] },
  };
}

/** The pixels of points in a view. */
export function placeInView(
  points: Matrix<Float64Array>,
  { scale, origin, limits }: MapView,
): PixelPositions {
  const column = (axis: keyof Extent, offset: number, direction: number): Float64Array => {
    const [min, max] = limits[axis];
    const placed = new Float64Array(points.rows);
    for (let row = 0; row < placed.length; row++) {
      const value = origin[axis] + direction * scale * points.data[row * points.cols + offset]!;
      placed[row] = Math.min(max, Math.max(min, value));
    }
    return placed;
  };
  return { x: column('x', 0, 1), y: column('y', 1, -1) };
}

/**
 * px of the map's box for points of the whole map.
 * @param circle of a class map, which has no other extent
 */
export function placePoints(
  { points, extent }: Pick<FrameInput, 'points' | 'extent'>,
  { map, unit }: Pick<FrameLayout, 'map' | 'unit'>,
  circle?: PlacedCircle,
): PixelPositions {
  const edge = INSET.edge * unit;
  const view = fitExtent(extent, map, INSET.extent * unit, edge);
  if (circle === undefined) return placeInView(points, view);
  return placeInView(points, { ...view, scale: circle.radius, origin: circle });
}
