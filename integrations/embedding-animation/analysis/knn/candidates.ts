/** For each row, the other rows that may be among its nearest, by lower bounds on their distances. */
import type { ArrayAllocator } from '../../threads/buffer-pool.ts';
import { quickselect } from '../linalg/quickselect.ts';

/** Rows kept besides twice the k nearest: more bear looser bounds, fewer are found faster. */
const SPARE = 8;

/** Rows that may be near to one row. */
export interface RowCandidates {
  /** Position of the one row. */
  i: number;
  /** How many there are: the entries after them mean nothing. */
  count: number;
  /** Positions of the others, */
  readonly others: Int32Array;
  /** and a squared distance that each has at least. */
  readonly bounds: Float64Array;
}

/** What one search found: the rows with the lowest bounds of those that it met. */
export interface Candidates {
  /** Rows kept of each row's, at most, whenever they are pruned. */
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
 * @returns adds each row of some pairs to those of the other, if its bound is below the other's limit
 */
export function startCandidates(
  { kept, capacity, limits, counts, others, bounds }: Candidates,
  first: Float64Array,
): (pairs: RowCandidates) => void {
  limits.set(first);
  counts.fill(0);
  const copy = new Float64Array(capacity);

  /** Keeps the rows with the lowest bounds. */
  const prune = (i: number): void => {
    const start = i * capacity;
    const end = start + counts[i]!;
    for (let at = start; at < end; at++) copy[at - start] = bounds[at]!;
    const limit = quickselect(copy, end - start, kept - 1);
    let position = start;
    for (let at = start; at < end; at++) {
      if (bounds[at]! >= limit) continue;
      others[position] = others[at]!;
      bounds[position++] = bounds[at]!;
    }
    limits[i] = limit;
    counts[i] = position - start;
  };

  const put = (i: number, j: number, bound: number): void => {
    const at = i * capacity + counts[i]!;
    others[at] = j;
    bounds[at] = bound;
    if (++counts[i]! === capacity) prune(i);
  };

  return (pairs) => {
    const { i } = pairs;
    for (let at = 0; at < pairs.count; at++) {
      const j = pairs.others[at]!;
      const bound = pairs.bounds[at]!;
      if (bound < limits[i]!) put(i, j, bound);
      if (bound < limits[j]!) put(j, i, bound);
    }
  };
}

/** A row's candidates of several searches. */
export interface MergedCandidates {
  /** How many: the entries after them mean nothing. */
  count: number;
  readonly others: Int32Array;
  readonly bounds: Float64Array;
  /** None of the other rows lies below. */
  limit: number;
}

/** Room for a row's candidates from several searches. */
export function openMerged(searches: readonly Candidates[]): MergedCandidates {
  const room = searches.reduce((sum, { capacity }) => sum + capacity, 0);
  return { count: 0, others: new Int32Array(room), bounds: new Float64Array(room), limit: Infinity };
}

/**
 * Puts together what searches of all pairs found for row i. A row that is not there was met by one of them, at a bound
 * of at least that one's limit, and so of the least limit.
 */
export function mergeCandidates(merged: MergedCandidates, searches: readonly Candidates[], i: number): void {
  merged.count = 0;
  merged.limit = Infinity;
  for (const { limits } of searches) merged.limit = Math.min(merged.limit, limits[i]!);
  for (const { capacity, counts, others, bounds } of searches) {
    const end = i * capacity + counts[i]!;
    for (let at = i * capacity; at < end; at++) {
      if (bounds[at]! >= merged.limit) continue;
      merged.others[merged.count] = others[at]!;
      merged.bounds[merged.count++] = bounds[at]!;
    }
  }
}

function roomFor(k: number): number {
  return 3 * keptFor(k);
}
