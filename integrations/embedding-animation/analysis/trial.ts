import type { Matrix } from '../contracts.ts';
import { rowOf, squaredDistance } from './dense.ts';
import { farthestOf, offer, openNearest } from './nearest.ts';
import type { Sketches } from './sketches.ts';

/** Rows that are tried. */
const TRIALS = 32;

/** Pairs a row, besides the k nearest, that may be left to measure: more take longer than products of whole rows. */
const MOST_LEFT = 30;

/** Whether sketches leave few enough pairs to measure: tried on rows evenly spread over all. */
export function areSketchesTight(points: Matrix<Float64Array>, { rows }: Sketches, k: number): boolean {
  const stride = Math.ceil(points.rows / TRIALS);
  let left = 0;
  let tried = 0;
  for (let i = 0; i < points.rows; i += stride, tried++) left += countLeft(points, rows, i, k);
  return left <= tried * (k + MOST_LEFT);
}

/** Other rows whose sketches are nearer to that of row i than the k-th of its nearest by sketch truly is. */
function countLeft(
  points: Matrix<Float64Array>,
  sketches: Matrix<Float32Array>,
  i: number,
  k: number,
): number {
  const bounds = Float64Array.from({ length: points.rows }, (_, j) => squaredGap(sketches, i, j));
  const closest = openNearest(1, k);
  for (const [j, bound] of bounds.entries()) if (j !== i) offer(closest, 0, j, bound);
  const nearest = openNearest(1, k);
  for (const j of closest.indices) offer(nearest, 0, j, squaredDistance(rowOf(points, i), rowOf(points, j)));
  const limit = farthestOf(nearest, 0);
  return bounds.reduce((count, bound, j) => count + Number(j !== i && bound < limit), 0);
}

function squaredGap({ cols, data }: Matrix<Float32Array>, i: number, j: number): number {
  let sum = 0;
  for (let c = 0; c < cols; c++) sum += (data[i * cols + c]! - data[j * cols + c]!) ** 2;
  return sum;
}
