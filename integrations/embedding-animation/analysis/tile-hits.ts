/** Pairs of rows of two tiles that may be near each other, by the tiles' product. */
import type { Tile } from './tiles.ts';

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

/** What it takes to find the hits of two tiles. */
export interface Finder {
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

/** Looks for hits in the products `[height × height]` of two tiles, as they are at the time. */
export function openFinder(products: Float32Array<ArrayBuffer>, height: number): Finder {
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
export function findHits(
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
