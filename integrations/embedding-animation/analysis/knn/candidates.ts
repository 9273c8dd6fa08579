/** For each row, the other rows that may be among its nearest, by lower bounds on their distances. */
import type { ArrayAllocator } from '../../threads/buffer-pool.ts';
import { lowestAt } from '../linalg/quickselect.ts';
import type { Hits } from './block-filter.ts';

/** Rows kept besides twice the k nearest: more bear looser bounds, fewer are found faster. */
const SPARE = 8;

/** What one search found: the rows with the lowest bounds of those that it met. */
export interface Candidates {
  /** Rows kept of each row's, at most, whenever they are sifted. */
  readonly kept: number;
  /** Room for each row's. */
  readonly capacity: number;
  /** `[n]`: all rows that were met and whose bound lies below row i's limit are there. Limits fall as rows are added. */
  readonly limits: Float64Array;
  /** `[n]`: how many there are, */
  readonly counts: Int32Array;
  /** `[n × capacity]`: which, */
  readonly others: Int32Array;
  /** `[n × capacity]`: and a squared distance that each has at least. */
  readonly bounds: Float64Array;
}

/** Rows that are kept when k neighbours of each are wanted. */
export function keptFor(k: number): number {
  return 2 * k + SPARE;
}

/** Bytes of the candidates of `rows` rows. */
export function bytesOfCandidates(rows: number, k: number): number {
  return rows * roomFor(k) * (Int32Array.BYTES_PER_ELEMENT + Float64Array.BYTES_PER_ELEMENT);
}

/** Room for the candidates of `rows` rows. */
export function openCandidates(arrays: ArrayAllocator, rows: number, k: number): Candidates {
  const capacity = roomFor(k);
  return {
    kept: keptFor(k),
    capacity,
    limits: arrays.float64(rows),
    counts: arrays.int32(rows),
    others: arrays.int32(rows * capacity),
    bounds: arrays.float64(rows * capacity),
  };
}

/**
 * Starts with nothing.
 * @param first limits to begin with: any will do, the lower the fewer rows are kept
 * @returns adds each row of some hits to those of the other, if its bound is below the other's limit
 */
export function startCandidates(
  { kept, capacity, limits, counts, others, bounds }: Candidates,
  first: Float64Array,
): (hits: Hits) => void {
  limits.set(first);
  counts.fill(0);
  const copy = new Float64Array(capacity);

  /** Keeps the rows with the lowest bounds. */
  const sift = (i: number): void => {
    const start = i * capacity;
    const end = start + counts[i]!;
    for (let at = start; at < end; at++) copy[at - start] = bounds[at]!;
    const limit = lowestAt(copy, end - start, kept - 1);
    let place = start;
    for (let at = start; at < end; at++) {
      if (bounds[at]! >= limit) continue;
      others[place] = others[at]!;
      bounds[place++] = bounds[at]!;
    }
    limits[i] = limit;
    counts[i] = place - start;
  };

  const put = (i: number, j: number, bound: number): void => {
    const at = i * capacity + counts[i]!;
    others[at] = j;
    bounds[at] = bound;
    if (++counts[i]! === capacity) sift(i);
  };

  return (hits) => {
    const { i } = hits;
    for (let at = 0; at < hits.count; at++) {
      const j = hits.others[at]!;
      const bound = hits.bounds[at]!;
      if (bound < limits[i]!) put(i, j, bound);
      if (bound < limits[j]!) put(j, i, bound);
    }
  };
}

/** Some of a row's candidates. */
export interface Gathered {
  /** How many: the entries after them mean nothing. */
  count: number;
  readonly others: Int32Array;
  readonly bounds: Float64Array;
  /** None of the other rows lies below. */
  limit: number;
}

/** Room for a row's candidates from several searches. */
export function openGathered(searches: readonly Candidates[]): Gathered {
  const room = searches.reduce((sum, { capacity }) => sum + capacity, 0);
  return { count: 0, others: new Int32Array(room), bounds: new Float64Array(room), limit: Infinity };
}

/**
 * Puts together what searches of all pairs found for row i. A row that is not there was met by one of them, at a bound
 * of at least that one's limit, and so of the least limit.
 */
export function gather(gathered: Gathered, searches: readonly Candidates[], i: number): void {
  gathered.count = 0;
  gathered.limit = Infinity;
  for (const { limits } of searches) gathered.limit = Math.min(gathered.limit, limits[i]!);
  for (const { capacity, counts, others, bounds } of searches) {
    const end = i * capacity + counts[i]!;
    for (let at = i * capacity; at < end; at++) {
      if (bounds[at]! >= gathered.limit) continue;
      gathered.others[gathered.count] = others[at]!;
      gathered.bounds[gathered.count++] = bounds[at]!;
    }
  }
}

function roomFor(k: number): number {
  return 3 * keptFor(k);
}
