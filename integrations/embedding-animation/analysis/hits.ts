/** Pairs of rows that may be near each other, by the products of tiles. */
import { gapBetween, type Boxes } from './boxes.ts';
import { lowestAt } from './lowest.ts';
import type { Products } from './products.ts';
import { slackBetween, type Tile } from './tiles.ts';

/** What is searched. */
export interface Search {
  readonly tiles: readonly Tile[];
  /** The most by which a row of the tiles is moved from the row it stands for. */
  readonly error: number;
  /** One around the rows of each tile. */
  readonly boxes: Boxes;
  readonly products: Products;
}

/** Rows that may be near to one row: each pair comes up once. */
export interface Hits {
  /** Place of the one row. */
  i: number;
  count: number;
  /** Places of the others, */
  readonly others: Int32Array;
  /** and what their squared distances are at least. */
  readonly lowers: Float64Array;
}

/** Two tiles and a squared distance that their rows have at least. */
interface TilePair {
  readonly a: Tile;
  readonly b: Tile;
  readonly bound: number;
}

/**
 * Calls `take` so that all pairs come up whose bound lies below the limit of either row, and some others. The hits are
 * filled again after each call, and limits may be lowered in it.
 * @param limits `[n]`, squared distances
 */
export async function forEachHits(
  { tiles, error, boxes, products }: Search,
  limits: Float64Array,
  take: (hits: Hits) => void,
): Promise<void> {
  const height = tiles[0]!.rows.rows;
  const product = { rows: height, cols: height, data: new Float32Array(height ** 2) };
  const finder = openFinder(product.data, height);
  for (const { a, b, bound } of pairTiles(tiles, boxes)) {
    if (Math.max(largestOf(limits, a), largestOf(limits, b)) <= bound) continue;
    await products.multiply(a.rows, b.factors, product, 'second');
    findHits(finder, a, b, slackBetween(a, b, error), limits, limits, take);
  }
}

/**
 * The same for a few rows only, with all others: calls `take` so that all of a row's others come up whose bound lies
 * below its limit, the row itself among them.
 * @param few tiles of these rows, whose places are those of `limits`
 */
export async function forEachHitsOf(
  few: readonly Tile[],
  { tiles, error, products }: Search,
  limits: Float64Array,
  take: (hits: Hits) => void,
): Promise<void> {
  const height = tiles[0]!.rows.rows;
  const product = { rows: height, cols: height, data: new Float32Array(height ** 2) };
  const finder = openFinder(product.data, height);
  for (const a of few) {
    for (const b of tiles) {
      await products.multiply(a.rows, b.factors, product, 'second');
      findHits(finder, a, b, slackBetween(a, b, error), limits, undefined, take);
    }
  }
}

/**
 * Gives each row a first limit: the `count`-th lowest bound on the distances to the other rows of its tile. Rows of a
 * smaller tile have none.
 */
export async function seedLimits(
  { tiles, error, products }: Search,
  limits: Float64Array,
  count: number,
): Promise<void> {
  const height = tiles[0]!.rows.rows;
  const product = { rows: height, cols: height, data: new Float32Array(height ** 2) };
  const bounds = new Float64Array(height);
  for (const tile of tiles) {
    await products.multiply(tile.rows, tile.factors, product, 'second');
    const slack = slackBetween(tile, tile, error);
    const size = tile.to - tile.from;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) bounds[j] = -2 * product.data[i * height + j]! - slack;
      bounds[i] = Infinity;
      limits[tile.from + i] = count < size ? lowestAt(bounds, size, count - 1) : Infinity;
    }
  }
}

/** All pairs of tiles: first each with itself, then the closest. */
function pairTiles(tiles: readonly Tile[], boxes: Boxes): TilePair[] {
  const pairs = tiles.flatMap((a, at) =>
    tiles.slice(at).map((b, steps) => ({
      a,
      b,
      bound: steps === 0 ? -1 : gapBetween(boxes, at, at + steps) ** 2,
    })),
  );
  return pairs.sort((one, other) => one.bound - other.bound);
}

/** What it takes to find the hits of two tiles. */
interface Finder {
  readonly hits: Hits;
  readonly products: Float32Array;
  /** The same memory, read as whole numbers: those of negative products rise as the products fall. */
  readonly bits: Uint32Array;
  /** Bits from which on a product is too low, for each column. */
  readonly ends: Uint32Array;
  /** One number, and its bits. */
  readonly number: Float32Array;
  readonly numberBits: Uint32Array;
}

function openFinder(products: Float32Array<ArrayBuffer>, height: number): Finder {
  const number = new Float32Array(1);
  return {
    hits: { i: 0, count: 0, others: new Int32Array(height), lowers: new Float64Array(height) },
    products,
    bits: new Uint32Array(products.buffer),
    ends: new Uint32Array(height),
    number,
    numberBits: new Uint32Array(number.buffer),
  };
}

/**
 * Takes the hits of each row of a tile: products, −‖x − y‖²/2, larger than the row's or the column's least. Without
 * limits of columns, than the row's.
 */
function findHits(
  finder: Finder,
  a: Tile,
  b: Tile,
  slack: number,
  limits: Float64Array,
  limitsOfColumns: Float64Array | undefined,
  take: (hits: Hits) => void,
): void {
  const { hits, products, ends } = finder;
  const height = ends.length;
  const size = b.to - b.from;
  let lastEnd = 0;
  for (let j = 0; j < size; j++) {
    const end = limitsOfColumns === undefined ? 0 : endOf(finder, limitsOfColumns[b.from + j]!, slack);
    ends[j] = end;
    if (end > lastEnd) lastEnd = end;
  }
  for (let i = a.from, first = 0; i < a.to; i++, first += height) {
    const from = a === b ? i + 1 - b.from : 0;
    const end = endOf(finder, limits[i]!, slack);
    const count = collect(finder, first, from, size, end, Math.max(end, lastEnd));
    if (count === 0) continue;
    hits.i = i;
    hits.count = count;
    for (let at = 0; at < count; at++) {
      hits.lowers[at] = -2 * products[first + hits.others[at]!]! - slack;
      hits.others[at]! += b.from;
    }
    take(hits);
  }
}

/**
 * Notes where the bits of a row of products, which starts at `first`, lie before the row's end or the column's; none
 * lies behind `lastEnd`. This is where time goes: whole numbers need not be turned into float64 to be compared.
 */
function collect(
  { hits: { others }, bits, ends }: Finder,
  first: number,
  from: number,
  to: number,
  end: number,
  lastEnd: number,
): number {
  let count = 0;
  for (let j = from; j < to; j++) {
    const bit = bits[first + j]!;
    if (bit < lastEnd && (bit < end || bit < ends[j]!)) others[count++] = j;
  }
  return count;
}

/** The bits of the largest float32 that is at most the product of rows at a limit: 0 where no product is larger. */
function endOf({ number, numberBits }: Finder, limit: number, slack: number): number {
  const least = -(limit + slack) / 2;
  if (least > 0) return 0;
  number[0] = least;
  return number[0] > least ? numberBits[0]! + 1 : numberBits[0]!;
}

function largestOf(limits: Float64Array, { from, to }: Tile): number {
  let largest = -Infinity;
  for (let i = from; i < to; i++) if (limits[i]! > largest) largest = limits[i]!;
  return largest;
}
