/** Pairs of rows of two tiles that may be near each other, by the tiles' product. */
import type { Products } from './products.ts';
import { HEIGHT, slackBetween, type Tile } from './tiles.ts';

/** Rows that may be near to one row. */
export interface Hits {
  /** Place of the one row. */
  i: number;
  /** How many there are: the entries after them mean nothing. */
  count: number;
  /** Places of the others, */
  readonly others: Int32Array;
  /** and a squared distance that each has at least. */
  readonly bounds: Float64Array;
}

/** What it takes to look through the pairs of two tiles. */
export interface Sieve {
  readonly products: Products;
  /** `[HEIGHT × HEIGHT]` */
  readonly product: { readonly rows: number; readonly cols: number; readonly data: Float32Array };
  /** The same memory, read as whole numbers: those of negative products rise as the products fall. */
  readonly bits: Uint32Array;
  /** Bits from which on a product is too low for the column's row, `[HEIGHT]`. */
  readonly ends: Uint32Array;
  /** One number, and its bits. */
  readonly number: Float32Array;
  readonly numberBits: Uint32Array;
  /** Filled again for each row: passing numbers one by one would allocate each of them. */
  readonly hits: Hits;
}

/** Opens a sieve for any number of tiles. */
export function openSieve(products: Products): Sieve {
  const data = new Float32Array(HEIGHT * HEIGHT);
  const number = new Float32Array(1);
  return {
    products,
    product: { rows: HEIGHT, cols: HEIGHT, data },
    bits: new Uint32Array(data.buffer),
    ends: new Uint32Array(HEIGHT),
    number,
    numberBits: new Uint32Array(number.buffer),
    hits: { i: 0, count: 0, others: new Int32Array(HEIGHT), bounds: new Float64Array(HEIGHT) },
  };
}

/**
 * Takes, row by row of tile a, all pairs of two tiles whose bound lies below the limit of either row, and some others.
 * Of a tile with itself each pair comes up once.
 * @param error the most by which a row of the tiles is moved from the row it stands for
 * @param limits squared distances, by place; may fall while hits are taken
 * @param limitsOfColumns of tile b; without them a's alone decide
 */
export async function sievePairs(
  sieve: Sieve,
  a: Tile,
  b: Tile,
  error: number,
  limits: Float64Array,
  limitsOfColumns: Float64Array | undefined,
  take: (hits: Hits) => void,
): Promise<void> {
  const { hits, product } = sieve;
  await sieve.products.multiply(a.rows, b.factors, product, 'second');
  const slack = slackBetween(a, b, error);
  const size = b.to - b.from;
  let lastEnd = 0;
  for (let column = 0; column < size; column++) {
    const end = limitsOfColumns === undefined ? 0 : endFor(sieve, limitsOfColumns[b.from + column]!, slack);
    sieve.ends[column] = end;
    lastEnd = Math.max(lastEnd, end);
  }
  for (let i = a.from, first = 0; i < a.to; i++, first += HEIGHT) {
    const end = endFor(sieve, limits[i]!, slack);
    sieveRow(sieve, first, a === b ? i + 1 - b.from : 0, size, end, Math.max(end, lastEnd));
    if (hits.count === 0) continue;
    hits.i = i;
    for (let at = 0; at < hits.count; at++) {
      hits.bounds[at] = -2 * product.data[first + hits.others[at]!]! - slack;
      hits.others[at]! += b.from;
    }
    take(hits);
  }
}

/**
 * Notes the columns from … to − 1 of a product's row, which starts at `first`, whose bits lie before the row's end or
 * the column's; none lies behind `lastEnd`. This is where time goes: whole numbers need not be turned into float64 to
 * be compared.
 */
function sieveRow(
  { hits, bits, ends }: Sieve,
  first: number,
  from: number,
  to: number,
  end: number,
  lastEnd: number,
): void {
  const { others } = hits;
  let count = 0;
  for (let column = from; column < to; column++) {
    const bit = bits[first + column]!;
    if (bit < lastEnd && (bit < end || bit < ends[column]!)) others[count++] = column;
  }
  hits.count = count;
}

/** The bits of the largest float32 that is at most the product of rows at a limit: 0 where no product is larger. */
function endFor({ number, numberBits }: Sieve, limit: number, slack: number): number {
  const least = -(limit + slack) / 2;
  if (least > 0) return 0;
  number[0] = least;
  return number[0] > least ? numberBits[0]! + 1 : numberBits[0]!;
}
