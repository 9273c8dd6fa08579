/** Exact nearest neighbours from matrix products: tiles of pairs at once, in float32, with bounds on its rounding. */
import type { Matrix } from '../contracts.ts';
import { openCandidates, type Candidates } from './candidates.ts';
import { rowOf, squaredDistance } from './dense.ts';
import type { Products } from './products.ts';
import { castTiles, gapBetween, type Tiles } from './tiles.ts';

/** Unit roundoff of float32. */
const ROUNDOFF = 2 ** -24;

/** Roundings of an entry besides those of its product: of both factors, and of what follows in float64. */
const OTHER_ROUNDINGS = 16;

/**
 * Squared euclidean distances of each row `[n × d]` to its `k` nearest other rows, `[n × k]`, ascending. k < n.
 *
 * The rows are sorted into tiles that lie close together. Two tiles whose boxes lie farther apart than the limits of
 * all their rows are left out; of others the products are computed, ‖x − y‖² = ‖x‖² + ‖y‖² − 2xy, and pairs that are
 * near enough by these are measured in float64: the result is exactly that of measuring all pairs.
 */
export async function findNearestByProducts(
  points: Matrix<Float64Array>,
  k: number,
  products: Products,
): Promise<Float64Array> {
  const tiles = await castTiles(points, products);
  const rows = Array.from(tiles.order, (i) => rowOf(points, i));
  const candidates = openCandidates(points.rows, k, (i, j) => squaredDistance(rows[i]!, rows[j]!));
  const { height } = tiles;
  const product: Matrix<Float32Array> = { rows: height, cols: height, data: new Float32Array(height ** 2) };
  for (const [a, b] of pairsByGap(tiles)) {
    if (isBeyond(tiles, candidates, a, b)) continue;
    await products.multiply(tiles.parts[a]!, tiles.parts[b]!, product, 'second');
    if (a === b) seedLimits(tiles, candidates, a, product.data);
    addCandidates(tiles, candidates, a, b, product.data);
  }
  const { distances } = candidates.finish();
  const sorted = new Float64Array(distances.length);
  for (const [place, i] of tiles.order.entries()) {
    sorted.set(distances.subarray(place * k, (place + 1) * k), i * k);
  }
  return sorted;
}

/** All pairs of tiles a ≤ b: first each with itself, then the closest. */
function pairsByGap(tiles: Tiles): (readonly [number, number])[] {
  const pairs: { readonly pair: readonly [number, number]; readonly gap: number }[] = [];
  for (let a = 0; a < tiles.parts.length; a++) {
    for (let b = a; b < tiles.parts.length; b++) {
      pairs.push({ pair: [a, b], gap: a === b ? -1 : gapBetween(tiles, a, b) });
    }
  }
  return pairs.sort((one, other) => one.gap - other.gap).map(({ pair }) => pair);
}

/** Whether no row of one tile can be among the nearest of a row of the other. */
function isBeyond(tiles: Tiles, { limits }: Candidates, a: number, b: number): boolean {
  if (a === b) return false;
  const bound = gapBetween(tiles, a, b) ** 2;
  for (const tile of [a, b]) {
    const end = Math.min((tile + 1) * tiles.height, limits.length);
    for (let i = tile * tiles.height; i < end; i++) if (limits[i]! > bound) return false;
  }
  return true;
}

/** Adds the pairs of two tiles that lie within the limit of either row. */
function addCandidates(
  tiles: Tiles,
  candidates: Candidates,
  a: number,
  b: number,
  product: Float32Array,
): void {
  const { height, squares } = tiles;
  const { limits } = candidates;
  const slack = slackBetween(tiles, a, b);
  const endOfA = Math.min((a + 1) * height, limits.length);
  const endOfB = Math.min((b + 1) * height, limits.length);
  for (let i = a * height; i < endOfA; i++) {
    const base = squares[i]! - slack;
    const row = (i - a * height) * height - b * height;
    for (let j = a === b ? i + 1 : b * height; j < endOfB; j++) {
      const lower = base + squares[j]! - 2 * product[row + j]!;
      if (lower < limits[i]!) candidates.add(i, j, lower, lower + 2 * slack);
      if (lower < limits[j]!) candidates.add(j, i, lower, lower + 2 * slack);
    }
  }
}

/** Gives the rows of a tile their first limits, from each other. */
function seedLimits(tiles: Tiles, candidates: Candidates, tile: number, product: Float32Array): void {
  const { height, squares } = tiles;
  const first = tile * height;
  const end = Math.min(first + height, squares.length);
  const slack = slackBetween(tiles, tile, tile);
  const uppers = new Float64Array(end - first);
  for (let i = first; i < end; i++) {
    const row = (i - first) * height - first;
    for (let j = first; j < end; j++) {
      uppers[j - first] = j === i ? Infinity : squares[i]! + squares[j]! - 2 * product[row + j]! + slack;
    }
    candidates.seed(i, uppers);
  }
}

/** The most by which rounding may move a squared distance between two tiles. */
function slackBetween({ parts, radii }: Tiles, a: number, b: number): number {
  return 2 * (parts[a]!.cols + OTHER_ROUNDINGS) * ROUNDOFF * radii[a]! * radii[b]!;
}
