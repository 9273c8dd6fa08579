import { afterAll, describe, expect, it } from 'vitest';
import { openLocalExecutor } from '../../../integrations/embedding-animation/analysis/executor.ts';
import {
  fitPca,
  fitPrincipalAxes,
  measureScatter,
  openAnalysisPool,
  poolAxes,
  projectOnAxes,
} from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import {
  embeddingsOf,
  extentOf,
  largestDifference,
  randomEmbeddings,
  shifted,
} from '../../helpers/analysis.ts';
import { useGemms } from '../../helpers/gemms.ts';
import { readPooledGoldens } from '../../helpers/map-goldens.ts';

/** The axes of frames that are there one after the other. */
async function poolFrames(frames: readonly Embeddings[]) {
  return poolAxes(measureEach(frames));
}

async function* measureEach(frames: readonly Embeddings[]) {
  for (const frame of frames) yield await measureScatter(frame);
}

describe('axes of several frames equal those of scikit-learn for all rows in one matrix', () => {
  for (const { name, frames, means, axes, ratio, points, shares } of readPooledGoldens()) {
    it(`within 1e-9: ${name}`, async () => {
      const pooled = await poolFrames(frames);
      expect(largestDifference(pooled.means, means)).toBeLessThan(
        1e-12 * Math.max(1, ...means.map(Math.abs)),
      );
      expect(largestDifference(pooled.axes.data, axes)).toBeLessThan(1e-9);
      expect(largestDifference(pooled.explainedVarianceRatio, ratio)).toBeLessThan(1e-12);
      for (const [at, frame] of frames.entries()) {
        const map = await projectOnAxes(frame, pooled);
        expect(largestDifference(map.points.data, points[at]!)).toBeLessThan(1e-9 * extentOf(map.points));
        expect(largestDifference(map.explainedVarianceRatio, shares[at]!)).toBeLessThan(1e-9);
      }
    });
  }
});

describe('axes of several frames', () => {
  it('are those of a single frame alone', async () => {
    const frame = randomEmbeddings(90, 40, { decay: 0.8 });
    const alone = await fitPrincipalAxes(frame);
    const pooled = await poolFrames([frame]);
    expect(largestDifference(pooled.axes.data, alone.axes.data)).toBeLessThan(1e-11);
    expect(pooled.means).toEqual(alone.means);
  });

  it('are the same for frames a million spreads away from the origin', async () => {
    // Eighths, so that float32 holds the moved numbers exactly.
    const frames = [1, 2, 3].map((seed) => {
      const { data, ...size } = randomEmbeddings(50, 12, { seed, decay: 0.7 });
      return { ...size, data: data.map((value) => Math.round(8 * value) / 8) };
    });
    const near = await poolFrames(frames);
    const far = await poolFrames(frames.map((frame) => shifted(frame, 2 ** 20)));
    expect(largestDifference(far.axes.data, near.axes.data)).toBeLessThan(1e-8);
    expect(largestDifference(far.explainedVarianceRatio, near.explainedVarianceRatio)).toBeLessThan(1e-9);
  });

  it('run between frames whose rows are all equal', async () => {
    const frames = [0, 3, 6].map((x) => embeddingsOf(Array.from({ length: 4 }, () => [x, 0.1, -x])));
    const pooled = await poolFrames(frames);
    expect(largestDifference(pooled.axes.data.subarray(0, 3), [Math.SQRT1_2, 0, -Math.SQRT1_2])).toBeLessThan(
      1e-12,
    );
    expect([...pooled.axes.data.subarray(3)]).toEqual([0, 0, 0]);
    expect(pooled.explainedVarianceRatio[1]).toBe(0);
    expect((await projectOnAxes(frames[1]!, pooled)).explainedVarianceRatio).toEqual([0, 0]);
  });

  it('are zeros where all rows of all frames are equal', async () => {
    const frame = embeddingsOf(Array.from({ length: 5 }, () => [0.1, 7, -3]));
    const pooled = await poolFrames([frame, frame]);
    expect([...pooled.axes.data]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...(await projectOnAxes(frame, pooled)).points.data]).toEqual(
      Array.from({ length: 10 }, () => 0),
    );
  });

  it('have no second direction for a single column', async () => {
    const pooled = await poolFrames([embeddingsOf([[1], [2]]), embeddingsOf([[4], [5]])]);
    expect([...pooled.axes.data]).toEqual([1, 0]);
    const { points, explainedVarianceRatio } = await projectOnAxes(embeddingsOf([[4], [5]]), pooled);
    expect([...points.data]).toEqual([1, 0, 2, 0]);
    expect(explainedVarianceRatio).toEqual([1, 0]);
  });

  it('are refused for no frame, and for frames of different width', async () => {
    await expect(poolFrames([])).rejects.toThrow(RangeError);
    await expect(poolFrames([randomEmbeddings(5, 3), randomEmbeddings(5, 4)])).rejects.toThrow('3 and 4');
  });
});

describe('a scatter', () => {
  const embeddings = randomEmbeddings(1100, 400, { decay: 0.98 });
  const pools = [1, 2, 3].map(openAnalysisPool);
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  for (const { title, gemm } of useGemms()) {
    it(`has the sums of products of centred columns, by ${title}`, async () => {
      const { rows, means, upper } = await measureScatter(embeddings, {
        executor: openLocalExecutor(gemm()),
      });
      expect(rows).toBe(1100);
      // Both are in one block, in different ones, and at the ends of the triangle.
      for (const [row, col] of [
        [0, 0],
        [3, 7],
        [10, 399],
        [150, 260],
        [398, 399],
        [399, 399],
      ] as const) {
        let sum = 0;
        for (let i = 0; i < rows; i++) {
          const at = i * 400;
          sum += (embeddings.data[at + row]! - means[row]!) * (embeddings.data[at + col]! - means[col]!);
        }
        expect(upper[row * 400 - (row * (row - 1)) / 2 + col - row]).toBeCloseTo(sum, 9);
      }
    });
  }

  it('and its axes are the same to the last bit for any number of threads', async () => {
    const made = [];
    for (const executor of pools) {
      const scatter = await measureScatter(embeddings, { executor });
      const axes = await poolAxes([scatter, scatter], { executor });
      made.push({ scatter, axes, map: await projectOnAxes(embeddings, axes, { executor }) });
    }
    expect(made[1]).toEqual(made[0]);
    expect(made[2]).toEqual(made[0]);
  });
});

describe('projecting on axes', () => {
  it('of the same embeddings gives their own map', async () => {
    for (const embeddings of [randomEmbeddings(80, 20, { decay: 0.8 }), randomEmbeddings(300, 200)]) {
      const map = await fitPca(embeddings);
      const projected = await projectOnAxes(embeddings, await fitPrincipalAxes(embeddings));
      expect(projected.points).toEqual(map.points);
      expect(largestDifference(projected.explainedVarianceRatio, map.explainedVarianceRatio)).toBeLessThan(
        1e-12,
      );
    }
  });

  it('is refused for axes of another width', async () => {
    const axes = await fitPrincipalAxes(randomEmbeddings(6, 4));
    await expect(projectOnAxes(randomEmbeddings(6, 5), axes)).rejects.toThrow(RangeError);
  });
});
