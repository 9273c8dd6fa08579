/** Five checkpoints of the article's size, 10,000 × 768, in one map, against scikit-learn. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  measureScatter,
  openAnalysisPool,
  poolAxes,
  projectOnAxes,
} from '../../../integrations/embedding-animation/analysis/index.ts';
import { extentOf, largestDifference } from '../../helpers/analysis.ts';
import { makeLargeEmbeddings } from '../../helpers/large-embeddings.ts';
import { readLargePooledGolden } from '../../helpers/map-goldens.ts';

const { sample, ratio, frames } = readLargePooledGolden();
const executor = openAnalysisPool(2);
afterAll(() => executor.close());

describe('the pooled map of five frames of 10,000 × 768', () => {
  it(
    'is that of scikit-learn for the stacked matrix, within 1e-10 of its extent',
    { timeout: 120_000 },
    async () => {
      const axes = await poolAxes(measureEach());
      expect(largestDifference(axes.explainedVarianceRatio, ratio)).toBeLessThan(1e-11);
      for (const { spread, points, share } of frames) {
        const map = await projectOnAxes(makeLargeEmbeddings(spread), axes, { executor });
        const sampled = sample.flatMap((i) => [...map.points.data.subarray(2 * i, 2 * i + 2)]);
        expect(largestDifference(sampled, points)).toBeLessThan(1e-10 * extentOf(map.points));
        expect(largestDifference(map.explainedVarianceRatio, share)).toBeLessThan(1e-10);
      }
    },
  );
});

/** One frame is in memory at a time. */
async function* measureEach() {
  for (const { spread } of frames) yield await measureScatter(makeLargeEmbeddings(spread), { executor });
}
