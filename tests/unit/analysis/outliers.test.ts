import { describe, expect, it } from 'vitest';
import {
  findNeighbours,
  firstNeighbours,
  scoreOutliers,
  strongestOutliers,
} from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import {
  embeddingsOf,
  largestDifference,
  randomEmbeddings,
  readAnalysisGoldens,
  shifted,
} from '../../helpers/analysis.ts';

describe('outlier scores equal cleanlab 2.9', () => {
  for (const { name, k, embeddings, scores } of readAnalysisGoldens()) {
    const ours = () => scoreOutliers(embeddings, k === null ? {} : { k });

    it(`within 1e-9 in float64: ${name}`, async () => {
      expect(largestDifference((await ours()).scores, scores)).toBeLessThan(1e-9);
    });

    it(`with the ten strongest in the same order: ${name}`, async () => {
      const found = await ours();
      const theirs = strongestOutliers({ ...found, scores }, 10).map(({ index }) => index);
      expect(strongestOutliers(found, 10).map(({ index }) => index)).toEqual(theirs);
    });
  }
});

describe('outlier scores equal what cleanlab makes of float32 features', () => {
  for (const { name, k, embeddings, scoresOfFloat32 } of readAnalysisGoldens()) {
    if (scoresOfFloat32 === undefined) continue;
    it(`within 1e-5: ${name}`, async () => {
      const { scores } = await scoreOutliers(embeddings, k === null ? {} : { k });
      expect(largestDifference(scores, scoresOfFloat32)).toBeLessThan(1e-5);
    });
  }
});

describe('neighbours are exact', () => {
  const shapes = [
    { title: 'structured data', embeddings: randomEmbeddings(700, 40, { decay: 0.8 }) },
    { title: 'data without structure, where nothing can be left out', embeddings: randomEmbeddings(300, 96) },
    { title: 'nearly identical rows', embeddings: shifted(randomEmbeddings(200, 24, { decay: 0.9 }), 5000) },
    { title: 'two columns', embeddings: randomEmbeddings(500, 2) },
  ];
  for (const { title, embeddings } of shapes) {
    it(`for ${title}`, async () => {
      const expected = bruteForceMeanDistances(embeddings, 10);
      const { meanDistances } = await scoreOutliers(embeddings);
      const largest = Math.max(...expected);
      expect(largestDifference(meanDistances, expected)).toBeLessThan(1e-13 * Math.max(1, largest));
    });
  }
});

