import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawBoxes } from '../../../integrations/embedding-animation/analysis/boxes.ts';
import {
  forEachHits,
  forEachHitsOf,
  type Search,
} from '../../../integrations/embedding-animation/analysis/hits.ts';
import { lowestAt } from '../../../integrations/embedding-animation/analysis/lowest.ts';
import { openProducts, type Products } from '../../../integrations/embedding-animation/analysis/products.ts';
import type { Hits } from '../../../integrations/embedding-animation/analysis/tile-hits.ts';
import { cutTiles } from '../../../integrations/embedding-animation/analysis/tiles.ts';
import { createRandom } from '../../helpers/analysis.ts';

const ROWS = 150;
const COLS = 6;
const HEIGHT = 32;
const LIMIT = 0.8;

const random = createRandom(3);
const rows = { rows: ROWS, cols: COLS, data: Float32Array.from({ length: ROWS * COLS }, random) };
const order = Int32Array.from({ length: ROWS }, (_, i) => i);
let products: Products;
let search: Search;

beforeAll(async () => {
  const opened = await openProducts();
  if (opened === undefined) throw new Error('onnxruntime-node can not be imported');
  products = opened;
  const boxes = drawBoxes({ rows, error: 0 }, order, HEIGHT);
  search = { tiles: cutTiles(rows, order, HEIGHT), error: 0, boxes, products };
});
afterAll(() => products.close());

describe('hits', () => {
  it('are all pairs within the limit of either row', async () => {
    const limits = Float64Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 ? LIMIT : -Infinity));
    const found = new Set<string>();
    await forEachHits(search, limits, (hits) => {
      note(found, hits);
    });
    const near = pairs().filter(([i, j]) => squared(i, j) < Math.max(limits[i]!, limits[j]!));
    expect(near.length).toBeGreaterThan(50);
    expect(near.filter(([i, j]) => !found.has(`${i} ${j}`) && !found.has(`${j} ${i}`))).toEqual([]);
    expect(found.size).toBeLessThan(1.1 * near.length);
  });

  it('of a few rows are all others within their limits', async () => {
    const few = Int32Array.of(3, 77, 78, 149);
    const limits = new Float64Array(few.length).fill(LIMIT);
    const found = new Set<string>();
    await forEachHitsOf(cutTiles(rows, few, HEIGHT), search, limits, (hits) => {
      note(found, hits);
    });
    const near = [...few].flatMap((i, at) =>
      [...order].filter((j) => squared(i, j) < LIMIT).map((j) => `${at} ${j}`),
    );
    expect(near.length).toBeGreaterThan(2 * few.length);
    expect(found).toEqual(new Set(near));
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
  return [...order].flatMap((i) => [...order.subarray(i + 1)].map((j): [number, number] => [i, j]));
}

function squared(i: number, j: number): number {
  let sum = 0;
  for (let c = 0; c < COLS; c++) sum += (rows.data[i * COLS + c]! - rows.data[j * COLS + c]!) ** 2;
  return sum;
}
