/** Exact nearest neighbours from matrix products: tiles of pairs at once, in float32, with bounds on its rounding. */
import type { Matrix } from '../contracts.ts';
import { drawBoxes } from './boxes.ts';
import { openCandidates } from './candidates.ts';
import { rowOf, squaredDistance } from './dense.ts';
import { forEachHits, forEachHitsOf, seedLimits, type Search } from './hits.ts';
import { farthestOf, offer, openNearest, type Nearest } from './nearest.ts';
import type { Products } from './products.ts';
import { roundRows, sketchRows } from './sketches.ts';
import { orderBySpace } from './spatial-order.ts';
import { cutTiles, type Tile } from './tiles.ts';
import { areSketchesTight } from './trial.ts';

/** Rows of a tile: enough for fast products, and so few that tiles far apart can be left out. */
const HEIGHT = 256;

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
  const multiplied = areSketchesTight(points, sketches, k) ? sketches : roundRows(points);
  const search: Search = {
    tiles: cutTiles(multiplied.rows, order, HEIGHT),
    error: multiplied.error,
    boxes: drawBoxes(sketches, order, HEIGHT),
    products,
  };
  const rows = Array.from(order, (i) => rowOf(points, i));
  const measure = (i: number, j: number): number => squaredDistance(rows[i]!, rows[j]!);

  const candidates = openCandidates(points.rows, k);
  await seedLimits(search, candidates.limits, candidates.kept);
  await forEachHits(search, candidates.limits, candidates.add);
  const nearest = openNearest(points.rows, k);
  const unsettled: number[] = [];
  for (let i = 0; i < points.rows; i++) if (!candidates.settle(i, nearest, measure)) unsettled.push(i);
  const few = cutTiles(
    multiplied.rows,
    Int32Array.from(unsettled, (i) => order[i]!),
    HEIGHT,
  );
  await measureRest(search, few, unsettled, nearest, measure);
  return putBack(nearest, order);
}

/**
 * Measures all pairs of some rows that may lie within what is the k-th distance so far.
 * @param few tiles of these rows
 */
async function measureRest(
  search: Search,
  few: readonly Tile[],
  unsettled: readonly number[],
  nearest: Nearest,
  measure: (i: number, j: number) => number,
): Promise<void> {
  const limitOf = (i: number): number => {
    const limit = farthestOf(nearest, i);
    return limit === 0 ? -Infinity : limit; // nothing is nearer than 0
  };
  const limits = Float64Array.from(unsettled, limitOf);
  await forEachHitsOf(few, search, limits, ({ i: at, count, others, lowers }) => {
    const i = unsettled[at]!;
    for (let hit = 0; hit < count; hit++) {
      const j = others[hit]!;
      if (j === i || lowers[hit]! >= limits[at]!) continue;
      if (offer(nearest, i, j, measure(i, j))) limits[at] = limitOf(i);
    }
  });
}

/** Distances in the rows' own order. */
function putBack({ k, distances }: Nearest, order: Int32Array): Float64Array {
  const sorted = new Float64Array(distances.length);
  for (const [place, i] of order.entries()) {
    sorted.set(distances.subarray(place * k, (place + 1) * k), i * k);
  }
  return sorted;
}
