/** Maps of the article's size, 10,000 × 768, whose ranks are counted from a sample, against those counted from all images. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  findNeighbours,
  fitPca,
  measureMaps,
  openAnalysisPool,
} from '../../../../integrations/embedding-animation/analysis/index.ts';
import { makeLargeEmbeddings } from '../../../helpers/large-embeddings.ts';
import { readLargeMapQualityGoldens } from '../../../helpers/map-goldens.ts';

const executor = openAnalysisPool(2);
afterAll(() => executor.close());

describe('the quality of a map of 10,000 images', () => {
  for (const { spread, ...expected } of readLargeMapQualityGoldens()) {
    it(
      `is that of all, within what a sample varies, for classes ${spread ?? 0} apart`,
      { timeout: 60_000 },
      async () => {
        const embeddings = makeLargeEmbeddings(spread);
        const labels = Int32Array.from({ length: embeddings.rows }, (_, i) => i % 10);
        const [neighbours, { points }] = await Promise.all([
          findNeighbours(embeddings, { executor }),
          fitPca(embeddings, { executor }),
        ]);
        const [found] = await measureMaps(embeddings, neighbours, [points], labels, { executor });
        expect(Math.abs(found!.trustworthiness! - expected.trustworthiness)).toBeLessThan(0.01);
        expect(Math.abs(found!.continuity! - expected.continuity)).toBeLessThan(0.01);
        expect(found!.neighbourhoodPreservation).toBeCloseTo(expected.neighbourhoodPreservation, 4);
        expect(found!.neighbourhoodHit).toBeCloseTo(expected.neighbourhoodHit, 4);
      },
    );
  }
});
