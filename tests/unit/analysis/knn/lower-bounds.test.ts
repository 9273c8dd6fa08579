/** Lower bounds lie below the distances that are measured: what leaves pairs out rests on it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  blockAt,
  BLOCK_ROWS,
  openBlocks,
  packBlocks,
  slackBetween,
} from '../../../../integrations/embedding-animation/analysis/knn/blocks.ts';
import {
  errorOfProjected,
  errorOfWhole,
  projectRows,
} from '../../../../integrations/embedding-animation/analysis/knn/lower-bounds.ts';
import { planSearch } from '../../../../integrations/embedding-animation/analysis/knn/plan.ts';
import { findBasis } from '../../../../integrations/embedding-animation/analysis/knn/range-finder.ts';
import {
  findUnitScales,
  openDistances,
} from '../../../../integrations/embedding-animation/analysis/knn/scaled-rows.ts';
import { plainGemm, type Gemm } from '../../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import type { Embeddings } from '../../../../integrations/embedding-animation/contracts.ts';
import { heapArrays } from '../../../../integrations/embedding-animation/threads/buffer-pool.ts';
import { createRandom, randomEmbeddings, requireNativeGemm, shifted } from '../../../helpers/analysis.ts';

const ROWS = 400;
const COLS = 130;

let native: Gemm;

beforeAll(async () => {
  native = await requireNativeGemm();
});
afterAll(() => native.close());

const cases: { title: string; embeddings: Embeddings }[] = [
  { title: 'nearly equal pairs of rows', embeddings: nearlyEqualPairs() },
  { title: 'nearly equal rows', embeddings: shifted(randomEmbeddings(ROWS, COLS), 3000) },
  { title: 'a few directions at many lengths', embeddings: fewDirections() },
  { title: 'data without structure', embeddings: randomEmbeddings(ROWS, COLS) },
];

describe.each(cases)('bounds on the distances of $title', ({ embeddings }) => {
  it.each(['projected rows', 'whole rows'] as const)('from products of %s lie below them', async (kind) => {
    for (const gemm of [native, plainGemm]) {
      const { overshoot } = await compareBounds(embeddings, kind, gemm);
      expect(overshoot).toBeLessThanOrEqual(0);
    }
  });
});

describe('slack', () => {
  it('is needed: without it products of nearly equal rows exceed their distances', async () => {
    const { overshootWithoutSlack } = await compareBounds(nearlyEqualPairs(), 'whole rows', native);
    expect(overshootWithoutSlack).toBeGreaterThan(0);
  });
});

/** The most by which a bound exceeds its distance, over all pairs of rows. */
async function compareBounds(
  embeddings: Embeddings,
  kind: 'projected rows' | 'whole rows',
  gemm: Gemm,
): Promise<{ overshoot: number; overshootWithoutSlack: number }> {
  const scaled = { ...embeddings, scales: new Float64Array(ROWS) };
  const range = { from: 0, to: ROWS };
  findUnitScales({ scaled, range });
  const basis = await findBasis({ scaled, count: 20 }, gemm);
  const width = basis.axes.rows + 1;
  const projected = { rows: ROWS, cols: width, data: new Float32Array(ROWS * width) };
  const longest = await projectRows({ scaled, basis, range, projected }, gemm);
  const { order } = planSearch({ scaled, projected, k: 5 });
  const isProjected = kind === 'projected rows';
  const error = isProjected ? errorOfProjected(basis, longest) : errorOfWhole(basis, longest);
  const blocks = openBlocks(heapArrays, ROWS, isProjected ? width : COLS);
  const source = isProjected ? projected : { scaled, origin: basis.origin };
  const all = { from: 0, to: blocks.count };
  await packBlocks(
    { source, order, blocks, range: all, error, limits: new Float64Array(ROWS), kept: 5 },
    gemm,
  );

  const distanceOf = openDistances(scaled);
  const result = { overshoot: -Infinity, overshootWithoutSlack: -Infinity };
  const product = { rows: BLOCK_ROWS, cols: BLOCK_ROWS, data: new Float32Array(BLOCK_ROWS * BLOCK_ROWS) };
  for (let pair = 0; pair < blocks.count ** 2; pair++) {
    const a = blockAt(blocks, pair % blocks.count);
    const b = blockAt(blocks, Math.floor(pair / blocks.count));
    await gemm.multiply(a.rows, b.factors, product, 'second');
    const slack = slackBetween(a, b, error);
    for (let i = a.from; i < a.to; i++) {
      for (let j = b.from; j < b.to; j++) {
        const doubled = -2 * product.data[(i - a.from) * BLOCK_ROWS + (j - b.from)]!;
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
