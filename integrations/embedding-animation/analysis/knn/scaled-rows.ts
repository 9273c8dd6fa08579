/** Rows as they are compared with each other. */
import type { Matrix } from '../../contracts.ts';
import type { IndexRange } from '../ranges.ts';

/** Rows `[n × d]` of which each counts times its scale. Neither may change while they are compared. */
export interface ScaledRows extends Matrix<Float32Array> {
  /** `[n]` */
  readonly scales: Float64Array;
}

/**
 * Writes scales with which a range's rows have length 1; that of a row of zeros is infinite.
 * @returns whether there is a row of zeros
 */
export function findUnitScales({
  scaled: { cols, data, scales },
  range,
}: {
  readonly scaled: ScaledRows;
  readonly range: IndexRange;
}): boolean {
  let foundZeros = false;
  for (let i = range.from; i < range.to; i++) {
    let squares = 0;
    for (let at = i * cols; at < (i + 1) * cols; at++) squares += data[at]! * data[at]!;
    scales[i] = 1 / Math.sqrt(squares);
    if (squares === 0) foundZeros = true;
  }
  return foundZeros;
}

/**
 * Squared euclidean distances of two rows, in float64. The same for both orders of the two, and 0 for rows that are
 * equal. Four sums that do not wait for each other run twice as fast as one.
 */
export function openDistances({ rows, cols, data, scales }: ScaledRows): (i: number, j: number) => number {
  const views = Array.from({ length: rows }, (_, i) => data.subarray(i * cols, (i + 1) * cols));
  return (i, j) => scaledDistance(views[i]!, views[j]!, scales[i]!, scales[j]!);
}

function scaledDistance(a: Float32Array, b: Float32Array, p: number, q: number): number {
  const length = Math.min(a.length, b.length); // V8 then sees that neither index is out of bounds
  const whole = length & ~3;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let c = 0; c < whole; c += 4) {
    const d0 = a[c]! * p - b[c]! * q;
    const d1 = a[c + 1]! * p - b[c + 1]! * q;
    const d2 = a[c + 2]! * p - b[c + 2]! * q;
    const d3 = a[c + 3]! * p - b[c + 3]! * q;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (let c = whole; c < length; c++) s0 += (a[c]! * p - b[c]! * q) ** 2;
  return s0 + s1 + (s2 + s3);
}

/** Writes row i, scaled and less `origin`, at a position of `target`. Gives the square of its length there. */
export function writeRow(
  { cols, data, scales }: ScaledRows,
  i: number,
  origin: Float64Array,
  target: Float32Array | Float64Array,
  at: number,
): number {
  const scale = scales[i]!;
  let squares = 0;
  for (let c = 0, from = i * cols; c < cols; c++) {
    const value = data[from + c]! * scale - origin[c]!;
    target[at + c] = value;
    squares += value * value;
  }
  return squares;
}
