/** Pairs of rows of two tiles that may be near each other, by the tiles' product. */
import type { Products } from '../linalg/gemm.ts';
import { HEIGHT, slackBetween, type Tile } from './blocks.ts';

/** No negative number's bits lie before: a difference of two such numbers is a whole number of 32 bits. */
const NO_BITS = -(2 ** 31);

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
  /** The same memory, read as whole numbers: those of negative products are negative, and rise as the products fall. */
  readonly bits: Int32Array;
  /** Bits from which on a negative product is too low for the column's row, `[HEIGHT]`. */
  readonly ends: Int32Array;
  /** One number, and its bits. */
  readonly number: Float32Array;
  readonly numberBits: Int32Array;
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
    bits: new Int32Array(data.buffer),
    ends: new Int32Array(HEIGHT),
    number,
    numberBits: new Int32Array(number.buffer),
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
  sieve.ends.fill(NO_BITS);
  if (limitsOfColumns !== undefined) {
    for (let column = 0; column < size; column++) {
      sieve.ends[column] = endFor(sieve, limitsOfColumns[b.from + column]!, slack);
    }
  }
  for (let i = a.from, first = 0; i < a.to; i++, first += HEIGHT) {
    sieveRow(sieve, first, a === b ? i + 1 - b.from : 0, size, endFor(sieve, limits[i]!, slack));
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
 * Notes the columns from … to − 1 of a product's row, which starts at `first`, whose products are not negative, or
 * their bits lie before the row's end or the column's. This is where time goes. All of it is told from signs of whole
 * numbers, four columns at once, so that the processor has one branch to foresee, which is seldom taken.
 */
function sieveRow({ hits, bits, ends }: Sieve, first: number, from: number, to: number, end: number): void {
  const { others } = hits;
  let count = 0;
  for (let start = from & ~3; start < to; start += 4) {
    const at = first + start;
    const b0 = bits[at]!;
    const b1 = bits[at + 1]!;
    const b2 = bits[at + 2]!;
    const b3 = bits[at + 3]!;
    const ofRow = (b0 - end) | (b1 - end) | (b2 - end) | (b3 - end);
    const ofColumns =
      (b0 - ends[start]!) | (b1 - ends[start + 1]!) | (b2 - ends[start + 2]!) | (b3 - ends[start + 3]!);
    if ((ofRow | ofColumns | ~(b0 & b1 & b2 & b3)) >= 0) continue;
    for (let column = Math.max(from, start); column < Math.min(to, start + 4); column++) {
      const bit = bits[first + column]!;
      if (((bit - end) | (bit - ends[column]!) | ~bit) < 0) others[count++] = column;
    }
  }
  hits.count = count;
}

/** The bits of the largest float32 that is at most the product of rows at a limit. */
function endFor({ number, numberBits }: Sieve, limit: number, slack: number): number {
  const least = -(limit + slack) / 2;
  if (least > 0) return NO_BITS;
  number[0] = least;
  return number[0] > least ? numberBits[0]! + 1 : numberBits[0]!;
}
