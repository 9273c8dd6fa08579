/** Rows in float32, in tiles that lie close together in space. */
import type { Matrix } from '../contracts.ts';
import { columnMeans, norm, rowOf } from './dense.ts';
import { findRoughAxes } from './rough-axes.ts';
import type { Products } from './products.ts';
import { orderBySpace } from './spatial-order.ts';

/** Rows of a tile: small enough for tight boxes, large enough for fast products. */
const HEIGHT = 128;

/** Axes along which boxes are measured. */
const AXES = 16;

/** Rows from which the axes are found. Poorer axes make boxes larger, never wrong. */
const SAMPLE_ROWS = 1024;

/** Unit roundoff of float32. */
const ROUNDOFF = 2 ** -24;

/** Roundings of a coordinate besides those of its product. */
const OTHER_ROUNDINGS = 16;

/** Room for float64's own rounding, relative to the longest row: tells only where all rows coincide. */
const PADDING = 2 ** -28;

/** The tiles of `[n × d]` rows. */
export interface Tiles {
  /** `[n]`, the row at each place. */
  readonly order: Int32Array;
  /** Rows of a tile; the last one is filled up with zeros. */
  readonly height: number;
  /** Each tile's rows less the mean of all, rounded to float32: `[height × d]`. */
  readonly parts: readonly Matrix<Float32Array>[];
  /** `[n]`, the squared length of the rounded row at each place, in float64. */
  readonly squares: Float64Array;
  /** A length that no row of a tile exceeds, for each tile. */
  readonly radii: Float64Array;
  /** Each tile's lowest and highest coordinates on some axes, `[tiles × axes]`. */
  readonly lowest: Matrix<Float64Array>;
  readonly highest: Matrix<Float64Array>;
}

/** Sorts rows into tiles. */
export async function castTiles(points: Matrix<Float64Array>, products: Products): Promise<Tiles> {
  const { rows, cols } = points;
  const rounded = roundCentred(points);
  const coordinates = await findCoordinates(rounded, products);
  const order = orderBySpace(coordinates, HEIGHT);
  const count = Math.ceil(rows / HEIGHT);
  const squares = new Float64Array(rows);
  const radii = new Float64Array(count).fill(PADDING * (longestRow(points) || 1));
  const parts = Array.from({ length: count }, (_, tile) => {
    const data = new Float32Array(HEIGHT * cols);
    const part = order.subarray(tile * HEIGHT, (tile + 1) * HEIGHT);
    for (const [at, i] of part.entries())
      data.set(rounded.data.subarray(i * cols, (i + 1) * cols), at * cols);
    return { rows: HEIGHT, cols, data };
  });
  for (const [tile, { data }] of parts.entries()) {
    let longest = 0;
    for (let place = tile * HEIGHT; place < Math.min((tile + 1) * HEIGHT, rows); place++) {
      const first = (place - tile * HEIGHT) * cols;
      squares[place] = sumSquares(data, first, first + cols);
      longest = Math.max(longest, squares[place]!);
    }
    radii[tile]! += Math.sqrt(longest);
  }
  return { order, height: HEIGHT, parts, squares, radii, ...findBoxes(coordinates, order) };
}

/** A distance that no row of tile a has to a row of tile b that is nearer. */
export function gapBetween({ lowest, highest, radii, parts }: Tiles, a: number, b: number): number {
  const { cols } = lowest;
  let squares = 0;
  for (let axis = 0; axis < cols; axis++) {
    const gap = Math.max(
      lowest.data[b * cols + axis]! - highest.data[a * cols + axis]!,
      lowest.data[a * cols + axis]! - highest.data[b * cols + axis]!,
    );
    if (gap > 0) squares += gap * gap;
  }
  const rounding = Math.sqrt(cols) * (parts[a]!.cols + OTHER_ROUNDINGS) * ROUNDOFF;
  return Math.max(0, Math.sqrt(squares) - rounding * (radii[a]! + radii[b]!));
}

/** Rows less their mean, in float32. */
function roundCentred(points: Matrix<Float64Array>): Matrix<Float32Array> {
  const { rows, cols, data } = points;
  const means = columnMeans(points);
  const rounded = new Float32Array(data.length);
  for (let first = 0; first < data.length; first += cols) {
    for (let c = 0; c < cols; c++) rounded[first + c] = data[first + c]! - means[c]!;
  }
  return { rows, cols, data: rounded };
}

/** Each row's coordinates on axes along which the rows vary most, `[n × axes]`. */
async function findCoordinates(
  rounded: Matrix<Float32Array>,
  products: Products,
): Promise<Matrix<Float32Array>> {
  const axes = await findRoughAxes(rounded, Math.min(AXES, rounded.cols), SAMPLE_ROWS, products);
  const coordinates = {
    rows: rounded.rows,
    cols: axes.rows,
    data: new Float32Array(rounded.rows * axes.rows),
  };
  if (axes.rows > 0) await products.multiply(rounded, axes, coordinates, 'second');
  return coordinates;
}

function findBoxes(
  { cols, data }: Matrix<Float32Array>,
  order: Int32Array,
): Pick<Tiles, 'lowest' | 'highest'> {
  const rows = Math.ceil(order.length / HEIGHT);
  const lowest = new Float64Array(rows * cols).fill(Infinity);
  const highest = new Float64Array(rows * cols).fill(-Infinity);
  for (const [place, i] of order.entries()) {
    const tile = Math.floor(place / HEIGHT);
    for (let axis = 0; axis < cols; axis++) {
      const at = tile * cols + axis;
      const value = data[i * cols + axis]!;
      if (value < lowest[at]!) lowest[at] = value;
      if (value > highest[at]!) highest[at] = value;
    }
  }
  return { lowest: { rows, cols, data: lowest }, highest: { rows, cols, data: highest } };
}

function sumSquares(data: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += data[at]! * data[at]!;
  return sum;
}

function longestRow(points: Matrix<Float64Array>): number {
  let longest = 0;
  for (let i = 0; i < points.rows; i++) longest = Math.max(longest, norm(rowOf(points, i)));
  return longest;
}
