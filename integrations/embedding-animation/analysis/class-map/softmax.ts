/** Probabilities of classes from a classifier's outputs. */
import type { Logits } from '../../contracts.ts';

/**
 * Writes softmax(logits / T) of row `i` into `target`, `[classes]`. The largest is taken off before, so that none
 * overflows: one that is far below comes out as 0.
 */
export function writeSoftmax(
  { cols, data }: Logits,
  i: number,
  temperature: number,
  target: Float64Array,
): void {
  const first = i * cols;
  const largest = largestOf(data, first, cols);
  let sum = 0;
  for (let k = 0; k < cols; k++) {
    const value = Math.exp((data[first + k]! - largest) / temperature);
    target[k] = value;
    sum += value;
  }
  for (let k = 0; k < cols; k++) target[k]! /= sum;
}

/** The largest of `count` numbers from `first` on. */
export function largestOf(data: Float32Array, first: number, count: number): number {
  let largest = -Infinity;
  for (let at = first; at < first + count; at++) largest = Math.max(largest, data[at]!);
  return largest;
}