describe('outlier scores', () => {
  it('do not depend on the order of the rows', async () => {
    const { rows, cols, data } = randomEmbeddings(90, 12);
    const order = Array.from({ length: rows }, (_, i) => (i * 37 + 5) % rows);
    const shuffled = Float32Array.from(order.flatMap((i) => [...data.subarray(i * cols, (i + 1) * cols)]));
    const scores = (await scoreOutliers({ rows, cols, data })).scores;
    const moved = (await scoreOutliers({ rows, cols, data: shuffled })).scores;
    expect(
      largestDifference(
        moved,
        order.map((i) => scores[i]!),
      ),
    ).toBeLessThan(1e-12);
  });

  it('do not depend on the length of rows where angles are compared', async () => {
    const { rows, cols, data } = randomEmbeddings(50, 8);
    const longer = data.map((value, at) => value * 2 ** (Math.floor(at / cols) % 5));
    expect((await scoreOutliers({ rows, cols, data: longer })).scores).toEqual(
      (await scoreOutliers({ rows, cols, data })).scores,
    );
  });

  it('are lowest for the row that points away from all others', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => [1, i / 100, 0, 0]);
    rows[13] = [-1, 0, 1, 0];
    expect(strongestOutliers(await scoreOutliers(embeddingsOf(rows)), 1)[0]?.index).toBe(13);
  });

  it('have their median row at 1/e', async () => {
    const { scores } = await scoreOutliers(randomEmbeddings(101, 10));
    expect(scores.toSorted()[50]).toBeCloseTo(Math.exp(-1), 12);
  });

  it('tell the neighbours and the metric that were used', async () => {
    expect(await scoreOutliers(randomEmbeddings(20, 4))).toMatchObject({ k: 10, metric: 'cosine' });
    expect(await scoreOutliers(randomEmbeddings(6, 3))).toMatchObject({ k: 5, metric: 'euclidean' });
    expect((await scoreOutliers(randomEmbeddings(20, 4), { k: 3 })).k).toBe(3);
  });

  it('take −0 and 0 for the same number', async () => {
    const rows = [
      [0, 1, 0, 2],
      [-0, 1, -0, 2],
      [1, 0, 0, 0],
      [0, 0, 1, 0],
    ];
    expect((await scoreOutliers(embeddingsOf(rows), { k: 1 })).meanDistances[0]).toBe(0);
  });

  it('put a row of zeros at cosine distance 1 from all others', async () => {
    const rows = [
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [-1, 0, 0, 0],
      [1, 1, 0, 0],
    ];
    expect((await scoreOutliers(embeddingsOf(rows), { k: 2 })).meanDistances[0]).toBeCloseTo(1, 14);
  });

  it('leave the embeddings as they were', async () => {
    const embeddings = randomEmbeddings(40, 6);
    const before = embeddings.data.slice();
    await scoreOutliers(embeddings);
    expect(embeddings.data).toEqual(before);
  });

  it('are refused for fewer than three images', async () => {
    await expect(scoreOutliers(randomEmbeddings(2, 4))).rejects.toThrow(
      expect.objectContaining({
        name: 'TooFewImages',
        message: expect.stringContaining('2 images') as string,
      }),
    );
  });

  it('are refused when k leaves no image out', async () => {
    await expect(scoreOutliers(randomEmbeddings(10, 4), { k: 10 })).rejects.toThrow(
      expect.objectContaining({
        name: 'TooManyNeighbours',
        hint: expect.stringContaining('9 or less') as string,
      }),
    );
    await expect(scoreOutliers(randomEmbeddings(10, 4), { k: 9 })).resolves.toBeDefined();
  });
});

describe('the strongest outliers', () => {
  const scoresOf = (...meanDistances: number[]) => ({
    meanDistances: Float64Array.from(meanDistances),
    scores: Float64Array.from(meanDistances, (distance) => Math.exp(-distance)),
  });

  it('come lowest score first, ties by index', () => {
    const found = strongestOutliers(scoresOf(1, 3, 0.5, 3, 4), 4);
    expect(found.map(({ index }) => index)).toEqual([4, 1, 3, 0]);
  });

  it('are all images when more are asked for', () => {
    expect(strongestOutliers(scoresOf(1, 2), 10)).toMatchObject([{ index: 1 }, { index: 0 }]);
  });

  it('are told apart by their distance in multiples of the median, where all their scores are 0', () => {
    const outliers = strongestOutliers(scoresOf(2, 2, 2, 3000, 2400), 2);
    expect(outliers).toEqual([
      { index: 3, score: 0, distanceRatio: 1500 },
      { index: 4, score: 0, distanceRatio: 1200 },
    ]);
  });
});

describe('the first of the neighbours', () => {
  it('are those that a search for fewer finds', async () => {
    const embeddings = randomEmbeddings(60, 8);
    const many = await findNeighbours(embeddings, { k: 12 });
    expect(firstNeighbours(many, 5)).toEqual(await findNeighbours(embeddings, { k: 5 }));
    expect(firstNeighbours(many, 12)).toBe(many);
  });
});

/** All distances, sorted. */
function bruteForceMeanDistances({ rows, cols, data }: Embeddings, k: number): Float64Array {
  const points = Array.from({ length: rows }, (_, i) => {
    const row = Float64Array.from(data.subarray(i * cols, (i + 1) * cols));
    return cols > 3 ? row.map((value) => value / Math.hypot(...row)) : row;
  });
  return Float64Array.from(points, (a, i) => {
    const distances = points
      .filter((_, j) => j !== i)
      .map((b) => a.reduce((sum, value, c) => sum + (value - b[c]!) ** 2, 0))
      .map((squared) => (cols > 3 ? squared / 2 : Math.sqrt(squared)))
      .sort((x, y) => x - y);
    return distances.slice(0, k).reduce((sum, distance) => sum + distance, 0) / k;
  });
}
