/** Exact nearest neighbours: by brute force, or by a blocked search that measures few pairs. */
import { createHash } from 'node:crypto';
import { withPooledArrays, type ArrayAllocator } from '../../threads/buffer-pool.ts';
import { runOne, type Executor } from '../executor.ts';
import { splitRange } from '../ranges.ts';
import { partitionBlockPairs } from './block-pairs.ts';
import { openBlocks } from './blocks.ts';
import { bytesOfCandidates, keptFor, openCandidates } from './candidates.ts';
import { errorOfProjected, errorOfWhole, PROJECTION_AXES } from './lower-bounds.ts';
import type { ScaledRows } from './scaled-rows.ts';

/** Multiplications of all pairs below which a blocked search doesn't pay. */
const SMALL = 1e7;

/** Bytes above which a blocked search's candidates would take too much memory: 2,770 neighbours of 10,000 rows. */
const MOST_CANDIDATE_BYTES = 2e9;

/** Rows that brute force takes at once: the pool may be closed between two tasks. */
const BRUTE_FORCE_ROWS = 256;

/** Bytes that candidates may take before threads have to share them. */
const CANDIDATE_BYTES = 128e6;

/** The k nearest other rows of each row `[n × d]`. */
export interface Nearest {
  /** `[n × k]`, squared euclidean distances, ascending. */
  readonly distances: Float64Array;
  /** `[n × k]`, whose distances these are; equal ones by index. */
  readonly indices: Int32Array;
}

/**
 * The `k` nearest other rows of each row `[n × d]`. k < n.
 *
 * Each distance is measured in float64 by `openDistances`, and what is left out only by a lower bound on it: the result is
 * exactly that of measuring all pairs, with and without onnxruntime, and for any number of threads. Only where rows that
 * are multiples of each other lie at distance 0 from more than k rows, which of them are listed may differ.
 */
export async function findNearest(scaled: ScaledRows, k: number, executor: Executor): Promise<Nearest> {
  const isSmall = scaled.rows * scaled.rows * scaled.cols < SMALL;
  const isLarge = bytesOfCandidates(scaled.rows, k) > MOST_CANDIDATE_BYTES;
  const find = isSmall || isLarge ? findByBruteForce : findByBlocks;
  const nearest = await find(scaled, k, executor);
  listDuplicates(scaled, k, nearest);
  return nearest;
}

/**
 * Of rows that more than k others equal, lists those with the lowest indices, as measuring all pairs does: a search stops
 * when it has found k.
 */
function listDuplicates({ rows, cols, data }: ScaledRows, k: number, { distances, indices }: Nearest): void {
  const groups = new Map<string, number[]>();
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const width = cols * Float32Array.BYTES_PER_ELEMENT;
  for (let i = 0; i < rows; i++) {
    if (distances[(i + 1) * k - 1] !== 0) continue;
    const key = createHash('sha256')
      .update(bytes.subarray(i * width, (i + 1) * width))
      .digest('base64');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  }
  for (const group of groups.values()) {
    if (group.length <= k) continue; // they equal rows that are multiples of them
    for (const [at, i] of group.entries()) {
      const others = at < k ? [...group.slice(0, at), ...group.slice(at + 1, k + 1)] : group.slice(0, k);
      indices.set(others, i * k);
    }
  }
}

/** Measures all pairs. */
export function findByBruteForce(scaled: ScaledRows, k: number, executor: Executor): Promise<Nearest> {
  return withPooledArrays(executor.buffers, async (arrays) => {
    const nearest = openNearest(arrays, scaled.rows, k);
    const ranges = splitRange(scaled.rows, Math.ceil(scaled.rows / BRUTE_FORCE_ROWS));
    await executor.run(
      'measureAllPairs',
      ranges.map((range) => ({ scaled, k, range, nearest })),
    );
    return copyNearest(nearest);
  });
}

function openNearest(arrays: ArrayAllocator, rows: number, k: number): Nearest {
  return { distances: arrays.float64(rows * k), indices: arrays.int32(rows * k) };
}

/** In memory of its own. */
function copyNearest({ distances, indices }: Nearest): Nearest {
  return { distances: new Float64Array(distances), indices: new Int32Array(indices) };
}

/**
 * Dot products of projected rows bound all distances from below; where an estimate says that these bounds leave too many
 * pairs, the rows themselves are multiplied. Each row's pairs with the lowest bounds are then measured. Where that
 * doesn't show that no other pair can be nearer, it is looked for again, now with a limit.
 */
export function findByBlocks(scaled: ScaledRows, k: number, executor: Executor): Promise<Nearest> {
  return withPooledArrays(executor.buffers, async (arrays) => {
    const projection = await project(scaled, executor, arrays);
    const { basis, projected, longest } = projection;
    const { order, boxes, isSelective } = await runOne(executor, 'planSearch', { scaled, projected, k });

    const source = isSelective ? projected : { scaled, origin: basis.origin };
    const error = isSelective ? projection.error : errorOfWhole(basis, longest);
    const blocks = openBlocks(arrays, scaled.rows, isSelective ? projected.cols : scaled.cols);
    const limits = arrays.float64(scaled.rows);
    const packing = { source, order, blocks, error, limits, kept: keptFor(k) };
    await executor.run(
      'packBlocks',
      splitRange(blocks.count, executor.threads).map((range) => ({ ...packing, range })),
    );

    const shares = partitionBlockPairs(boxes, projection.error, countSearches(scaled.rows, k, executor));
    const searches = shares.map(() => openCandidates(arrays, scaled.rows, k));
    await executor.run(
      'findCandidates',
      shares.map((pairs, share) => ({ blocks, error, limits, pairs, candidates: searches[share]! })),
    );

    const nearest = openNearest(arrays, scaled.rows, k);
    const found = { scaled, order, k, searches, blocks, error, nearest };
    await executor.run(
      'refineCandidates',
      splitRange(scaled.rows, executor.threads).map((range) => ({ ...found, range })),
    );
    return copyNearest(nearest);
  });
}

/** All rows projected, and the most by which rounding may have moved one. */
async function project(scaled: ScaledRows, executor: Executor, arrays: ArrayAllocator) {
  const { rows, cols } = scaled;
  const basis = await runOne(executor, 'findBasis', { scaled, count: Math.min(PROJECTION_AXES, cols - 1) });
  const width = basis.axes.rows + 1;
  const projected = { rows, cols: width, data: arrays.float32(rows * width) };
  const lengths = await executor.run(
    'projectRows',
    splitRange(rows, executor.threads).map((range) => ({ scaled, basis, range, projected })),
  );
  const longest = Math.max(...lengths);
  return { basis, projected, longest, error: errorOfProjected(basis, longest) };
}

/** Searches that go on at the same time: each has candidates of its own for all rows. */
function countSearches(rows: number, k: number, executor: Executor): number {
  const fitting = Math.floor(CANDIDATE_BYTES / bytesOfCandidates(rows, k));
  return Math.max(1, Math.min(executor.threads, fitting));
}
