/** Boxes around tiles of rows, for the least distance of their rows. */
import type { Matrix } from '../../contracts.ts';
import { HEIGHT } from './blocks.ts';

/** The smallest boxes around the rows of tiles. */
export interface Boxes {
  /** Boxes. */
  readonly count: number;
  /** Numbers of a corner. */
  readonly cols: number;
  /** Each box's corners, `[boxes × cols]`. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
}

/** Puts a box around the sketches of each tile. */
export function drawBoxes({ rows, cols, data }: Matrix<Float32Array>, order: Int32Array): Boxes {
  const count = Math.ceil(rows / HEIGHT);
  const lowest = new Float64Array(count * cols).fill(Infinity);
  const highest = new Float64Array(count * cols).fill(-Infinity);
  for (let place = 0; place < rows; place++) {
    const corner = Math.floor(place / HEIGHT) * cols;
    const first = order[place]! * cols;
    for (let c = 0; c < cols; c++) {
      const value = data[first + c]!;
      if (value < lowest[corner + c]!) lowest[corner + c] = value;
      if (value > highest[corner + c]!) highest[corner + c] = value;
    }
  }
  return { count, cols, lowest, highest };
}

/** A distance that sketches in box a have at least to those in box b. */
export function gapBetween({ cols, lowest, highest }: Boxes, a: number, b: number): number {
  let squares = 0;
  for (let c = 0; c < cols; c++) {
    const [inA, inB] = [a * cols + c, b * cols + c];
    const gap = Math.max(lowest[inB]! - highest[inA]!, lowest[inA]! - highest[inB]!);
    if (gap > 0) squares += gap * gap;
  }
  return Math.sqrt(squares);
}

/** The distance of the boxes' middles. */
export function distanceBetween({ cols, lowest, highest }: Boxes, a: number, b: number): number {
  let squares = 0;
  for (let c = 0; c < cols; c++) {
    const [inA, inB] = [a * cols + c, b * cols + c];
    squares += ((lowest[inA]! + highest[inA]! - lowest[inB]! - highest[inB]!) / 2) ** 2;
  }
  return Math.sqrt(squares);
}
