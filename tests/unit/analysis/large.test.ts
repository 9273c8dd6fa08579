/** The article's size, 10,000 × 768, against cleanlab, scikit-learn and SciPy. */
import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import {
  alignProcrustes,
  fitPca,
  openAnalysisPool,
  scoreOutliers,
  strongestOutliers,
} from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Matrix } from '../../../integrations/embedding-animation/contracts.ts';
import { extentOf, largestDifference } from '../../helpers/analysis.ts';
import { makeLargeEmbeddings, readLargeGolden, type LargeFrame } from '../../helpers/large-embeddings.ts';

const golden = readLargeGolden();
const executor = openAnalysisPool(2);
afterAll(() => executor.close());

/** Each is made once: making the embeddings takes as long as looking at them. */
const embeddingsOf = once(({ spread }) => makeLargeEmbeddings(spread));
const projectionOf = once((frame) => fitPca(embeddingsOf(frame), { executor }));

describe.each(golden.frames)('10,000 × 768 embeddings, $name', (frame) => {
  it('are the ones that Python made', () => {
    const { data } = embeddingsOf(frame);
    const digest = createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex');
    expect(digest).toBe(frame.sha256);
  });

  it('have scores within 1e-6 of those of cleanlab, and its ten outliers in the same order', async () => {
    const outliers = await scoreOutliers(embeddingsOf(frame), { executor });
    const sampled = golden.sample.map((i) => outliers.scores[i]!);
    expect(largestDifference(sampled, frame.scores)).toBeLessThanOrEqual(1e-6);
    expect(strongestOutliers(outliers, 10).map(({ index }) => index)).toEqual(frame.outliers);
  });

  it('have a map within 1e-6 of the extent of that of scikit-learn', async () => {
    const { points, explainedVarianceRatio } = await projectionOf(frame);
    expect(largestDifference(sampleOf(points), frame.points)).toBeLessThanOrEqual(1e-6 * extentOf(points));
    expect(largestDifference(explainedVarianceRatio, frame.ratio)).toBeLessThanOrEqual(1e-9);
  });
});

describe('two maps of 10,000 points', () => {
  it('are aligned within 1e-7 of scipy.spatial.procrustes', async () => {
    const [early, late] = await Promise.all(golden.frames.slice(0, 2).map(projectionOf));
    const { points, disparity } = alignProcrustes(early!.points, late!.points);
    expect(largestDifference(sampleOf(points), golden.alignment.aligned)).toBeLessThanOrEqual(1e-7);
    expect(Math.abs(disparity - golden.alignment.disparity)).toBeLessThanOrEqual(1e-7);
  });
});

/** `make` with its result kept for each frame. */
function once<Made>(make: (frame: LargeFrame) => Made): (frame: LargeFrame) => Made {
  const made = new Map<LargeFrame, Made>();
  return (frame) => {
    const known = made.get(frame) ?? make(frame);
    made.set(frame, known);
    return known;
  };
}

function sampleOf({ cols, data }: Matrix<Float64Array>): number[] {
  return golden.sample.flatMap((i) => [...data.subarray(i * cols, (i + 1) * cols)]);
}
