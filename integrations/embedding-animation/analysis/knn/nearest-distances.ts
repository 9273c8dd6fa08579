import { runOne, type Crew } from '../executor.ts';
import { findNearestByProducts } from './nearest-neighbours.ts';
import type { Points } from './scaled-rows.ts';

/** Multiplications of all pairs below which products don't pay. */
const SMALL = 1e7;

/** Neighbours above which rows that wait to be measured would take too much memory. */
const MOST_NEIGHBOURS = 256;

/**
 * Squared euclidean distances of each row `[n × d]` to its `k` nearest other rows, `[n × k]`, ascending. k < n.
 *
 * Each is measured in float64 by `openDistances`, and what is left out only by a lower bound on it: the result is
 * exactly that of measuring all pairs, with and without a library for products, and for any number of threads.
 */
export async function findNearestDistances(points: Points, k: number, crew: Crew): Promise<Float64Array> {
  const isSmall = points.rows * points.rows * points.cols < SMALL;
  return isSmall || k > MOST_NEIGHBOURS || !(await crew.hasProducts())
    ? runOne(crew, 'findNearestByShadows', { points, k })
    : findNearestByProducts(points, k, crew);
}
