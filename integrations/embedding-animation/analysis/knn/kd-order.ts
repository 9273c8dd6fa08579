/** Rows sorted into blocks whose rows lie close together. */
import type { Matrix } from '../../contracts.ts';
import { quickselect } from '../linalg/quickselect.ts';

/** Points of a part from which its variance is told. */
const SAMPLE = 512;

/**
 * An order of `[n × m]` points in which every `block` of them, counted from the first, lie close together: as in a
 * k-d tree, the points are halved along the axis on which they vary most, and the halves again (Friedman, Bentley and
 * Finkel, 1977), at a multiple of `block`.
 */
export function findKdOrder({ rows, cols, data }: Matrix, block: number): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const split = (part: Int32Array): void => {
    if (part.length <= block) return;
    const axis = findWidestAxis({ rows, cols, data }, part);
    const middle = block * Math.ceil(part.length / block / 2);
    const coordinates = Float64Array.from(part, (i) => data[i * cols + axis]!);
    quickselect(coordinates, part.length, middle - 1, part);
    split(part.subarray(0, middle));
    split(part.subarray(middle));
  };
  split(order);
  return order;
}

/** The axis with the largest variance over some of the points, told from a sample of them. */
function findWidestAxis({ cols, data }: Matrix, part: Int32Array): number {
  const stride = Math.ceil(part.length / SAMPLE);
  const taken = Math.ceil(part.length / stride);
  let [widest, largest] = [0, -1];
  for (let axis = 0; axis < cols; axis++) {
    const origin = data[part[0]! * cols + axis]!;
    let [sum, squares] = [0, 0];
    for (let at = 0; at < part.length; at += stride) {
      const value = data[part[at]! * cols + axis]! - origin;
      sum += value;
      squares += value * value;
    }
    const variance = squares - (sum * sum) / taken;
    if (variance > largest) [widest, largest] = [axis, variance];
  }
  return widest;
}
