import type { Matrix } from '../contracts.ts';
import { findNearestByProducts } from './nearest-by-products.ts';
import { findNearestByShadows } from './nearest-by-shadows.ts';
import type { Products } from './products.ts';

/** Multiplications of all pairs below which products don't pay. */
const SMALL = 1e7;

/** Neighbours above which rows that wait to be measured would take too much memory. */
const MOST_NEIGHBOURS = 256;

/**
 * Squared euclidean distances of each row `[n × d]` to its `k` nearest other rows, `[n × k]`, ascending. k < n.
 *
 * Each is measured in float64 by `squaredDistance`, and what is left out only by a lower bound on it: the result is
 * exactly that of measuring all pairs, with and without `products`.
 */
export async function findNearestDistances(
  points: Matrix<Float64Array>,
  k: number,
  products?: Products,
): Promise<Float64Array> {
  const isSmall = points.rows * points.rows * points.cols < SMALL;
  return products === undefined || isSmall || k > MOST_NEIGHBOURS
    ? findNearestByShadows(points, k)
    : findNearestByProducts(points, k, products);
}
