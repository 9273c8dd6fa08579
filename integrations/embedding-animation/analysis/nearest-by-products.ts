/** Exact nearest neighbours from matrix products: tiles of pairs at once, in float32, with bounds on its rounding. */
import type { Matrix } from '../contracts.ts';
import { drawBoxes, gapBetween } from './boxes.ts';
import { openCandidates } from './candidates.ts';
import { rowOf, squaredDistance } from './dense.ts';
import { farthestOf, offer, openNearest, type Nearest } from './nearest.ts';
import type { Products } from './products.ts';
import { roundRows, sketchRows } from './sketches.ts';
import { orderBySpace } from './spatial-order.ts';
import { cutTiles, slackBetween, type Tile, type Tiles } from './tiles.ts';
import { areSketchesTight } from './trial.ts';

/** Rows of a tile: enough for fast products, and so few that tiles far apart can be left out. */
const HEIGHT = 128;

/** Two tiles, the first not after the second, and a squared distance that their rows have at least. */
interface TilePair {
  readonly a: Tile;
  readonly b: Tile;
  readonly bound: number;
}

/** Called with places i and j of rows and a lower bound on their squared distance that lies below the limit of i. */
type Visit = (i: number, j: number, lower: number) => void;

/**
 * Squared euclidean distances of each row `[n × d]` to its `k` nearest other rows, `[n × k]`, ascending. k < n.
 *
 * Products of short sketches of the rows bound all distances from below; where a trial shows that these bounds leave
 * too many pairs, the rows themselves are multiplied. Each row's pairs with the lowest bounds are then measured in
 * float64. Where that doesn't show that no other pair can be nearer, it is looked for again, now with a limit.
 * So the result is exactly that of measuring all pairs.
 */
export async function findNearestByProducts(
  points: Matrix<Float64Array>,
  k: number,
  products: Products,
): Promise<Float64Array> {
  const sketches = await sketchRows(points, products);
  const order = orderBySpace(sketches.rows, HEIGHT);
  const tight = areSketchesTight(points, sketches, k);
  const tiles = cutTiles(tight ? sketches : roundRows(points), order, HEIGHT);
  const boxes = drawBoxes(sketches, order, HEIGHT);
  const pairs = pairTiles(tiles.list, (a, b) => gapBetween(boxes, a, b) ** 2);
  const rows = Array.from(order, (i) => rowOf(points, i));
  const measure = (i: number, j: number): number => squaredDistance(rows[i]!, rows[j]!);

  const candidates = openCandidates(points.rows, k);
  await forEachNear(tiles, pairs, candidates.limits, products, candidates.add);
  const nearest = openNearest(points.rows, k);
  const limits = new Float64Array(points.rows).fill(-Infinity);
  for (let i = 0; i < points.rows; i++) {
    if (!candidates.settle(i, nearest, measure)) limits[i] = farthestOf(nearest, i);
  }
  await measureRest(limits, nearest, measure, (visit) => forEachNear(tiles, pairs, limits, products, visit));
  return putBack(nearest, order);
}

/** Measures all pairs within the limits: of rows whose limit is −∞ nothing is looked for. */
async function measureRest(
  limits: Float64Array,
  nearest: Nearest,
  measure: (i: number, j: number) => number,
  forEach: (visit: Visit) => Promise<void>,
): Promise<void> {
  const update = (i: number): void => {
    const limit = farthestOf(nearest, i);
    limits[i] = limit === 0 ? -Infinity : limit; // nothing is nearer than 0
  };
  for (const [i, limit] of limits.entries()) if (limit > -Infinity) update(i);
  await forEach((i, j) => {
    if (offer(nearest, i, j, measure(i, j))) update(i);
  });
}

/** All pairs of tiles: first each with itself, then the closest. */
function pairTiles(tiles: readonly Tile[], boundOf: (a: number, b: number) => number): TilePair[] {
  const pairs = tiles.flatMap((a, at) =>
    tiles.slice(at).map((b, steps) => ({ a, b, bound: steps === 0 ? -1 : boundOf(at, at + steps) })),
  );
  return pairs.sort((one, other) => one.bound - other.bound);
}

/** Visits the pairs of rows whose distance, by what is known of it, may lie below the limit of either. */
async function forEachNear(
  tiles: Tiles,
  pairs: readonly TilePair[],
  limits: Float64Array,
  products: Products,
  visit: Visit,
): Promise<void> {
  const { height } = tiles;
  const product: Matrix<Float32Array> = { rows: height, cols: height, data: new Float32Array(height ** 2) };
  for (const { a, b, bound } of pairs) {
    if (Math.max(largestOf(limits, a), largestOf(limits, b)) <= bound) continue;
    await products.multiply(a.rows, b.rows, product, 'second');
    visitNear(tiles, a, b, limits, product.data, visit);
  }
}

/** Visits the pairs of two tiles' rows. Most are too far by the largest of the limits: that one is asked first. */
function visitNear(
  tiles: Tiles,
  a: Tile,
  b: Tile,
  limits: Float64Array,
  product: Float32Array,
  visit: Visit,
): void {
  const { squares, height } = tiles;
  const slack = slackBetween(tiles, a, b);
  const largest = largestOf(limits, b);
  for (let i = a.from; i < a.to; i++) {
    const base = squares[i]! - slack;
    const limit = Math.max(limits[i]!, largest);
    const row = (i - a.from) * height - b.from;
    for (let j = a === b ? i + 1 : b.from; j < b.to; j++) {
      const lower = base + squares[j]! - 2 * product[row + j]!;
      if (lower >= limit) continue;
      if (lower < limits[i]!) visit(i, j, lower);
      if (lower < limits[j]!) visit(j, i, lower);
    }
  }
}

function largestOf(limits: Float64Array, { from, to }: Tile): number {
  let largest = -Infinity;
  for (let i = from; i < to; i++) if (limits[i]! > largest) largest = limits[i]!;
  return largest;
}

/** Distances in the rows' own order. */
function putBack({ k, distances }: Nearest, order: Int32Array): Float64Array {
  const sorted = new Float64Array(distances.length);
  for (const [place, i] of order.entries()) {
    sorted.set(distances.subarray(place * k, (place + 1) * k), i * k);
  }
  return sorted;
}
