import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  drawBoxes,
  gapBetween,
} from '../../../../integrations/embedding-animation/analysis/knn/boxes.ts';
import { lowestAt } from '../../../../integrations/embedding-animation/analysis/linalg/quickselect.ts';
import type { Products } from '../../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import {
  openSieve,
  sievePairs,
  type Hits,
} from '../../../../integrations/embedding-animation/analysis/knn/block-filter.ts';
import { dealPairs } from '../../../../integrations/embedding-animation/analysis/knn/block-pairs.ts';
import {
  fillTile,
  openTiles,
  tileAt,
} from '../../../../integrations/embedding-animation/analysis/knn/blocks.ts';
import { heapArrays } from '../../../../integrations/embedding-animation/threads/buffer-pool.ts';
import { createRandom, requireProducts } from '../../../helpers/analysis.ts';

const ROWS = 600;
const COLS = 6;
const LIMIT = 0.5;

const random = createRandom(3);
const rows = { rows: ROWS, cols: COLS, data: Float32Array.from({ length: ROWS * COLS }, random) };
const places = Int32Array.from({ length: ROWS }, (_, i) => i);
const tiles = openTiles(heapArrays, ROWS, COLS);
const all = Array.from({ length: tiles.count }, (_, index) => {
  fillTile(tiles, index, (place, target, at) => {
    target.set(rows.data.subarray(place * COLS, (place + 1) * COLS), at);
  });
  return tileAt(tiles, index);
});
const boxes = drawBoxes(rows, places);
let products: Products;

beforeAll(async () => {
  products = await requireProducts();
});
afterAll(() => products.close());

describe('hits', () => {
  it('are all pairs within the limit of either row', async () => {
    const limits = Float64Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 ? LIMIT : -Infinity));
    const found = new Set<string>();
    const sieve = openSieve(products);
    for (const [a, b] of all.flatMap((tile, at) => all.slice(at).map((other) => [tile, other] as const))) {
      await sievePairs(sieve, a, b, 0, limits, limits, (hits) => {
        note(found, hits);
      });
    }
    const near = pairs().filter(([i, j]) => squared(i, j) < Math.max(limits[i]!, limits[j]!));
    expect(near.length).toBeGreaterThan(50);
    expect(near.filter(([i, j]) => !found.has(`${i} ${j}`) && !found.has(`${j} ${i}`))).toEqual([]);
    expect(found.size).toBeLessThan(1.1 * near.length);
  });

  it('of a few rows are all others within their limits', async () => {
    const few = Int32Array.of(3, 77, 78, 149, 513);
    const fewTiles = openTiles(heapArrays, few.length, COLS);
    fillTile(fewTiles, 0, (at, target, to) => {
      target.set(rows.data.subarray(few[at]! * COLS, (few[at]! + 1) * COLS), to);
    });
    const limits = new Float64Array(few.length).fill(LIMIT);
    const found = new Set<string>();
    const sieve = openSieve(products);
    for (const b of all) {
      await sievePairs(sieve, tileAt(fewTiles, 0), b, 0, limits, undefined, (hits) => {
        note(found, hits);
      });
    }
    const near = [...few].flatMap((i, at) =>
      [...places].filter((j) => squared(i, j) < LIMIT).map((j) => `${at} ${j}`),
    );
    expect(near.length).toBeGreaterThan(2 * few.length);
    expect(found).toEqual(new Set(near));
  });
});

describe('pairs of tiles', () => {
  it('are dealt out whole, each once, the closest first', () => {
    const hands = dealPairs(boxes, 0, 2);
    const dealt = hands.flatMap(({ count, tiles: numbers }) =>
      Array.from({ length: count }, (_, pair) => `${numbers[2 * pair]} ${numbers[2 * pair + 1]}`),
    );
    expect(dealt.toSorted()).toEqual(['0 0', '0 1', '0 2', '1 1', '1 2', '2 2']);
    expect(hands.map(({ count }) => count)).toEqual([3, 3]);
    expect([...hands[0]!.tiles.subarray(0, 2), ...hands[1]!.tiles.subarray(0, 2)]).toEqual([0, 0, 1, 1]);
  });

  it('have a bound that no two of their rows lie below', () => {
    const halves = { ...rows, data: rows.data.map((value, at) => value + (at < 512 * COLS ? 0 : 3)) };
    const apart = drawBoxes(halves, places);
    const [{ count, tiles: numbers, bounds }] = dealPairs(apart, 0.25, 1) as [
      ReturnType<typeof dealPairs>[number],
    ];
    for (let pair = 0; pair < count; pair++) {
      const [a, b] = [numbers[2 * pair]!, numbers[2 * pair + 1]!];
      const gap = a === b ? 0 : gapBetween(apart, a, b);
      expect(bounds[pair]).toBe(a === b ? -Infinity : Math.max(0, gap - 0.5) ** 2);
      if (a !== b && b === 2) expect(gap).toBeGreaterThan(1);
    }
  });
});

describe('the value at a place of the sorted ones', () => {
  const cases = [
    { title: 'different values', values: Array.from({ length: 101 }, random) },
    { title: 'many equal values', values: Array.from({ length: 101 }, () => Math.floor(3 * random())) },
    { title: 'equal values', values: new Array<number>(101).fill(7) },
    { title: 'infinite ones among them', values: [Infinity, 2, Infinity, 1, 3] },
  ];
  it.each(cases)('is found among $title', ({ values }) => {
    const sorted = Float64Array.from(values).sort();
    for (const [at, value] of sorted.entries()) {
      expect(lowestAt(Float64Array.from(values), values.length, at)).toBe(value);
    }
  });

  it('is that of the first values only', () => {
    expect(lowestAt(Float64Array.of(5, 4, 3, 0), 3, 0)).toBe(3);
  });
});

function note(found: Set<string>, { i, count, others }: Hits): void {
  for (const j of others.subarray(0, count)) found.add(`${i} ${j}`);
}

function pairs(): [number, number][] {
  return [...places].flatMap((i) => [...places.subarray(i + 1)].map((j): [number, number] => [i, j]));
}

function squared(i: number, j: number): number {
  let sum = 0;
  for (let c = 0; c < COLS; c++) sum += (rows.data[i * COLS + c]! - rows.data[j * COLS + c]!) ** 2;
  return sum;
}
