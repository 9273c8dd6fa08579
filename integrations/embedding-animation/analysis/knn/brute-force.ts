/** Exact nearest neighbours without a library, measuring in full only the pairs whose shadows are close. */
import type { Matrix } from '../../contracts.ts';
import { farthestOf, offer, openNearest, type Nearest } from './top-k.ts';
import { openDistances, writeRow, type Points } from './scaled-rows.ts';
import { boundDistances, castShadows, type Shadows } from './shadows.ts';

/** Rows of a tile: rows of two tiles stay in the processor's cache while they are compared. */
const TILE = 64;

/**
 * Squared euclidean distances of each row `[n × d]` to its `k` nearest other rows, `[n × k]`, ascending. k < n.
 *
 * Exact for all data: pairs are left out only by a lower bound. First each row's k nearest by that bound are
 * measured; the largest of their distances limits the k nearest proper. Then every pair whose bound lies below the
 * limit of either row is measured. Data without structure has all its n(n − 1)/2 distances measured.
 */
export async function findNearestByShadows({
  points,
  k,
}: {
  readonly points: Points;
  readonly k: number;
}): Promise<Float64Array> {
  const shadows = await castShadows(scaleRows(points));
  const measure = openDistances(points);
  const nearest = measureClosest(measure, points.rows, findClosestShadows(shadows, points.rows, k));
  const limits = Float64Array.from({ length: points.rows }, (_, i) => limitOf(nearest, i, shadows.slack));
  forEachStretch(shadows, points.rows, (i, from, to, bounds) => {
    for (let j = from; j < to; j++) {
      const bound = bounds[j - from]!;
      if (bound >= limits[i]! && bound >= limits[j]!) continue;
      const distance = measure(i, j);
      if (offer(nearest, i, j, distance)) limits[i] = limitOf(nearest, i, shadows.slack);
      if (offer(nearest, j, i, distance)) limits[j] = limitOf(nearest, j, shadows.slack);
    }
  });
  return nearest.distances;
}

/** The k rows with the smallest bounds for each row. */
function findClosestShadows(shadows: Shadows, rows: number, k: number): Nearest {
  const closest = openNearest(rows, k);
  forEachStretch(shadows, rows, (i, from, to, bounds) => {
    for (let j = from; j < to; j++) {
      offer(closest, i, j, bounds[j - from]!);
      offer(closest, j, i, bounds[j - from]!);
    }
  });
  return closest;
}

/** The same rows with their true distances. */
function measureClosest(
  measure: (i: number, j: number) => number,
  rows: number,
  { k, indices }: Nearest,
): Nearest {
  const nearest = openNearest(rows, k);
  for (const [at, j] of indices.entries()) {
    const i = Math.floor(at / k);
    offer(nearest, i, j, measure(i, j));
  }
  return nearest;
}

/** Calls `visit` with stretches of rows from … to − 1 and row i's bounds to them, so that every i < j comes once. */
function forEachStretch(
  shadows: Shadows,
  rows: number,
  visit: (i: number, from: number, to: number, bounds: Float64Array) => void,
): void {
  const bounds = new Float64Array(TILE);
  for (let top = 0; top < rows; top += TILE) {
    for (let left = top; left < rows; left += TILE) {
      const to = Math.min(left + TILE, rows);
      for (let i = top; i < Math.min(top + TILE, rows); i++) {
        const from = Math.max(left, i + 1);
        boundDistances(shadows, i, from, to, bounds);
        visit(i, from, to, bounds);
      }
    }
  }
}

/** A shadow distance from which on a row can't be nearer to row i than the last of its nearest. */
function limitOf(nearest: Nearest, i: number, slack: number): number {
  const last = farthestOf(nearest, i);
  return last === 0 ? 0 : (Math.sqrt(last) + slack) ** 2;
}

function scaleRows(points: Points): Matrix<Float64Array> {
  const { rows, cols } = points;
  const scaled = { rows, cols, data: new Float64Array(rows * cols) };
  const origin = new Float64Array(cols);
  for (let i = 0; i < rows; i++) writeRow(points, i, origin, scaled.data, i * cols);
  return scaled;
}
