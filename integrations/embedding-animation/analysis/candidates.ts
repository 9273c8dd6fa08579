/** Pairs of rows whose distance is known only to lie between two bounds, until it has to be measured. */
import { farthestOf, isAmong, offer, openNearest, type Nearest } from './nearest.ts';

/** Rows that wait at a row before its limit is looked at again: more take longer to sift, fewer are sifted more often. */
const WAITING_BESIDES_NEAREST = 28;

/** A search for the k nearest of each of n rows, by bounds first. */
export interface Candidates {
  /** `[n]`, distances from which on a row can't be nearer to row i than the last of its nearest. */
  readonly limits: Float64Array;
  /** Lowers row i's limit by `uppers`: as many other rows' distances to it are at most these. */
  seed(i: number, uppers: Float64Array): void;
  /** Takes row j for a candidate of row i: its distance is at least `lower` and at most `upper`. */
  add(i: number, j: number, lower: number, upper: number): void;
  /** Measures what is still waiting, and gives the k nearest of each row. */
  finish(): Nearest;
}

/**
 * Opens a search that calls `measure(i, j)` for the distance of a pair only where bounds don't tell that it is too
 * far. A row is to be added once to each row within whose limit it may lie.
 */
export function openCandidates(
  rows: number,
  k: number,
  measure: (i: number, j: number) => number,
): Candidates {
  const capacity = 2 * k + WAITING_BESIDES_NEAREST;
  const nearest = openNearest(rows, k);
  const limits = new Float64Array(rows).fill(Infinity);
  const counts = new Int32Array(rows);
  const waiting = new Int32Array(rows * capacity);
  const lowers = new Float64Array(rows * capacity);
  const uppers = new Float64Array(rows * capacity);
  const smallest = new Float64Array(k);

  const lowerLimit = (i: number, distance: number): void => {
    // Nothing is nearer than 0: a row with k equals needs no others.
    if (distance < limits[i]!) limits[i] = distance === 0 ? -Infinity : distance;
  };

  /** Lowers the limit to the k-th upper bound, and forgets rows beyond it. */
  const sift = (i: number): void => {
    const first = i * capacity;
    const end = first + counts[i]!;
    lowerLimit(i, kthSmallest(uppers.subarray(first, end), smallest));
    let kept = first;
    for (let at = first; at < end; at++) {
      if (lowers[at]! >= limits[i]!) continue;
      waiting[kept] = waiting[at]!;
      lowers[kept] = lowers[at]!;
      uppers[kept++] = uppers[at]!;
    }
    counts[i] = kept - first;
  };

  const measureWaiting = (i: number): void => {
    const first = i * capacity;
    for (let at = first; at < first + counts[i]!; at++) {
      const j = waiting[at]!;
      if (lowers[at]! >= limits[i]! || isAmong(nearest, i, j)) continue;
      const distance = measure(i, j);
      if (offer(nearest, i, j, distance)) lowerLimit(i, farthestOf(nearest, i));
      if (offer(nearest, j, i, distance)) lowerLimit(j, farthestOf(nearest, j));
    }
    counts[i] = 0;
  };

  const makeRoom = (i: number): void => {
    sift(i);
    if (2 * counts[i]! > capacity + k) measureWaiting(i);
  };

  return {
    limits,
    seed(i, others) {
      lowerLimit(i, kthSmallest(others, smallest));
    },
    add(i, j, lower, upper) {
      const at = i * capacity + counts[i]!;
      waiting[at] = j;
      lowers[at] = lower;
      uppers[at] = upper;
      counts[i]!++;
      if (counts[i] === capacity) makeRoom(i);
    },
    finish() {
      for (let i = 0; i < rows; i++) sift(i);
      for (let i = 0; i < rows; i++) measureWaiting(i);
      return nearest;
    },
  };
}

/** The k-th smallest of some values, k the length of `smallest`, which is overwritten; infinite when there are fewer. */
function kthSmallest(values: Float64Array, smallest: Float64Array): number {
  const last = smallest.length - 1;
  smallest.fill(Infinity);
  for (const value of values) {
    if (value >= smallest[last]!) continue;
    let place = last;
    for (; place > 0 && smallest[place - 1]! > value; place--) smallest[place] = smallest[place - 1]!;
    smallest[place] = value;
  }
  return smallest[last]!;
}
