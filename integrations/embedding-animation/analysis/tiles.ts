/** Sketched rows in tiles that lie close together in space. */
import type { Matrix } from '../contracts.ts';

/** Unit roundoff of float32. */
const ROUNDOFF = 2 ** -24;

/** Roundings of a squared distance besides those of its product. */
const OTHER_ROUNDINGS = 8;

/** Consecutive rows of an order. */
export interface Tile {
  /** Places of its first row and after its last. */
  readonly from: number;
  readonly to: number;
  /** Its rows x as `[x, 1, −‖x‖²/2]`, filled up with rows of zeros: `[height × (w + 2)]`. */
  readonly rows: Matrix<Float32Array>;
  /** Its rows y as `[y, −‖y‖²/2, 1]`: the products of the two are −‖x − y‖²/2. */
  readonly factors: Matrix<Float32Array>;
  /** No row is longer. */
  readonly radius: number;
}

/** Cuts rows, taken in an order, into tiles of `height` rows. */
export function cutTiles({ cols, data }: Matrix<Float32Array>, order: Int32Array, height: number): Tile[] {
  const tiles: Tile[] = [];
  for (let from = 0; from < order.length; from += height) {
    const to = Math.min(from + height, order.length);
    const rows = { rows: height, cols: cols + 2, data: new Float32Array(height * (cols + 2)) };
    const factors = { ...rows, data: new Float32Array(rows.data.length) };
    let longest = 0;
    for (let place = from; place < to; place++) {
      const row = data.subarray(order[place]! * cols, (order[place]! + 1) * cols);
      const first = (place - from) * rows.cols;
      const square = sumSquares(row);
      rows.data.set(row, first);
      rows.data[first + cols] = 1;
      rows.data[first + cols + 1] = -square / 2;
      factors.data.set(row, first);
      factors.data[first + cols] = -square / 2;
      factors.data[first + cols + 1] = 1;
      longest = Math.max(longest, square);
    }
    tiles.push({ from, to, rows, factors, radius: Math.sqrt(longest) });
  }
  return tiles;
}

/**
 * The most by which −2 · a product of rows of two tiles may exceed the squared distance of the rows that they stand
 * for, each moved by `error` at most. More than 0 unless all rows are rows of zeros.
 */
export function slackBetween(a: Tile, b: Tile, error: number): number {
  const reach = a.radius + b.radius;
  const ofProducts = (a.rows.cols + OTHER_ROUNDINGS) * ROUNDOFF * reach * reach;
  return ofProducts + 4 * error * reach;
}

function sumSquares(row: Float32Array): number {
  let sum = 0;
  for (const value of row) sum += value * value;
  return sum;
}
