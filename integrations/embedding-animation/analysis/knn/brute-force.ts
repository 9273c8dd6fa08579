/** Nearest neighbours from all pairs: for small data, for many neighbours, and the oracle of the tests. */
import type { IndexRange } from '../ranges.ts';
import { openDistances, type ScaledRows } from './scaled-rows.ts';
import { insertNeighbour, openTopK, writeNearest, type NearestRows } from './top-k.ts';

/** Rows that stay in the processor's cache while all rows of a range are compared with them. */
const TILE_ROWS = 64;

/** Whose neighbours are wanted. */
export interface BruteForceTask {
  readonly scaled: ScaledRows;
  readonly k: number;
  readonly range: IndexRange;
  /** `[n × k]` */
  readonly nearest: NearestRows;
}

/** Writes which k other rows are nearest to a range's rows, and their squared distances, ascending. k < n. */
export function measureAllPairs({ scaled, k, range, nearest }: BruteForceTask): void {
  const measure = openDistances(scaled);
  const found = openTopK(range.to - range.from, k);
  for (let from = 0; from < scaled.rows; from += TILE_ROWS) {
    const to = Math.min(from + TILE_ROWS, scaled.rows);
    for (let i = range.from; i < range.to; i++) {
      for (let j = from; j < to; j++) if (j !== i) insertNeighbour(found, i - range.from, j, measure(i, j));
    }
  }
  for (let i = range.from; i < range.to; i++) writeNearest(nearest, i, found, i - range.from);
}
