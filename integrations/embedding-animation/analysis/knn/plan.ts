import type { Matrix } from '../../contracts.ts';
import { farthestOf, offer, openNearest } from './top-k.ts';
import { openDistances, type Points } from './scaled-rows.ts';

/** Rows that are tried. */
const TRIALS = 8;

/** Pairs a row, besides the k nearest, that may be left to measure: more take longer than products of whole rows. */
const MOST_LEFT = 30;

/** Whether sketches leave few enough pairs to measure: tried on rows evenly spread over all. */
export function areSketchesTight(points: Points, sketches: Matrix<Float32Array>, k: number): boolean {
  const measure = openDistances(points);
  const stride = Math.ceil(points.rows / TRIALS);
  let left = 0;
  let tried = 0;
  for (let i = 0; i < points.rows; i += stride, tried++) left += countLeft(measure, sketches, i, k);
  return left <= tried * (k + MOST_LEFT);
}

/** Other rows whose sketches are nearer to that of row i than the k-th of its nearest by sketch truly is. */
function countLeft(
  measure: (i: number, j: number) => number,
  sketches: Matrix<Float32Array>,
  i: number,
  k: number,
): number {
  const bounds = squaredGaps(sketches, i);
  const closest = openNearest(1, k);
  for (let j = 0; j < bounds.length; j++) offer(closest, 0, j, bounds[j]!);
  const nearest = openNearest(1, k);
  for (const j of closest.indices) offer(nearest, 0, j, measure(i, j));
  const limit = farthestOf(nearest, 0);
  let count = 0;
  for (const bound of bounds) if (bound < limit) count++;
  return count;
}

/** Squared distances of all sketches to that of row i, which is infinitely far from itself. */
function squaredGaps({ rows, cols, data }: Matrix<Float32Array>, i: number): Float64Array {
  const gaps = new Float64Array(rows);
  for (let j = 0; j < rows; j++) {
    let sum = 0;
    for (let c = 0; c < cols; c++) {
      const gap = data[i * cols + c]! - data[j * cols + c]!;
      sum += gap * gap;
    }
    gaps[j] = sum;
  }
  gaps[i] = Infinity;
  return gaps;
}
