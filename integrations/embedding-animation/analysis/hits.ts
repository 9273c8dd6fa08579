/** Pairs of rows that may be near each other, by the products of tiles. */
import type { Matrix } from '../contracts.ts';
import { gapBetween, type Boxes } from './boxes.ts';
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
  const hits = { i: 0, count: 0, others: new Int32Array(height), lowers: new Float64Array(height) };
  for (const { a, b, bound } of pairTiles(tiles, boxes)) {
    const largest = largestOf(limits, b);
    if (Math.max(largestOf(limits, a), largest) <= bound) continue;
    await products.multiply(a.rows, b.factors, product, 'second');
    const slack = slackBetween(a, b, error);
    for (let i = a.from; i < a.to; i++) {
      findHits(hits, i, a, b, product, slack, Math.max(limits[i]!, largest));
      if (hits.count > 0) take(hits);
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

/** Fills the hits of row i. Products are −‖x − y‖²/2. */
function findHits(
  hits: Hits,
  i: number,
  a: Tile,
  b: Tile,
  { cols, data }: Matrix<Float32Array>,
  slack: number,
  limit: number,
): void {
  const { others, lowers } = hits;
  const row = (i - a.from) * cols - b.from;
  const least = -(limit + slack) / 2;
  let count = 0;
  for (let j = a === b ? i + 1 : b.from; j < b.to; j++) {
    if (data[row + j]! <= least) continue;
    others[count] = j;
    lowers[count++] = -2 * data[row + j]! - slack;
  }
  hits.i = i;
  hits.count = count;
}

function largestOf(limits: Float64Array, { from, to }: Tile): number {
  let largest = -Infinity;
  for (let i = from; i < to; i++) if (limits[i]! > largest) largest = limits[i]!;
  return largest;
}
