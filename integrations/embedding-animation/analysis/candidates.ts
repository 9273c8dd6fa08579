/** For each row, the other rows that may be among its nearest, by lower bounds on their distances. */
import { indexOfLowest, lowestAt } from './lowest.ts';
import { farthestOf, isAmong, offer, type Nearest } from './nearest.ts';
import type { Hits } from './tile-hits.ts';

/** Rows kept besides twice the k nearest: more bear looser bounds, fewer are found faster. */
const SPARE = 8;

/** The rows with the lowest bounds, of those that were added. */
export interface Candidates {
  /** `[n]`: all rows whose bound lies below row i's limit are kept. Limits fall as rows are added. */
  readonly limits: Float64Array;
  /** Rows kept for each row, at most, once limits fall. */
  readonly kept: number;
  /** Adds each row of the hits to those of the other. */
  readonly add: (hits: Hits) => void;
  /**
   * Measures row i's rows, lowest bound first, until no other can be nearer, into `nearest`.
   * @returns whether the k nearest are certain: none of the rows that were not kept can be nearer
   */
  settle(i: number, nearest: Nearest, measure: (i: number, j: number) => number): boolean;
}

/** Room for the candidates of `rows` rows, when `k` neighbours of each are wanted. */
export function openCandidates(rows: number, k: number): Candidates {
  const kept = 2 * k + SPARE;
  const capacity = 3 * kept;
  const limits = new Float64Array(rows).fill(Infinity);
  const counts = new Int32Array(rows);
  const others = new Int32Array(rows * capacity);
  const bounds = new Float64Array(rows * capacity);
  const copy = new Float64Array(capacity);

  /** Keeps the rows with the lowest bounds. */
  const sift = (i: number): void => {
    const first = i * capacity;
    const end = first + counts[i]!;
    for (let at = first; at < end; at++) copy[at - first] = bounds[at]!;
    const limit = lowestAt(copy, end - first, kept - 1);
    let place = first;
    for (let at = first; at < end; at++) {
      if (bounds[at]! >= limit) continue;
      others[place] = others[at]!;
      bounds[place++] = bounds[at]!;
    }
    limits[i] = limit;
    counts[i] = place - first;
  };

  const put = (i: number, j: number, lower: number): void => {
    const at = i * capacity + counts[i]!;
    others[at] = j;
    bounds[at] = lower;
    if (++counts[i]! === capacity) sift(i);
  };

  return {
    limits,
    kept,
    add({ i, count, others: added, lowers }) {
      for (let at = 0; at < count; at++) {
        if (lowers[at]! < limits[i]!) put(i, added[at]!, lowers[at]!);
        if (lowers[at]! < limits[added[at]!]!) put(added[at]!, i, lowers[at]!);
      }
    },
    settle(i, nearest, measure) {
      const first = i * capacity;
      for (let left = counts[i]!; left > 0; left--) {
        const at = indexOfLowest(bounds, first, first + left);
        if (bounds[at]! >= farthestOf(nearest, i)) break;
        const j = others[at]!;
        others[at] = others[first + left - 1]!;
        bounds[at] = bounds[first + left - 1]!;
        if (isAmong(nearest, i, j)) continue;
        const distance = measure(i, j);
        offer(nearest, i, j, distance);
        offer(nearest, j, i, distance);
      }
      return farthestOf(nearest, i) <= limits[i]!;
    },
  };
}
