/** The blocked search finds what brute force finds, to the last bit. */
import { describe, expect, it, vi } from 'vitest';
import { openLocalExecutor } from '../../../../integrations/embedding-animation/analysis/executor.ts';
import { findNeighbours } from '../../../../integrations/embedding-animation/analysis/index.ts';
import {
  findByBlocks,
  findByBruteForce,
  findNearest,
} from '../../../../integrations/embedding-animation/analysis/knn/nearest-neighbours.ts';
import type { Gemm } from '../../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import type { Embeddings, Neighbours } from '../../../../integrations/embedding-animation/contracts.ts';
import { padded, randomEmbeddings, repeated, shifted, withZeros } from '../../../helpers/analysis.ts';
import { useGemms } from '../../../helpers/gemms.ts';

/** Whether brute force answers, and how often it did. */
const oracle = vi.hoisted(() => ({ isAsked: false, answers: 0 }));

vi.mock(
  import('../../../../integrations/embedding-animation/analysis/knn/nearest-neighbours.ts'),
  async (importOriginal) => {
    const module = await importOriginal();
    return {
      ...module,
      findNearest(...query) {
        if (!oracle.isAsked) return module.findNearest(...query);
        oracle.answers++;
        return module.findByBruteForce(...query);
      },
    };
  },
);

const gemms = useGemms();
const native = gemms[0]!;

describe.each(gemms)('neighbours by $title are those of brute force, to the last bit', ({ gemm }) => {
  const structured = randomEmbeddings(700, 100, { decay: 0.8 });
  const cases: {
    title: string;
    embeddings: Embeddings;
    k?: number;
    multiplied: 'projected rows' | 'whole rows';
  }[] = [
    { title: 'structured data', embeddings: structured, multiplied: 'projected rows' },
    { title: 'another k', embeddings: structured, k: 3, multiplied: 'projected rows' },
    {
      title: 'more neighbours than a block has rows',
      embeddings: structured,
      k: 150,
      multiplied: 'projected rows',
    },
    { title: 'data without structure', embeddings: randomEmbeddings(500, 120), multiplied: 'whole rows' },
    {
      title: 'nearly equal rows',
      embeddings: shifted(randomEmbeddings(520, 64), 3000),
      multiplied: 'whole rows',
    },
    { title: 'rows that are equal', embeddings: repeated(structured, 5), multiplied: 'projected rows' },
    {
      title: 'large groups of equal rows',
      embeddings: repeated(structured, 90),
      multiplied: 'projected rows',
    },
    { title: 'rows that are all equal', embeddings: repeated(structured, 700), multiplied: 'projected rows' },
    { title: 'rows of zeros', embeddings: withZeros(structured, 14), multiplied: 'projected rows' },
    {
      title: 'one row far from all others',
      embeddings: withFarRow(structured),
      multiplied: 'projected rows',
    },
    {
      title: 'data on few axes',
      embeddings: padded(randomEmbeddings(600, 5), 100),
      multiplied: 'projected rows',
    },
  ];
  it.each(cases)('for $title', async ({ embeddings, k, multiplied }) => {
    const options = k === undefined ? {} : { k };
    const widths = new Set<number>();
    const watched: Gemm = {
      ...gemm(),
      multiply(a, b, y, transpose) {
        const isOfBlocks = a.data instanceof Float32Array && y.rows === y.cols && transpose === 'second';
        if (isOfBlocks) widths.add(a.cols);
        return gemm().multiply(a, b, y, transpose);
      },
    };
    const found = await findNeighbours(embeddings, { ...options, executor: openLocalExecutor(watched) });
    expect(found).toEqual(await findByAllPairs(embeddings, options));
    const isWhole = [...widths].some((width) => width >= embeddings.cols);
    expect(widths.size).toBeGreaterThan(0);
    expect(isWhole ? 'whole rows' : 'projected rows').toBe(multiplied);
  });

  it.each([1, 1e19, 1e-21, 1e-38])('for euclidean distances of values around %d', async (size) => {
    const { rows, cols, data } = randomEmbeddings(1900, 3);
    const embeddings = { rows, cols, data: data.map((value) => value * size) };
    const found = await findNeighbours(embeddings, { executor: openLocalExecutor(gemm()) });
    expect(found.metric).toBe('euclidean');
    expect(found).toEqual(await findByAllPairs(embeddings));
  });

  it('for one value that is far larger than the others', async () => {
    const { rows, cols, data } = randomEmbeddings(1900, 3);
    const embeddings = { rows, cols, data: data.map((value, at) => (at === 0 ? 1e30 : value * 1e-6)) };
    const found = await findNeighbours(embeddings, { executor: openLocalExecutor(gemm()) });
    expect(found).toEqual(await findByAllPairs(embeddings));
  });
});

describe('several searches at once', () => {
  it('leave out no row that only one of them met', async () => {
    const rows = 257;
    const hot = { rows, cols: 64, data: new Float32Array(rows * 64), scales: new Float64Array(rows).fill(1) };
    for (let i = 0; i < rows; i++) hot.data[i * hot.cols + (i % hot.cols)] = 1;
    const executor = openLocalExecutor(native.gemm());
    for (const k of [3, 10, 15, 25]) {
      const expected = await findByBruteForce(hot, k, executor);
      expect(await findByBlocks(hot, k, { ...executor, threads: 4 })).toEqual(expected);
    }
  });
});

describe('brute force', () => {
  it('finds the distances that sorting all of a row gives', async () => {
    const { rows, cols, data } = randomEmbeddings(70, 5);
    const scales = Float64Array.from({ length: rows }, (_, i) => 1 + (i % 3));
    const k = 4;
    const found = await findByBruteForce({ rows, cols, data, scales }, k, openLocalExecutor());
    for (let i = 0; i < rows; i++) {
      const distances = Array.from({ length: rows }, (_, j) => {
        let sum = 0;
        for (let c = 0; c < cols; c++) {
          sum += (data[i * cols + c]! * scales[i]! - data[j * cols + c]! * scales[j]!) ** 2;
        }
        return i === j ? Infinity : sum;
      }).sort((a, b) => a - b);
      for (let place = 0; place < k; place++)
        expect(found.distances[i * k + place]).toBeCloseTo(distances[place]!, 12);
    }
  });

  it('is taken where candidates of many neighbours would need much memory', async () => {
    const { rows, cols, data } = randomEmbeddings(600, 40);
    const scaled = { rows, cols, data, scales: new Float64Array(rows).fill(1) };
    const executor = openLocalExecutor(native.gemm());
    const found = await findNearest(scaled, 257, executor);
    expect(found).toEqual(await findByBruteForce(scaled, 257, executor));
    expect(found).toEqual(await findByBlocks(scaled, 257, executor));
  });
});

/** What `findNeighbours` gives with all pairs measured. */
async function findByAllPairs(
  embeddings: Embeddings,
  options: { readonly k?: number } = {},
): Promise<Neighbours> {
  oracle.isAsked = true;
  const answered = oracle.answers;
  try {
    return await findNeighbours(embeddings, options);
  } finally {
    oracle.isAsked = false;
    expect(oracle.answers).toBe(answered + 1);
  }
}

/** Rows close to each other, and one on the other side of the origin. */
function withFarRow(embeddings: Embeddings): Embeddings {
  const { rows, cols, data } = shifted(embeddings, 50);
  return { rows, cols, data: data.map((value, at) => (Math.floor(at / cols) === 333 ? -value : value)) };
}
