/** Pairs of rows that may be near each other, by the products of tiles. */
import { gapBetween, type Boxes } from './boxes.ts';
import { lowestAt } from './lowest.ts';
import type { Products } from './products.ts';
import { findHits, openFinder, type Hits } from './tile-hits.ts';
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

function largestOf(limits: Float64Array, { from, to }: Tile): number {
  let largest = -Infinity;
  for (let i = from; i < to; i++) if (limits[i]! > largest) largest = limits[i]!;
  return largest;
}
