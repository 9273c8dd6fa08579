/** Refinement: candidates measured, until no other row can be nearer. */
import { heapArrays } from '../../threads/buffer-pool.ts';
import type { Gemm } from '../linalg/gemm.ts';
import type { IndexRange } from '../ranges.ts';
import { filterBlockPair, openBlockFilter } from './block-filter.ts';
import { blockAt, openBlocks, packBlock, type PackedBlocks } from './blocks.ts';
import {
  mergeCandidates,
  openMerged,
  type RowCandidates,
  type Candidates,
  type MergedCandidates,
} from './candidates.ts';
import { openDistances, type ScaledRows } from './scaled-rows.ts';
import {
  hasNeighbour,
  insertNeighbour,
  kthDistance,
  openTopK,
  writeNearest,
  type NearestRows,
  type TopK,
} from './top-k.ts';

/** Whose neighbours are wanted, and what is known of them. */
export interface RefineTask {
  readonly scaled: ScaledRows;
  /** Which row lies at a position. */
  readonly order: Int32Array;
  /** Positions. */
  readonly range: IndexRange;
  readonly k: number;
  /** All candidates, by position. */
  readonly searches: readonly Candidates[];
  /** For rows whose candidates don't suffice. */
  readonly blocks: PackedBlocks;
  readonly error: number;
  /** What is found, `[n × k]`, of the rows in their own order. */
  readonly nearest: NearestRows;
}

/** The rows of a range in the making. */
interface Refinement extends Omit<RefineTask, 'nearest'> {
  readonly measure: (i: number, j: number) => number;
  /** Of the range's rows, by position less the range's first; which rows they are by their own numbers. */
  readonly found: TopK;
}

/**
 * Writes which k other rows are nearest to a range's rows, and their squared distances. Each row's candidates are measured,
 * lowest bound first, until no other can be nearer or as near. Where that doesn't show that no row besides them is, all
 * rows are looked through again, now with a limit.
 */
export async function refineCandidates(task: RefineTask, gemm: Gemm): Promise<void> {
  const { scaled, order, range, k, searches, nearest } = task;
  const distanceOf = openDistances(scaled);
  const refinement: Refinement = {
    ...task,
    measure: (i, j) => distanceOf(order[i]!, order[j]!),
    found: openTopK(range.to - range.from, k),
  };
  const merged = openMerged(searches);
  const uncertain: number[] = [];
  for (let i = range.from; i < range.to; i++) {
    mergeCandidates(merged, searches, i);
    if (!refineRow(refinement, i, merged)) uncertain.push(i);
  }
  if (uncertain.length > 0) await searchAgain(refinement, Int32Array.from(uncertain), gemm);
  for (let i = range.from; i < range.to; i++)
    writeNearest(nearest, order[i]!, refinement.found, i - range.from);
}

/**
 * Measures row i's candidates. Gives whether the k nearest are certain: candidates that were not measured and rows that
 * are none have bounds above the k-th distance. Where that is 0 none is nearer, and which of more than k equal rows are
 * listed is left to `listDuplicates`.
 */
function refineRow(refinement: Refinement, i: number, merged: MergedCandidates): boolean {
  const { found, measure, order, range } = refinement;
  const { others, bounds, limit } = merged;
  const row = i - range.from;
  for (let last = merged.count - 1; last >= 0; last--) {
    const at = findLowest(bounds, last + 1);
    if (isBeyond(bounds[at]!, kthDistance(found, row))) break;
    const j = others[at]!;
    others[at] = others[last]!;
    bounds[at] = bounds[last]!;
    if (hasNeighbour(found, row, order[j]!)) continue;
    const distance = measure(i, j);
    insertNeighbour(found, row, order[j]!, distance);
    if (j >= range.from && j < range.to) insertNeighbour(found, j - range.from, order[i]!, distance);
  }
  return isBeyond(limit, kthDistance(found, row));
}

/** Whether a row with this bound can't come before the k-th. */
function isBeyond(bound: number, kth: number): boolean {
  return bound > kth || (bound === kth && kth === 0);
}

/** Measures all pairs of some rows that may lie within what is the k-th distance so far. */
async function searchAgain(
  { blocks, error, range, found, measure, order }: Refinement,
  positions: Int32Array,
  gemm: Gemm,
): Promise<void> {
  const limitOf = (i: number): number => {
    const kth = kthDistance(found, i - range.from);
    return kth === 0 ? -Infinity : nextUp(kth); // nothing is nearer than 0; what is as near has to be found too
  };
  const limits = Float64Array.from(positions, limitOf);
  const few = openBlocks(heapArrays, positions.length, blocks.cols - 2);
  const filter = openBlockFilter(gemm);
  const take = ({ i: at, count, others, bounds }: RowCandidates): void => {
    const i = positions[at]!;
    for (let pair = 0; pair < count; pair++) {
      const j = others[pair]!;
      if (j === i || bounds[pair]! >= limits[at]!) continue;
      if (insertNeighbour(found, i - range.from, order[j]!, measure(i, j))) limits[at] = limitOf(i);
    }
  };
  for (let index = 0; index < few.count; index++) {
    packBlock(few, index, (at, target, to) => {
      const first = positions[at]! * blocks.cols;
      target.set(blocks.rows.subarray(first, first + blocks.cols - 2), to);
    });
    const block = blockAt(few, index);
    for (let other = 0; other < blocks.count; other++) {
      await filterBlockPair(filter, block, blockAt(blocks, other), error, limits, undefined, take);
    }
  }
}

/** A number just above a positive one. */
function nextUp(value: number): number {
  return value * (1 + Number.EPSILON);
}

/** Where the lowest of the first `length` values is; the first of equals. */
function findLowest(values: Float64Array, length: number): number {
  let lowest = 0;
  for (let at = 1; at < length; at++) if (values[at]! < values[lowest]!) lowest = at;
  return lowest;
}
