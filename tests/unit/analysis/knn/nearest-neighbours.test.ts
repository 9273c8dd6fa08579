import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Crew } from '../../../../integrations/embedding-animation/analysis/executor.ts';
import {
  analyseEmbeddings,
  fitPca,
  openAnalysisPool,
  scoreOutliers,
} from '../../../../integrations/embedding-animation/analysis/index.ts';
import { openOwnCrew } from '../../../../integrations/embedding-animation/analysis/own-crew.ts';
import {
  openProducts,
  type Products,
} from '../../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import { findNearestByProducts } from '../../../../integrations/embedding-animation/analysis/knn/nearest-neighbours.ts';
import { findNearestByShadows } from '../../../../integrations/embedding-animation/analysis/knn/brute-force.ts';
import type { Embeddings, Matrix } from '../../../../integrations/embedding-animation/contracts.ts';
import { extentOf, largestDifference, randomEmbeddings, requireProducts } from '../../../helpers/analysis.ts';

let products: Products;
let crew: Crew;
/** Widths of the float32 rows that were multiplied with each other. */
const widths = new Set<number>();

beforeAll(async () => {
  const opened = await requireProducts();
  products = {
    ...opened,
    multiply(a, b, y, turned) {
      if (a.data instanceof Float32Array && y.rows === y.cols && turned === 'second') widths.add(a.cols);
      return opened.multiply(a, b, y, turned);
    },
  };
  crew = openOwnCrew(products);
});
afterAll(() => products.close());

describe('products of matrices', () => {
  const a = { rows: 2, cols: 3, data: Float64Array.of(1, 2, 3, 4, 5, 6) };
  const b = { rows: 3, cols: 2, data: Float64Array.of(1, -1, 0, 2, 5, 0) };
  const cases = [
    { turned: 'neither', first: a, second: b, size: 2, expected: [16, 3, 34, 6] },
    { turned: 'first', first: b, second: b, size: 2, expected: [26, -1, -1, 5] },
    { turned: 'second', first: a, second: a, size: 2, expected: [14, 32, 32, 77] },
  ] as const;
  it.each(cases)('turn $turned of the factors', async ({ turned, first, second, size, expected }) => {
    for (const Type of [Float32Array, Float64Array]) {
      const as = ({ rows, cols, data }: Matrix<Float64Array>) => ({ rows, cols, data: Type.from(data) });
      const y = { rows: size, cols: size, data: new Type(size * size) };
      await products.multiply<Float32Array | Float64Array>(as(first), as(second), y, turned);
      expect([...y.data]).toEqual(expected);
    }
  });

  it('are left out where onnxruntime-node can not be imported', async () => {
    vi.doMock('onnxruntime-node', () => {
      throw new Error('not installed');
    });
    expect(await openProducts()).toBeUndefined();
    vi.doUnmock('onnxruntime-node');
  });
});

describe('outlier scores are the same to the last bit with and without products', () => {
  const structured = randomEmbeddings(700, 100, { decay: 0.8 });
  const cases: { title: string; embeddings: Embeddings; k?: number; multiplied: 'sketches' | 'rows' }[] = [
    { title: 'structured data', embeddings: structured, multiplied: 'sketches' },
    { title: 'another k', embeddings: structured, k: 3, multiplied: 'sketches' },
    { title: 'more neighbours than a tile has rows', embeddings: structured, k: 150, multiplied: 'sketches' },
    { title: 'data without structure', embeddings: randomEmbeddings(500, 120), multiplied: 'rows' },
    { title: 'nearly equal rows', embeddings: moved(randomEmbeddings(520, 64), 3000), multiplied: 'rows' },
    { title: 'rows that are equal', embeddings: repeated(structured, 5), multiplied: 'sketches' },
    { title: 'large groups of equal rows', embeddings: repeated(structured, 90), multiplied: 'sketches' },
    { title: 'rows that are all equal', embeddings: repeated(structured, 700), multiplied: 'sketches' },
    { title: 'rows of zeros', embeddings: withZeros(structured, 14), multiplied: 'sketches' },
    { title: 'one row far from all others', embeddings: withFarRow(structured), multiplied: 'sketches' },
    { title: 'data on few axes', embeddings: padded(randomEmbeddings(600, 5), 100), multiplied: 'sketches' },
  ];
  it.each(cases)('for $title', async ({ embeddings, k, multiplied }) => {
    const options = k === undefined ? {} : { k };
    const without = await scoreOutliers(embeddings, options);
    widths.clear();
    const withProducts = await scoreOutliers(embeddings, { ...options, crew });
    expect(withProducts).toEqual(without);
    const isWhole = [...widths].some((width) => width >= embeddings.cols);
    expect(isWhole ? 'rows' : 'sketches').toBe(multiplied);
  });
});

describe('euclidean distances are the same to the last bit with and without products', () => {
  it.each([1, 1e19, 1e-21, 1e-38])('for values around %d', async (size) => {
    const { rows, cols, data } = randomEmbeddings(1900, 3);
    const embeddings = { rows, cols, data: data.map((value) => value * size) };
    const { metric, ...withProducts } = await scoreOutliers(embeddings, { crew });
    expect(metric).toBe('euclidean');
    expect(withProducts).toEqual(expect.objectContaining(await bareScores(embeddings)));
  });

  it('for one value that is far larger than the others', async () => {
    const { rows, cols, data } = randomEmbeddings(1900, 3);
    const embeddings = { rows, cols, data: data.map((value, at) => (at === 0 ? 1e30 : value * 1e-6)) };
    const withProducts = await scoreOutliers(embeddings, { crew });
    expect(withProducts).toEqual(expect.objectContaining(await bareScores(embeddings)));
  });

  const bareScores = async (embeddings: Embeddings) => {
    const { scores, meanDistances } = await scoreOutliers(embeddings);
    return { scores, meanDistances };
  };
});

