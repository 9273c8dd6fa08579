import { afterAll, describe, expect, it } from 'vitest';
import {
  analyseEmbeddings,
  fitPca,
  openAnalysisPool,
  scoreOutliers,
} from '../../../integrations/embedding-animation/analysis/index.ts';
import { randomEmbeddings } from '../../helpers/analysis.ts';

describe('analysis on a thread', () => {
  const pool = openAnalysisPool(1);
  afterAll(() => pool.close());

  it('gives what the functions give', async () => {
    const embeddings = randomEmbeddings(60, 12);
    const { outliers, projection } = await analyseEmbeddings(pool, embeddings, { k: 4 });
    expect(outliers).toEqual(await scoreOutliers(embeddings, { k: 4 }));
    expect(projection).toEqual(await fitPca(embeddings));
  });

  it('reads shared memory and leaves the caller its data', async () => {
    const { rows, cols, data } = randomEmbeddings(30, 5);
    const shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
    shared.set(data);
    const { outliers } = await analyseEmbeddings(pool, { rows, cols, data: shared });
    expect(outliers).toEqual(await scoreOutliers({ rows, cols, data }));
    expect(shared).toEqual(data);
  });

  it('throws the catalogue error that the thread threw', async () => {
    await expect(analyseEmbeddings(pool, randomEmbeddings(2, 5))).rejects.toMatchObject({
      name: 'TooFewImages',
    });
  });
});
