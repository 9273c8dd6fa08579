/** The shipped run, from its weights and icons to aligned maps, against torch, transformers, cleanlab, scikit-learn and SciPy. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  alignProcrustes,
  fitPca,
  scoreOutliers,
  strongestOutliers,
} from '../../integrations/embedding-animation/analysis/index.ts';
import { readRunFile } from '../../integrations/embedding-animation/checkpoints/index.ts';
import type {
  Dataset,
  EmbeddingMap,
  Embeddings,
  OutlierScores,
  Pixels,
} from '../../integrations/embedding-animation/contracts.ts';
import { openDataset } from '../../integrations/embedding-animation/dataset/index.ts';
import {
  embed,
  openEmbeddingPool,
  openModel,
  processorKey,
} from '../../integrations/embedding-animation/embedding/index.ts';
import { extentOf, largestDifference } from '../helpers/analysis.ts';
import { readEmojiReferences } from '../helpers/emoji-reference.ts';
import { preprocess } from '../helpers/preprocess.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const RUN = resolve(PROJECT, 'content/runs/emoji');

/** What this package makes of one checkpoint. */
interface Ours {
  readonly embeddings: Embeddings;
  readonly outliers: OutlierScores;
  readonly map: EmbeddingMap;
}

const references = readEmojiReferences();
const last = references.at(-1)!.step;
const ours = new Map<number, Ours>();
let dataset: Dataset;

beforeAll(async () => {
  const file = await readRunFile('emoji', join(RUN, 'run.yaml'));
  dataset = await openDataset(file.dataset, { runFolder: RUN, projectRoot: PROJECT });
  const pixels = new Map<string, Pixels>();
  const pool = openEmbeddingPool(availableParallelism());
  try {
    for (const { step } of references) {
      const model = await openModel(join(RUN, `checkpoint-${step}`), { run: 'emoji', step });
      const key = processorKey(model.processor);
      if (!pixels.has(key)) pixels.set(key, await preprocess(dataset, model.processor));
      const embeddings = await embed({ model, pixels: pixels.get(key)!, pool });
      ours.set(step, {
        embeddings,
        outliers: await scoreOutliers(embeddings),
        map: await fitPca(embeddings),
      });
    }
  } finally {
    await pool.close();
  }
});

describe('the reference values', () => {
  it('cover at least three checkpoints and every image of the evaluation set', () => {
    expect(references.length).toBeGreaterThanOrEqual(3);
    for (const { rows, dataset: digest } of references) {
      expect(rows).toBe(dataset.items.length);
      expect(digest, 'the evaluation set has changed: make the reference values again').toBe(dataset.digest);
    }
  });
});

describe.each(references)('checkpoint $step of the shipped run', (reference) => {
  const { step, cols } = reference;

  it('has embeddings with a cosine of at least 0.99999 to those of transformers, for each image', () => {
    const { data } = ours.get(step)!.embeddings;
    const cosines = Array.from({ length: reference.rows }, (_, i) =>
      cosine(
        data.subarray(i * cols, (i + 1) * cols),
        reference.embeddings.subarray(i * cols, (i + 1) * cols),
      ),
    );
    expect(cosines).toHaveLength(dataset.items.length);
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.99999);
  });

  it('has outlier scores within 1e-5 of those of cleanlab', () => {
    const { scores } = ours.get(step)!.outliers;
    expect(largestDifference(scores, reference.scores)).toBeLessThanOrEqual(1e-5);
    expect(largestDifference(scores, reference.scoresOfFloat32)).toBeLessThanOrEqual(1e-5);
  });

  it('has the ten outliers of cleanlab in the same order', () => {
    const strongest = strongestOutliers(ours.get(step)!.outliers, 10);
    expect(strongest.map(({ index }) => index)).toEqual(reference.top);
  });

  it('has a map within 1e-4 of the extent of that of scikit-learn', () => {
    const { points, explainedVarianceRatio } = ours.get(step)!.map;
    expect(largestDifference(points.data, reference.pca)).toBeLessThanOrEqual(1e-4 * extentOf(points));
    expect(largestDifference(explainedVarianceRatio!, reference.ratio)).toBeLessThanOrEqual(1e-5);
  });

  it('is aligned onto the last checkpoint within 1e-6 of scipy.spatial.procrustes', () => {
    const aligned = alignProcrustes(ours.get(step)!.map.points, ours.get(last)!.map.points);
    expect(largestDifference(aligned.points.data, reference.aligned)).toBeLessThanOrEqual(1e-6);
    expect(Math.abs(aligned.disparity - reference.disparity)).toBeLessThanOrEqual(1e-6);
  });
});

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, squaresOfA, squaresOfB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    squaresOfA += a[i]! ** 2;
    squaresOfB += b[i]! ** 2;
  }
  return product / Math.sqrt(squaresOfA * squaresOfB);
}
