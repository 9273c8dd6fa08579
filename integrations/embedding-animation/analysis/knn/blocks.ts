/** Rows in tiles that lie close together in space, in memory that threads share. */
import type { Matrix } from '../../contracts.ts';
import type { ArrayAllocator } from '../../threads/buffer-pool.ts';

/** Rows of a tile: enough for fast products, and so few that tiles far apart can be left out. */
export const HEIGHT = 256;

/** Unit roundoff of float32. */
const ROUNDOFF = 2 ** -24;

/** Smallest float32 with all digits: numbers below may be taken for 0. */
const SMALLEST = 2 ** -126;

/** Roundings of a squared distance besides those of its product. */
const OTHER_ROUNDINGS = 8;

/** Rows in an order, in tiles of `HEIGHT`. What the last lacks is filled up with rows of zeros, which are fast to multiply. */
export interface Tiles {
  /** Rows, without those that fill up. */
  readonly size: number;
  /** Tiles. */
  readonly count: number;
  /** Numbers of a row: w + 2. */
  readonly cols: number;
  /** The rows x as `[x, 1, −‖x‖²/2]`, `[count · HEIGHT × (w + 2)]`. */
  readonly rows: Float32Array;
  /** The rows y as `[y, −‖y‖²/2, 1]`: products of the two are −‖x − y‖²/2. */
  readonly factors: Float32Array;
  /** `[count]`: no row of a tile is longer. */
  readonly radii: Float64Array;
}

/** One of the tiles. */
export interface Tile {
  /** Places of its first row and after its last that does not fill up. */
  readonly from: number;
  readonly to: number;
  readonly rows: Matrix<Float32Array>;
  readonly factors: Matrix<Float32Array>;
  readonly radius: number;
}

/** Room for tiles of `size` rows of w numbers. */
export function openTiles(arrays: ArrayAllocator, size: number, w: number): Tiles {
  const count = Math.ceil(size / HEIGHT);
  const cols = w + 2;
  const length = count * HEIGHT * cols;
  return {
    size,
    count,
    cols,
    rows: arrays.float32(length),
    factors: arrays.float32(length),
    radii: arrays.float64(count),
  };
}

/** Tile number `index`. */
export function tileAt({ size, cols, rows, factors, radii }: Tiles, index: number): Tile {
  const part = (data: Float32Array): Matrix<Float32Array> => ({
    rows: HEIGHT,
    cols,
    data: data.subarray(index * HEIGHT * cols, (index + 1) * HEIGHT * cols),
  });
  const from = index * HEIGHT;
  return {
    from,
    to: Math.min(from + HEIGHT, size),
    rows: part(rows),
    factors: part(factors),
    radius: radii[index]!,
  };
}

/**
 * Fills tile `index`.
 * @param write writes the w numbers of the row at a place to `target`, from `at` on
 */
export function fillTile(
  tiles: Tiles,
  index: number,
  write: (place: number, target: Float32Array, at: number) => void,
): void {
  const { size, cols, rows, factors, radii } = tiles;
  const w = cols - 2;
  const from = index * HEIGHT;
  const end = (from + HEIGHT) * cols;
  let longest = 0;
  let at = from * cols;
  for (let place = from; place < Math.min(from + HEIGHT, size); place++, at += cols) {
    write(place, rows, at);
    let square = 0;
    for (let c = at; c < at + w; c++) square += rows[c]! * rows[c]!;
    factors.set(rows.subarray(at, at + w), at);
    rows[at + w] = factors[at + w + 1] = 1;
    rows[at + w + 1] = factors[at + w] = -square / 2;
    longest = Math.max(longest, square);
  }
  rows.fill(0, at, end);
  factors.fill(0, at, end);
  radii[index] = Math.sqrt(longest);
}

/**
 * The most by which −2 · a product of rows of two tiles may exceed the squared distance of the rows that they stand
 * for, each moved by `error` at most: what `Products.multiply` promises, terms that are too small for float32, and
 * what moving the rows adds. More than 0.
 */
export function slackBetween(a: Tile, b: Tile, error: number): number {
  const reach = a.radius + b.radius;
  const roundings = a.rows.cols + OTHER_ROUNDINGS;
  const share = (roundings * ROUNDOFF) / (1 - roundings * ROUNDOFF);
  return share * reach * reach + 4 * error * reach + 4 * roundings * SMALLEST;
}
