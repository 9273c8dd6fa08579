/** The nearest neighbours of rows, measured. */
import { gather, openGathered, type Candidates, type Gathered } from './candidates.ts';
import { indexOfLowest } from '../linalg/quickselect.ts';
import { farthestOf, isAmong, offer, openNearest, type Nearest } from './top-k.ts';
import { openDistances, type Points } from './scaled-rows.ts';
import type { Span } from '../spans.ts';
import type { Products } from '../linalg/gemm.ts';
import { heapArrays } from '../../threads/buffer-pool.ts';
import { openSieve, sievePairs, type Hits } from './block-filter.ts';
import { fillTile, openTiles, tileAt, type Tiles } from './blocks.ts';

/** Whose neighbours are wanted, and what is known of them. */
export interface SettleTask {
  readonly points: Points;
  /** Which row lies at a place. */
  readonly order: Int32Array;
  /** Places. */
  readonly span: Span;
  readonly k: number;
  /** All candidates, by place. */
  readonly searches: readonly Candidates[];
  /** For rows whose candidates don't suffice. */
  readonly tiles: Tiles;
  readonly error: number;
  /** `[n × k]`, of the rows in their own order. */
  readonly distances: Float64Array;
}

/** The rows of a span in the making. */
interface Settling extends SettleTask {
  readonly measure: (i: number, j: number) => number;
  /** Of the span's rows, by place less the span's first. */
  readonly nearest: Nearest;
}

/**
 * Writes the squared distances of a span's rows to their k nearest other rows. Each row's candidates are measured,
 * lowest bound first, until no other can be nearer. Where that doesn't show that no row besides them is nearer, all
 * rows are looked through again, now with a limit.
 */
export async function settleRows(task: SettleTask, products: Products): Promise<void> {
  const { points, order, span, k, searches, distances } = task;
  const distanceOf = openDistances(points);
  const settling: Settling = {
    ...task,
    measure: (i, j) => distanceOf(order[i]!, order[j]!),
    nearest: openNearest(span.to - span.from, k),
  };
  const gathered = openGathered(searches);
  const unsettled: number[] = [];
  for (let i = span.from; i < span.to; i++) {
    gather(gathered, searches, i);
    if (!settle(settling, i, gathered)) unsettled.push(i);
  }
  if (unsettled.length > 0) await searchAll(settling, Int32Array.from(unsettled), products);
  for (let i = span.from; i < span.to; i++) {
    const first = (i - span.from) * k;
    distances.set(settling.nearest.distances.subarray(first, first + k), order[i]! * k);
  }
}

/**
 * Measures row i's candidates. Gives whether the k nearest are certain: candidates that were not measured and rows that
 * are none have bounds that are not below the k-th distance.
 */
function settle({ span, nearest, measure }: Settling, i: number, gathered: Gathered): boolean {
  const { others, bounds, limit } = gathered;
  const row = i - span.from;
  for (let last = gathered.count - 1; last >= 0; last--) {
    const at = indexOfLowest(bounds, 0, last + 1);
    if (bounds[at]! >= farthestOf(nearest, row)) break;
    const j = others[at]!;
    others[at] = others[last]!;
    bounds[at] = bounds[last]!;
    if (isAmong(nearest, row, j)) continue;
    const distance = measure(i, j);
    offer(nearest, row, j, distance);
    if (j >= span.from && j < span.to) offer(nearest, j - span.from, i, distance);
  }
  return farthestOf(nearest, row) <= limit;
}

/** Measures all pairs of some rows that may lie within what is the k-th distance so far. */
async function searchAll(
  { tiles, error, span, nearest, measure }: Settling,
  places: Int32Array,
  products: Products,
): Promise<void> {
  const limitOf = (i: number): number => {
    const limit = farthestOf(nearest, i - span.from);
    return limit === 0 ? -Infinity : limit; // nothing is nearer than 0
  };
  const limits = Float64Array.from(places, limitOf);
  const few = openTiles(heapArrays, places.length, tiles.cols - 2);
  const sieve = openSieve(products);
  const take = ({ i: at, count, others, bounds }: Hits): void => {
    const i = places[at]!;
    for (let hit = 0; hit < count; hit++) {
      const j = others[hit]!;
      if (j === i || bounds[hit]! >= limits[at]!) continue;
      if (offer(nearest, i - span.from, j, measure(i, j))) limits[at] = limitOf(i);
    }
  };
  for (let index = 0; index < few.count; index++) {
    fillTile(few, index, (at, target, to) => {
      const first = places[at]! * tiles.cols;
      target.set(tiles.rows.subarray(first, first + tiles.cols - 2), to);
    });
    const tile = tileAt(few, index);
    for (let other = 0; other < tiles.count; other++) {
      await sievePairs(sieve, tile, tileAt(tiles, other), error, limits, undefined, take);
    }
  }
}
