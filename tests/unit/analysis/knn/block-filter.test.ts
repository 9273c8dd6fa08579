/** What leaves pairs of rows out never loses one that is near: told from distances measured here, of all pairs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  filterBlockPair,
  findCandidates,
  openBlockFilter,
} from '../../../../integrations/embedding-animation/analysis/knn/block-filter.ts';
import {
  findBoundingBoxes,
  partitionBlockPairs,
} from '../../../../integrations/embedding-animation/analysis/knn/block-pairs.ts';
import {
  blockAt,
  BLOCK_ROWS,
  openBlocks,
  packBlock,
  packBlocks,
  type Block,
} from '../../../../integrations/embedding-animation/analysis/knn/blocks.ts';
import {
  keptFor,
  mergeCandidates,
  openCandidates,
  openMerged,
  type RowCandidates,
} from '../../../../integrations/embedding-animation/analysis/knn/candidates.ts';
import { findKdOrder } from '../../../../integrations/embedding-animation/analysis/knn/kd-order.ts';
import type { Gemm } from '../../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import { heapArrays } from '../../../../integrations/embedding-animation/threads/buffer-pool.ts';
import { createRandom, requireNativeGemm } from '../../../helpers/analysis.ts';

const ROWS = 600;
const COLS = 6;
const LIMIT = 0.5;

const random = createRandom(3);
const rows = { rows: ROWS, cols: COLS, data: Float32Array.from({ length: ROWS * COLS }, random) };
const places = Int32Array.from({ length: ROWS }, (_, i) => i);
const blocks = pack(rows.data);
const boxes = findBoundingBoxes(rows, places);
let gemm: Gemm;

beforeAll(async () => {
  gemm = await requireNativeGemm();
});
afterAll(() => gemm.close());

describe('candidate pairs', () => {
  it('are all pairs within the limit of either row', async () => {
    const limits = Float64Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 ? LIMIT : -Infinity));
    const found = await filterAll(blocks, 0, limits);
    const near = pairs().filter(([i, j]) => squared(i, j) < Math.max(limits[i]!, limits[j]!));
    expect(near.length).toBeGreaterThan(50);
    expect(near.filter(([i, j]) => !isFound(found, i, j))).toEqual([]);
    expect(found.size).toBeLessThan(1.1 * near.length);
  });

  it('of rows that were moved are all whose true rows lie within the limit, at bounds below their distance', async () => {
    const error = 0.02;
    const moved = pack(movedBy(error));
    const limits = new Float64Array(ROWS).fill(LIMIT);
    const found = await filterAll(moved, error, limits);
    const near = pairs().filter(([i, j]) => squared(i, j) < LIMIT);
    expect(near.filter(([i, j]) => !isFound(found, i, j))).toEqual([]);
    for (const [pair, bound] of found) {
      const [i, j] = pair.split(' ').map(Number) as [number, number];
      expect(bound).toBeLessThanOrEqual(squared(i, j));
    }
  });

  it('of a few rows are all others within their limits', async () => {
    const few = Int32Array.of(3, 77, 78, 149, 513);
    const fewBlocks = openBlocks(heapArrays, few.length, COLS);
    packBlock(fewBlocks, 0, (at, target, to) => {
      target.set(rows.data.subarray(few[at]! * COLS, (few[at]! + 1) * COLS), to);
    });
    const limits = new Float64Array(few.length).fill(LIMIT);
    const found = new Map<string, number>();
    const filter = openBlockFilter(gemm);
    for (const b of blocks) {
      await filterBlockPair(filter, blockAt(fewBlocks, 0), b, 0, limits, undefined, (candidates) => {
        note(found, candidates);
      });
    }
    const near = [...few].flatMap((i, at) =>
      [...places].filter((j) => squared(i, j) < LIMIT).map((j) => `${at} ${j}`),
    );
    expect(near.length).toBeGreaterThan(2 * few.length);
    expect(new Set(found.keys())).toEqual(new Set(near));
  });
});

describe('candidates of a search', () => {
  it.each([1, 2, 3])('shared by %d hold every row that lies within the limit they tell', async (count) => {
    const k = 5;
    const order = findKdOrder(rows, BLOCK_ROWS);
    const packed = openBlocks(heapArrays, ROWS, COLS);
    const limits = new Float64Array(ROWS);
    const range = { from: 0, to: packed.count };
    const kept = keptFor(k);
    await packBlocks({ source: rows, order, blocks: packed, range, error: 0, limits, kept }, gemm);
    const shares = partitionBlockPairs(findBoundingBoxes(rows, order), 0, count);
    const searches = shares.map(() => openCandidates(heapArrays, ROWS, k));
    for (const [share, pairs] of shares.entries()) {
      await findCandidates({ blocks: packed, pairs, error: 0, limits, candidates: searches[share]! }, gemm);
    }
    const merged = openMerged(searches);
    for (const i of places) {
      mergeCandidates(merged, searches, i);
      const others = [...merged.others.subarray(0, merged.count)];
      const inside = [...places].filter((j) => j !== i && squared(order[i]!, order[j]!) < merged.limit);
      expect(inside.length).toBeGreaterThanOrEqual(k);
      expect(inside.filter((j) => !others.includes(j))).toEqual([]);
      for (const [at, j] of others.entries()) {
        expect(merged.bounds[at]).toBeLessThanOrEqual(squared(order[i]!, order[j]!));
      }
    }
  });
});

describe('pairs of blocks', () => {
  it('are shared out whole, each once, the closest first', () => {
    const shares = partitionBlockPairs(boxes, 0, 2);
    const shared = shares.flatMap(({ count, blocks: numbers }) =>
      Array.from({ length: count }, (_, pair) => `${numbers[2 * pair]} ${numbers[2 * pair + 1]}`),
    );
    expect(shared.toSorted()).toEqual(['0 0', '0 1', '0 2', '1 1', '1 2', '2 2']);
    expect(shares.map(({ count }) => count)).toEqual([3, 3]);
    expect([...shares[0]!.blocks.subarray(0, 2), ...shares[1]!.blocks.subarray(0, 2)]).toEqual([0, 0, 1, 1]);
  });

  it('have a bound that no two of the rows lie below that theirs were moved from', () => {
    const error = 0.25;
    const apart = rows.data.map((value, at) => value + (at < 512 * COLS ? 0 : 3));
    const moved = { ...rows, data: movedBy(error, apart) };
    const [{ count, blocks: numbers, bounds }] = partitionBlockPairs(
      findBoundingBoxes(moved, places),
      error,
      1,
    ) as [ReturnType<typeof partitionBlockPairs>[number]];
    for (let pair = 0; pair < count; pair++) {
      const [a, b] = [numbers[2 * pair]!, numbers[2 * pair + 1]!];
      let nearest = Infinity;
      for (const i of placesOf(a)) {
        for (const j of placesOf(b)) if (i !== j) nearest = Math.min(nearest, squared(i, j, apart));
      }
      expect(bounds[pair]).toBeLessThanOrEqual(nearest);
      if (a === b) expect(bounds[pair]).toBe(-Infinity);
      else if (b === 2) expect(bounds[pair]).toBeGreaterThan(0.5);
    }
  });
});

/** Blocks of rows in their own order. */
function pack(data: Float32Array): Block[] {
  const packed = openBlocks(heapArrays, ROWS, COLS);
  return Array.from({ length: packed.count }, (_, index) => {
    packBlock(packed, index, (place, target, at) => {
      target.set(data.subarray(place * COLS, (place + 1) * COLS), at);
    });
    return blockAt(packed, index);
  });
}

