/** Nearest neighbours from all pairs: for small data, for many neighbours, and the oracle of the tests. */
import type { IndexRange } from '../ranges.ts';
import { openDistances, type ScaledRows } from './scaled-rows.ts';
import { insertNeighbour, openTopK } from './top-k.ts';

/** Rows that stay in the processor's cache while all rows of a range are compared with them. */
const TILE_ROWS = 64;

/** Whose neighbours are wanted. */
export interface BruteForceTask {
  readonly scaled: ScaledRows;
  readonly k: number;
  readonly range: IndexRange;
  /** `[n × k]` */
  readonly distances: Float64Array;
}

/** Writes the squared distances of a range's rows to their k nearest other rows, ascending. k < n. */
export function measureAllPairs({ scaled, k, range, distances }: BruteForceTask): void {
  const measure = openDistances(scaled);
  const nearest = openTopK(range.to - range.from, k);
  for (let from = 0; from < scaled.rows; from += TILE_ROWS) {
    const to = Math.min(from + TILE_ROWS, scaled.rows);
    for (let i = range.from; i < range.to; i++) {
      for (let j = from; j < to; j++) if (j !== i) insertNeighbour(nearest, i - range.from, j, measure(i, j));
    }
  }
  distances.set(nearest.distances, range.from * k);
}
