/** Pairs of rows that may be near each other, by the products of tiles. */
import { gapBetween, type Boxes } from './boxes.ts';
import { lastOfLowest } from './lowest.ts';
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
  const hits = openHits(height);
  for (const { a, b, bound } of pairTiles(tiles, boxes)) {
    if (Math.max(largestOf(limits, a), largestOf(limits, b)) <= bound) continue;
    await products.multiply(a.rows, b.factors, product, 'second');
    const slack = slackBetween(a, b, error);
    findHits(hits, a, b, product.data, slack, limits, take);
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
  const lowest = new Float64Array(count);
  const bounds = new Float64Array(height);
  for (const tile of tiles) {
    await products.multiply(tile.rows, tile.factors, product, 'second');
    const slack = slackBetween(tile, tile, error);
    const size = tile.to - tile.from;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) bounds[j] = -2 * product.data[i * height + j]! - slack;
      bounds[i] = Infinity;
      limits[tile.from + i] = lastOfLowest(bounds.subarray(0, size), lowest);
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

function openHits(height: number): Hits {
  return { i: 0, count: 0, others: new Int32Array(height), lowers: new Float64Array(height) };
}

/** Takes the hits of each row of a tile: products, −‖x − y‖²/2, larger than either row's least. */
function findHits(
  hits: Hits,
  a: Tile,
  b: Tile,
  product: Float32Array,
  slack: number,
  limits: Float64Array,
  take: (hits: Hits) => void,
): void {
  const height = hits.others.length;
  const leasts = Float64Array.from({ length: height }, (_, j) =>
    leastProduct(limits[b.from + j] ?? 0, slack),
  );
  for (let i = a.from, first = 0; i < a.to; i++, first += height) {
    hits.i = i;
    hits.count = 0;
    const from = a === b ? i + 1 - b.from : 0;
    collect(hits, product, first, from, b.to - b.from, leastProduct(limits[i]!, slack), leasts);
    if (hits.count === 0) continue;
    for (let at = 0; at < hits.count; at++) {
      hits.lowers[at] = -2 * product[first + hits.others[at]!]! - slack;
      hits.others[at]! += b.from;
    }
    take(hits);
  }
}

/** Notes where a row of products, which starts at `first`, is larger than one of two leasts. This is where time goes. */
function collect(
  hits: Hits,
  products: Float32Array,
  first: number,
  from: number,
  to: number,
  least: number,
  leasts: Float64Array,
): void {
  const { others } = hits;
  let count = 0;
  for (let j = from; j < to; j++) {
    const product = products[first + j]!;
    if (product > least || product > leasts[j]!) others[count++] = j;
  }
  hits.count = count;
}

/** The product of rows from which on they may lie within a limit. */
function leastProduct(limit: number, slack: number): number {
  return -(limit + slack) / 2;
}

function largestOf(limits: Float64Array, { from, to }: Tile): number {
  let largest = -Infinity;
  for (let i = from; i < to; i++) if (limits[i]! > largest) largest = limits[i]!;
  return largest;
}