/** What a filter finds in all pairs of blocks, with bounds. */
async function filterAll(all: Block[], error: number, limits: Float64Array): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const filter = openBlockFilter(gemm);
  for (const [a, b] of all.flatMap((block, at) => all.slice(at).map((other) => [block, other] as const))) {
    await filterBlockPair(filter, a, b, error, limits, limits, (candidates) => {
      note(found, candidates);
    });
  }
  return found;
}

/** The rows, each moved by nearly `error` in a direction of its own. */
function movedBy(error: number, data = rows.data): Float32Array {
  const moved = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += COLS) {
    const direction = Float64Array.from({ length: COLS }, random);
    const length = Math.hypot(...direction);
    for (let c = 0; c < COLS; c++) moved[i + c] = data[i + c]! + (0.999 * error * direction[c]!) / length;
  }
  return moved;
}

function note(found: Map<string, number>, { i, count, others, bounds }: RowCandidates): void {
  for (let at = 0; at < count; at++) found.set(`${i} ${others[at]}`, bounds[at]!);
}

function isFound(found: Map<string, number>, i: number, j: number): boolean {
  return found.has(`${i} ${j}`) || found.has(`${j} ${i}`);
}

function placesOf(block: number): Int32Array {
  return places.subarray(block * BLOCK_ROWS, (block + 1) * BLOCK_ROWS);
}

function pairs(): [number, number][] {
  return [...places].flatMap((i) => [...places.subarray(i + 1)].map((j): [number, number] => [i, j]));
}

function squared(i: number, j: number, data = rows.data): number {
  let sum = 0;
  for (let c = 0; c < COLS; c++) sum += (data[i * COLS + c]! - data[j * COLS + c]!) ** 2;
  return sum;
}
