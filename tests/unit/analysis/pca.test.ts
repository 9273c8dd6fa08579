import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalExecutor } from '../../../integrations/embedding-animation/analysis/executor.ts';
import { fitPca } from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Gemm } from '../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import {
  embeddingsOf,
  extentOf,
  largestDifference,
  padded,
  randomEmbeddings,
  readAnalysisGoldens,
  repeated,
  requireNativeGemm,
} from '../../helpers/analysis.ts';

describe('the map equals scikit-learn 1.9', () => {
  for (const { name, embeddings, pca, ratio } of readAnalysisGoldens()) {
    if (pca === undefined || ratio === undefined) continue;
    it(`within 1e-9 of its extent: ${name}`, async () => {
      const { points, explainedVarianceRatio } = await fitPca(embeddings);
      expect(largestDifference(points.data, pca)).toBeLessThan(1e-9 * extentOf(points));
      expect(largestDifference(explainedVarianceRatio, ratio)).toBeLessThan(1e-12);
    });
  }
});

describe('the map', () => {
  it('has the axes of data that lies along known ones', async () => {
    // Two orthogonal axes of unit length with coordinates ±3 and ±1; the larger entry of each is positive.
    const long = [0.6, 0, 0.8];
    const short = [0, -1, 0];
    const corners = [
      [3, 1],
      [3, -1],
      [-3, 1],
      [-3, -1],
    ] as const;
    const rows = corners.map(([u, v]) => long.map((value, c) => 10 + u * value + v * short[c]!));
    const { points, explainedVarianceRatio } = await fitPca(embeddingsOf(rows));
    expect(largestDifference(points.data, [3, -1, 3, 1, -3, -1, -3, 1])).toBeLessThan(1e-6); // float32 input
    expect(explainedVarianceRatio[0]).toBeCloseTo(0.9, 6);
    expect(explainedVarianceRatio[1]).toBeCloseTo(0.1, 6);
  });

  it('is centred, its columns at right angles', async () => {
    const { data, rows } = (await fitPca(randomEmbeddings(80, 20, { decay: 0.8 }))).points;
    const sums = { x: 0, y: 0, xy: 0 };
    for (let i = 0; i < data.length; i += 2) {
      sums.x += data[i]!;
      sums.y += data[i + 1]!;
      sums.xy += data[i]! * data[i + 1]!;
    }
    for (const sum of Object.values(sums)) expect(Math.abs(sum / rows)).toBeLessThan(1e-12);
  });

  it('is the same by iteration as from all eigenvectors', async () => {
    // Zero columns change nothing but the way: 400 columns are iterated, 120 are not.
    const narrow = randomEmbeddings(420, 120, { decay: 0.97 });
    const data = new Float32Array(420 * 400);
    for (let i = 0; i < 420; i++) data.set(narrow.data.subarray(i * 120, (i + 1) * 120), i * 400);
    const direct = await fitPca(narrow);
    const iterated = await fitPca({ rows: 420, cols: 400, data });
    expect(largestDifference(iterated.points.data, direct.points.data)).toBeLessThan(
      1e-9 * extentOf(direct.points),
    );
    expect(largestDifference(iterated.explainedVarianceRatio, direct.explainedVarianceRatio)).toBeLessThan(
      1e-12,
    );
  });

  it('is found for large data of low rank, where iteration runs out of directions', async () => {
    const data = Float32Array.from({ length: 300 * 200 }, (_, at) =>
      Math.floor(at / 200) % 3 === at % 3 ? 1 : 0,
    );
    const { explainedVarianceRatio } = await fitPca({ rows: 300, cols: 200, data });
    expect(explainedVarianceRatio[0] + explainedVarianceRatio[1]).toBeCloseTo(1, 10);
  });

  it('is all zeros for rows that are all equal', async () => {
    const { points, explainedVarianceRatio } = await fitPca(
      embeddingsOf(Array.from({ length: 7 }, () => [0.1, 0.7, -3, 1e6])),
    );
    expect([...points.data]).toEqual(Array.from({ length: 14 }, () => 0));
    expect(explainedVarianceRatio).toEqual([0, 0]);
  });

  it('is all zeros for large data whose rows are all equal', async () => {
    const { points, explainedVarianceRatio } = await fitPca({
      rows: 200,
      cols: 300,
      data: new Float32Array(60_000).fill(0.3),
    });
    expect(points.data.every((value) => value === 0)).toBe(true);
    expect(explainedVarianceRatio).toEqual([0, 0]);
  });

  it('has no second component for rows on a line', async () => {
    const { points, explainedVarianceRatio } = await fitPca(
      embeddingsOf([1, 2, 5, 9].map((t) => [t, 2 * t, -t, 0])),
    );
    expect([...points.data.filter((_, at) => at % 2 === 1)]).toEqual([0, 0, 0, 0]);
    expect(explainedVarianceRatio[0]).toBeCloseTo(1, 12);
    expect(explainedVarianceRatio[1]).toBe(0);
  });

  it('has no second component for a single column', async () => {
    const { points, explainedVarianceRatio } = await fitPca(embeddingsOf([[1], [2], [6]]));
    expect(largestDifference(points.data, [-2, 0, -1, 0, 3, 0])).toBeLessThan(1e-12);
    expect(explainedVarianceRatio).toEqual([1, 0]);
  });

  it('is the same every time', async () => {
    const embeddings = randomEmbeddings(250, 220, { decay: 0.98 });
    expect(await fitPca(embeddings)).toEqual(await fitPca(embeddings));
  });
});

describe('maps are the same with and without onnxruntime', () => {
  let gemm: Gemm;
  beforeAll(async () => {
    gemm = await requireNativeGemm();
  });
  afterAll(() => gemm.close());

  const cases = [
    { title: 'structured data', embeddings: randomEmbeddings(700, 220, { decay: 0.9 }) },
    { title: 'data without structure', embeddings: randomEmbeddings(600, 300) },
    { title: 'few rows of many columns', embeddings: randomEmbeddings(170, 400, { decay: 0.99 }) },
    { title: 'rows that are all equal', embeddings: repeated(randomEmbeddings(300, 200), 300) },
    { title: 'data on few axes', embeddings: padded(randomEmbeddings(400, 3), 200) },
  ];
  it.each(cases)('for $title', async ({ embeddings }) => {
    const without = await fitPca(embeddings);
    const native = await fitPca(embeddings, { executor: openLocalExecutor(gemm) });
    const extent = extentOf(without.points);
    const difference = largestDifference(native.points.data, without.points.data);
    expect(difference).toBeLessThanOrEqual(1e-9 * extent);
    expect(largestDifference(native.explainedVarianceRatio, without.explainedVarianceRatio)).toBeLessThan(
      1e-12,
    );
  });
});
