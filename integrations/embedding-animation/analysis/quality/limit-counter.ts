/** Counting how many of very many numbers lie below each of a few limits: ranks, where only a few are wanted. */

/** Cells between the lowest and the highest limit: with many more cells than limits, few numbers share one with a limit. */
const CELLS = 256;

/** Limits, and what was counted so far. */
export interface LimitCounter {
  /** Positions of the limits, ascending by limit. */
  readonly order: Int32Array;
  /** Ascending, without those of −∞, below which nothing lies; behind the last, ∞. */
  readonly limits: Float64Array;
  /** Limits that are surely at most the numbers of a cell. */
  readonly starts: Uint16Array;
  /** Cells per unit. */
  readonly density: number;
  /** Numbers that lie below a limit, but not below the one before. */
  readonly tally: Int32Array;
}

/** Cells are found by whole numbers of 32 bits. */
const LARGEST_CELL = 2 ** 30;

/**
 * Opens a counter of numbers below each of some limits, at most 65,535, none of which is ∞.
 * @param largest neither a limit nor a number is larger; none lies so far below the lowest limit
 */
export function openLimitCounter(limits: Float64Array, largest: number): LimitCounter {
  const order = Int32Array.from(limits.keys())
    .filter((at) => limits[at]! > -Infinity)
    .sort((a, b) => limits[a]! - limits[b]! || a - b);
  const sorted = new Float64Array(order.length + 1).fill(Infinity);
  for (const [at, position] of order.entries()) sorted[at] = limits[position]!;
  const extent = order.length === 0 ? 0 : sorted[order.length - 1]! - sorted[0]!;
  const densest = Math.min(CELLS / extent, LARGEST_CELL / (largest - sorted[0]!));
  const density = densest < Infinity ? densest : 0; // NaN where there are no limits
  const starts = new Uint16Array(CELLS + 1);
  for (let cell = 0, passed = 0; cell <= CELLS; cell++) {
    // A number in a later cell than a limit's is above it: cells rise with numbers, however they are rounded.
    while (passed < order.length && cellOf(sorted[passed]! - sorted[0]!, density) < cell) passed++;
    starts[cell] = passed;
  }
  return { order, limits: sorted, starts, density, tally: new Int32Array(order.length + 1) };
}

/** A whole number from 0 to `CELLS`, without a branch that the processor would have to foresee. */
function cellOf(aboveLowest: number, density: number): number {
  const cell = (aboveLowest * density) | 0;
  const left = CELLS - (cell & ~(cell >> 31)); // negative cells are 0
  return CELLS - (left & ~(left >> 31));
}

/** Counts numbers, none of which is NaN. This is where time goes. */
export function countBelow({ limits, starts, density, tally }: LimitCounter, values: Float64Array): void {
  if (limits.length === 1) return;
  const lowest = limits[0]!;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    let at = starts[cellOf(value - lowest, density)]!;
    while (limits[at]! <= value) at++;
    tally[at]!++;
  }
}

/** Writes how many numbers were below each limit, in the order in which limits were given; 0 for −∞. */
export function writeCounts({ order, tally }: LimitCounter, counts: Int32Array): void {
  counts.fill(0);
  let sum = 0;
  for (const [at, position] of order.entries()) counts[position] = sum += tally[at]!;
}
