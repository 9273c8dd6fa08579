/** Sketched rows in tiles that lie close together in space. */
import type { Matrix } from '../contracts.ts';
import type { Sketches } from './sketches.ts';

/** Unit roundoff of float32. */
const ROUNDOFF = 2 ** -24;

/** Roundings of a squared distance besides those of its product. */
const OTHER_ROUNDINGS = 8;

/** Consecutive rows of an order. */
export interface Tile {
  /** Places of its first row and after its last. */
  readonly from: number;
  readonly to: number;
  /** Its rows, filled up with rows of zeros: `[height × w]`. */
  readonly rows: Matrix<Float32Array>;
  /** No row is longer. */
  readonly radius: number;
}

/** The tiles of `[n × w]` rows. */
export interface Tiles {
  readonly list: readonly Tile[];
  /** Rows of a tile, with those it is filled up with. */
  readonly height: number;
  /** `[n]`, the squared length of the row at each place, in float64. */
  readonly squares: Float64Array;
  readonly error: number;
}

/** Cuts rows, taken in an order, into tiles of `height` rows. */
export function cutTiles({ rows, error }: Sketches, order: Int32Array, height: number): Tiles {
  const { cols, data } = rows;
  const squares = new Float64Array(order.length);
  const list: Tile[] = [];
  for (let from = 0; from < order.length; from += height) {
    const to = Math.min(from + height, order.length);
    const part = new Float32Array(height * cols);
    let longest = 0;
    for (let place = from; place < to; place++) {
      const row = data.subarray(order[place]! * cols, (order[place]! + 1) * cols);
      part.set(row, (place - from) * cols);
      squares[place] = sumSquares(row);
      longest = Math.max(longest, squares[place]!);
    }
    list.push({ from, to, rows: { rows: height, cols, data: part }, radius: Math.sqrt(longest) });
  }
  return { list, height, squares, error };
}

/**
 * The most by which ‖x‖² + ‖y‖² − 2xy, with xy in float32, may exceed the squared distance of the rows that rows x and
 * y of two tiles stand for. More than 0 unless all rows are rows of zeros.
 */
export function slackBetween({ error }: Tiles, a: Tile, b: Tile): number {
  const ofProduct = 2 * (a.rows.cols + OTHER_ROUNDINGS) * ROUNDOFF * a.radius * b.radius;
  const ofRows = 4 * error * (a.radius + b.radius);
  return ofProduct + ofRows;
}

function sumSquares(row: Float32Array): number {
  let sum = 0;
  for (const value of row) sum += value * value;
  return sum;
}
