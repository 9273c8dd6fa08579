/** Rows sorted into tiles whose rows lie close together. */
import type { Matrix } from '../../contracts.ts';

/**
 * An order of `[n × m]` points in which every `tile` of them, counted from the first, lie close together: as in a
 * k-d tree, the points are halved along the axis on which they vary most, and the halves again (Friedman, Bentley and
 * Finkel, 1977), at a multiple of `tile`.
 */
export function orderBySpace(points: Matrix, tile: number): Int32Array {
  const order = Int32Array.from({ length: points.rows }, (_, i) => i);
  const split = (part: Int32Array): void => {
    if (part.length <= tile) return;
    const axis = longestAxis(points, part);
    const middle = tile * Math.ceil(part.length / tile / 2);
    partition(part, middle, (i) => points.data[i * points.cols + axis]!);
    split(part.subarray(0, middle));
    split(part.subarray(middle));
  };
  split(order);
  return order;
}

/** Points of a part from which its variance is told. */
const SAMPLE = 512;

/** The axis with the largest variance over some of the points, told from a sample of them. */
function longestAxis({ cols, data }: Matrix, part: Int32Array): number {
  const stride = Math.ceil(part.length / SAMPLE);
  const taken = Math.ceil(part.length / stride);
  let [longest, largest] = [0, -1];
  for (let axis = 0; axis < cols; axis++) {
    const origin = data[part[0]! * cols + axis]!;
    let [sum, squares] = [0, 0];
    for (let at = 0; at < part.length; at += stride) {
      const value = data[part[at]! * cols + axis]! - origin;
      sum += value;
      squares += value * value;
    }
    const variance = squares - (sum * sum) / taken;
    if (variance > largest) [longest, largest] = [axis, variance];
  }
  return longest;
}

/** Moves the `count` smallest to the front, in place (Hoare's selection, 1961). */
function partition(items: Int32Array, count: number, keyOf: (item: number) => number): void {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const pivot = keyOf(items[(low + high) >> 1]!);
    let left = low;
    let right = high;
    while (left <= right) {
      while (keyOf(items[left]!) < pivot) left++;
      while (keyOf(items[right]!) > pivot) right--;
      if (left > right) break;
      const item = items[left]!;
      items[left++] = items[right]!;
      items[right--] = item;
    }
    if (count - 1 <= right) high = right;
    else if (count >= left) low = left;
    else return;
  }
}