describe('several searches at once', () => {
  it('leave out no row that only one of them met', async () => {
    const rows = 257;
    const hot = { rows, cols: 64, data: new Float32Array(rows * 64), scales: new Float64Array(rows).fill(1) };
    for (let i = 0; i < rows; i++) hot.data[i * hot.cols + (i % hot.cols)] = 1;
    for (const k of [3, 10, 15, 25]) {
      const expected = await findNearestByShadows({ points: hot, k });
      expect(await findNearestByProducts(hot, k, { ...crew, size: 4 })).toEqual(expected);
    }
  });
});

describe('what was analysed before', () => {
  it('changes nothing, to the last bit', async () => {
    const embeddings = withZeros(randomEmbeddings(600, 200, { decay: 0.95 }), 3);
    const others = moved(randomEmbeddings(600, 200, { seed: 2 }), 1);
    const analyse = async () => [
      await fitPca(embeddings, { crew }),
      await scoreOutliers(embeddings, { crew }),
    ];
    const first = await analyse();
    await fitPca(others, { crew });
    await scoreOutliers(withZeros(others, 2, 4), { crew });
    expect(await analyse()).toEqual(first);
  });
});

describe('any number of threads', () => {
  const cases: { title: string; embeddings: Embeddings; k?: number }[] = [
    { title: 'structured data', embeddings: randomEmbeddings(1537, 200, { decay: 0.9 }) },
    { title: 'data without structure', embeddings: randomEmbeddings(1100, 180) },
    { title: 'large groups of equal rows', embeddings: repeated(randomEmbeddings(700, 200), 90) },
    { title: 'rows of zeros', embeddings: withZeros(randomEmbeddings(700, 200, { decay: 0.9 }), 14) },
    { title: 'many neighbours', embeddings: randomEmbeddings(600, 200, { decay: 0.9 }), k: 200 },
    { title: 'few rows of many columns', embeddings: randomEmbeddings(150, 300) },
  ];
  const pools = [1, 2, 3].map(openAnalysisPool);
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  it.each(cases)('gives the same bits for $title', async ({ embeddings, ...options }) => {
    const analyse = async (by: Crew) => [
      await scoreOutliers(embeddings, { ...options, crew: by }),
      await fitPca(embeddings, { crew: by }),
    ];
    const expected = await analyse(crew);
    for (const pool of pools) expect(await analyse(pool)).toEqual(expected);
  });
});

describe('two analyses at the same time on the same threads', () => {
  it('change nothing about each other', async () => {
    const sets = [randomEmbeddings(900, 160, { decay: 0.9 }), randomEmbeddings(900, 160, { seed: 2 })];
    const pool = openAnalysisPool(2);
    try {
      const alone = [];
      for (const set of sets) alone.push(await analyseEmbeddings(pool, set));
      for (let round = 0; round < 3; round++) {
        expect(await Promise.all(sets.map((set) => analyseEmbeddings(pool, set)))).toEqual(alone);
      }
    } finally {
      await pool.close();
    }
  });
});

describe('maps are the same with and without products', () => {
  const cases = [
    { title: 'structured data', embeddings: randomEmbeddings(700, 220, { decay: 0.9 }) },
    { title: 'data without structure', embeddings: randomEmbeddings(600, 300) },
    { title: 'few rows of many columns', embeddings: randomEmbeddings(170, 400, { decay: 0.99 }) },
    { title: 'rows that are all equal', embeddings: repeated(randomEmbeddings(300, 200), 300) },
    { title: 'data on few axes', embeddings: padded(randomEmbeddings(400, 3), 200) },
  ];
  it.each(cases)('for $title', async ({ embeddings }) => {
    const without = await fitPca(embeddings);
    const withProducts = await fitPca(embeddings, { crew });
    const extent = extentOf(without.points);
    const difference = largestDifference(withProducts.points.data, without.points.data);
    expect(difference).toBeLessThanOrEqual(1e-9 * extent);
    expect(
      largestDifference(withProducts.explainedVarianceRatio, without.explainedVarianceRatio),
    ).toBeLessThan(1e-12);
  });
});

/** The same rows, far from the origin: all point in nearly one direction. */
function moved({ rows, cols, data }: Embeddings, by: number): Embeddings {
  return { rows, cols, data: data.map((value) => value + by) };
}

/** Groups of `size` rows that are equal. */
function repeated({ rows, cols, data }: Embeddings, size: number): Embeddings {
  const copy = data.slice();
  for (let i = 0; i < rows; i++) {
    const source = (i - (i % size)) * cols;
    copy.set(data.subarray(source, source + cols), i * cols);
  }
  return { rows, cols, data: copy };
}

function withZeros({ rows, cols, data }: Embeddings, count: number, first = 0): Embeddings {
  const copy = data.slice();
  for (let i = 0; i < count; i++) copy.fill(0, (first + 7 * i) * cols, (first + 7 * i + 1) * cols);
  return { rows, cols, data: copy };
}

/** Rows close to each other, and one on the other side of the origin. */
function withFarRow(embeddings: Embeddings): Embeddings {
  const { rows, cols, data } = moved(embeddings, 50);
  return { rows, cols, data: data.map((value, at) => (Math.floor(at / cols) === 333 ? -value : value)) };
}

/** The same rows in a space with more axes, all of them zero. */
function padded({ rows, cols, data }: Embeddings, width: number): Embeddings {
  const wide = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) wide.set(data.subarray(i * cols, (i + 1) * cols), i * width);
  return { rows, cols: width, data: wide };
}
