/** Boxes around tiles of rows, for the least distance of their rows. */
import type { Sketches } from './sketches.ts';

/** The smallest boxes around consecutive rows of an order. */
export interface Boxes {
  /** Numbers of a corner. */
  readonly cols: number;
  /** Each box's corners, `[boxes × cols]`. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  readonly error: number;
}

/** Puts a box around every `height` rows. */
export function drawBoxes({ rows, error }: Sketches, order: Int32Array, height: number): Boxes {
  const { cols, data } = rows;
  const count = Math.ceil(order.length / height);
  const lowest = new Float64Array(count * cols).fill(Infinity);
  const highest = new Float64Array(count * cols).fill(-Infinity);
  for (const [place, i] of order.entries()) {
    const corner = Math.floor(place / height) * cols;
    for (let c = 0; c < cols; c++) {
      const value = data[i * cols + c]!;
      if (value < lowest[corner + c]!) lowest[corner + c] = value;
      if (value > highest[corner + c]!) highest[corner + c] = value;
    }
  }
  return { cols, lowest, highest, error };
}

/** A distance that rows of box a have at least to rows of box b. */
export function gapBetween({ cols, lowest, highest, error }: Boxes, a: number, b: number): number {
  let squares = 0;
  for (let c = 0; c < cols; c++) {
    const [inA, inB] = [a * cols + c, b * cols + c];
    const gap = Math.max(lowest[inB]! - highest[inA]!, lowest[inA]! - highest[inB]!);
    if (gap > 0) squares += gap * gap;
  }
  return Math.max(0, Math.sqrt(squares) - 2 * error);
}
