/** What a blocked search needs to know before it starts. */
import type { Matrix } from '../../contracts.ts';
import { findBoundingBoxes, type BoundingBoxes } from './block-pairs.ts';
import { BLOCK_ROWS } from './blocks.ts';
import { findKdOrder } from './kd-order.ts';
import { openDistances, type ScaledRows } from './scaled-rows.ts';
import { insertNeighbour, kthDistance, openTopK } from './top-k.ts';

/** Rows from which the selectivity is estimated. */
const SAMPLE_ROWS = 8;

/** Pairs a row, besides the k nearest, that may be left to measure: more take longer than multiplying whole rows. */
const MOST_LEFT = 30;

/** How rows are searched. */
export interface SearchPlan {
  /** Which row lies at a position: rows of a block lie close together. */
  readonly order: Int32Array;
  /** Around each block's projected rows. */
  readonly boxes: BoundingBoxes;
  /** Whether projected rows bound distances well enough: otherwise whole rows have to be multiplied. */
  readonly isSelective: boolean;
}

/** Looks at projected rows `[n × w]`. */
export function planSearch({
  scaled,
  projected,
  k,
}: {
  readonly scaled: ScaledRows;
  readonly projected: Matrix<Float32Array>;
  readonly k: number;
}): SearchPlan {
  const order = findKdOrder(projected, BLOCK_ROWS);
  return {
    order,
    boxes: findBoundingBoxes(projected, order),
    isSelective: estimateSelectivity(scaled, projected, k) <= k + MOST_LEFT,
  };
}

/** Pairs that lower bounds from projected rows leave to measure, a row: the mean of rows evenly spread over all. */
function estimateSelectivity(scaled: ScaledRows, projected: Matrix<Float32Array>, k: number): number {
  const measure = openDistances(scaled);
  const stride = Math.ceil(scaled.rows / SAMPLE_ROWS);
  let left = 0;
  let sampled = 0;
  for (let i = 0; i < scaled.rows; i += stride, sampled++) left += countLeft(measure, projected, i, k);
  return left / sampled;
}

/** Other rows whose lower bound lies below the k-th of the distances to the k rows with the lowest bounds. */
function countLeft(
  measure: (i: number, j: number) => number,
  projected: Matrix<Float32Array>,
  i: number,
  k: number,
): number {
  const bounds = boundDistances(projected, i);
  const closest = openTopK(1, k);
  for (let j = 0; j < bounds.length; j++) insertNeighbour(closest, 0, j, bounds[j]!);
  const nearest = openTopK(1, k);
  for (const j of closest.indices) insertNeighbour(nearest, 0, j, measure(i, j));
  const limit = kthDistance(nearest, 0);
  let count = 0;
  for (const bound of bounds) if (bound < limit) count++;
  return count;
}

/** Squared distances of all projected rows to that of row i, which is infinitely far from itself. */
function boundDistances({ rows, cols, data }: Matrix<Float32Array>, i: number): Float64Array {
  const bounds = new Float64Array(rows);
  for (let j = 0; j < rows; j++) {
    let sum = 0;
    for (let c = 0; c < cols; c++) {
      const gap = data[i * cols + c]! - data[j * cols + c]!;
      sum += gap * gap;
    }
    bounds[j] = sum;
  }
  bounds[i] = Infinity;
  return bounds;
}
