/** Numbers as 16-bit steps between two ends. */

/** Largest 16-bit number: the ends are hit exactly. */
const STEPS = 65_535;

/** The least and the greatest of some numbers. */
export type Range = readonly [low: number, high: number];

/**
 * The nearest of 65,536 equal steps from the range's low end to its high one, for each value; values outside count
 * as the end they are beyond. No value moves by more than (high − low) / 131,070.
 */
export function quantise(values: Float64Array, [low, high]: Range): Uint16Array {
  const scale = high > low ? STEPS / (high - low) : 0;
  return Uint16Array.from(values, (value) => Math.min(STEPS, Math.max(0, Math.round((value - low) * scale))));
}

/** The values that the steps stand for. */
export function restore(steps: Uint16Array, [low, high]: Range): Float64Array {
  return Float64Array.from(steps, (step) => low + (step / STEPS) * (high - low));
}

/** The range of some numbers; `[0, 0]` of none. */
export function rangeOf(values: Float64Array): Range {
  let [low, high] = [values[0] ?? 0, values[0] ?? 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
