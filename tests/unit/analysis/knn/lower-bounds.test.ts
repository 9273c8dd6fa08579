/** Bounds by products lie below the distances that are measured: what leaves pairs out rests on it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Products } from '../../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import { arrange } from '../../../../integrations/embedding-animation/analysis/knn/arrange.ts';
import { layTiles } from '../../../../integrations/embedding-animation/analysis/knn/lay-tiles.ts';
import {
  findUnitScales,
  openDistances,
} from '../../../../integrations/embedding-animation/analysis/knn/scaled-rows.ts';
import { findRoughAxes } from '../../../../integrations/embedding-animation/analysis/knn/range-finder.ts';
import {
  errorOfSketches,
  errorOfWholeRows,
  sketchRows,
} from '../../../../integrations/embedding-animation/analysis/knn/lower-bounds.ts';
import {
  HEIGHT,
  openTiles,
  slackBetween,
  tileAt,
} from '../../../../integrations/embedding-animation/analysis/knn/blocks.ts';
import type { Embeddings } from '../../../../integrations/embedding-animation/contracts.ts';
import { heapArrays } from '../../../../integrations/embedding-animation/threads/buffer-pool.ts';
import { createRandom, randomEmbeddings, requireProducts } from '../../../helpers/analysis.ts';

const ROWS = 400;
const COLS = 130;

let products: Products;

beforeAll(async () => {
  products = await requireProducts();
});
afterAll(() => products.close());

const cases: { title: string; embeddings: Embeddings }[] = [
  { title: 'nearly equal pairs of rows', embeddings: nearlyEqualPairs() },
  { title: 'nearly equal rows', embeddings: shifted(randomEmbeddings(ROWS, COLS), 3000) },
  { title: 'a few directions at many lengths', embeddings: fewDirections() },
  { title: 'data without structure', embeddings: randomEmbeddings(ROWS, COLS) },
];

describe.each(cases)('bounds on the distances of $title', ({ embeddings }) => {
  it.each(['sketches', 'rows'] as const)('from products of %s lie below them', async (kind) => {
    const { overshoot } = await compareBounds(embeddings, kind);
    expect(overshoot).toBeLessThanOrEqual(0);
  });
});

describe('slack', () => {
  it('is needed: without it products of nearly equal rows exceed their distances', async () => {
    const { overshootWithoutSlack } = await compareBounds(nearlyEqualPairs(), 'rows');
    expect(overshootWithoutSlack).toBeGreaterThan(0);
  });
});

/** The most by which a bound exceeds its distance, over all pairs of rows. */
async function compareBounds(
  embeddings: Embeddings,
  kind: 'sketches' | 'rows',
): Promise<{ overshoot: number; overshootWithoutSlack: number }> {
  const points = { ...embeddings, scales: new Float64Array(ROWS) };
  const span = { from: 0, to: ROWS };
  findUnitScales({ points, span });
  const frame = await findRoughAxes({ points, count: 20 }, products);
  const width = frame.axes.rows + 1;
  const sketches = { rows: ROWS, cols: width, data: new Float32Array(ROWS * width) };
  const longest = await sketchRows({ points, frame, span, sketches }, products);
  const { order } = arrange({ points, sketches, k: 5 });
  const isShort = kind === 'sketches';
  const error = isShort ? errorOfSketches(frame, longest) : errorOfWholeRows(frame, longest);
  const tiles = openTiles(heapArrays, ROWS, isShort ? width : COLS);
  const source = isShort ? sketches : { points, origin: frame.origin };
  const all = { from: 0, to: tiles.count };
  await layTiles(
    { source, order, tiles, span: all, error, limits: new Float64Array(ROWS), kept: 5 },
    products,
  );

  const distanceOf = openDistances(points);
  const result = { overshoot: -Infinity, overshootWithoutSlack: -Infinity };
  const product = { rows: HEIGHT, cols: HEIGHT, data: new Float32Array(HEIGHT * HEIGHT) };
  for (let pair = 0; pair < tiles.count ** 2; pair++) {
    const a = tileAt(tiles, pair % tiles.count);
    const b = tileAt(tiles, Math.floor(pair / tiles.count));
    await products.multiply(a.rows, b.factors, product, 'second');
    const slack = slackBetween(a, b, error);
    for (let i = a.from; i < a.to; i++) {
      for (let j = b.from; j < b.to; j++) {
        const doubled = -2 * product.data[(i - a.from) * HEIGHT + (j - b.from)]!;
        const distance = distanceOf(order[i]!, order[j]!);
        result.overshoot = Math.max(result.overshoot, doubled - slack - distance);
        result.overshootWithoutSlack = Math.max(result.overshootWithoutSlack, doubled - distance);
      }
    }
  }
  return result;
}

/** Every other row is the one before, but for a millionth. */
function nearlyEqualPairs(): Embeddings {
  const { rows, cols, data } = randomEmbeddings(ROWS, COLS);
  const copy = data.map((value, at) => {
    const row = Math.floor(at / cols);
    return row % 2 === 0 ? value : data[at - cols]! * (1 + 1e-6 * Math.sin(at));
  });
  return { rows, cols, data: copy };
}

function shifted({ rows, cols, data }: Embeddings, by: number): Embeddings {
  return { rows, cols, data: data.map((value) => value + by) };
}

function fewDirections(): Embeddings {
  const random = createRandom(5);
  const directions = randomEmbeddings(6, COLS, { seed: 9 }).data;
  const lengths = Float64Array.from({ length: ROWS }, () => 10 ** (3 * random()));
  const data = Float32Array.from({ length: ROWS * COLS }, (_, at) => {
    const row = Math.floor(at / COLS);
    return directions[(row % 6) * COLS + (at % COLS)]! * lengths[row]!;
  });
  return { rows: ROWS, cols: COLS, data };
}
