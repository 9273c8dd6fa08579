import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openLocalExecutor,
  type Executor,
} from '../../../integrations/embedding-animation/analysis/executor.ts';
import {
  fitPca,
  openAnalysisPool,
  scoreOutliers,
} from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Gemm } from '../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import {
  analyseEmbeddings,
  randomEmbeddings,
  repeated,
  requireNativeGemm,
  shifted,
  withZeros,
} from '../../helpers/analysis.ts';

let gemm: Gemm;
let executor: Executor;

beforeAll(async () => {
  gemm = await requireNativeGemm();
  executor = openLocalExecutor(gemm);
});
afterAll(() => gemm.close());

describe('analysis on a thread', () => {
  const pool = openAnalysisPool(1);
  afterAll(() => pool.close());

  it('gives what the functions give', async () => {
    const embeddings = randomEmbeddings(60, 12);
    const { outliers, map } = await analyseEmbeddings(pool, embeddings, { k: 4 });
    expect(outliers).toEqual(await scoreOutliers(embeddings, { k: 4 }));
    expect(map).toEqual(await fitPca(embeddings));
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

describe('what was analysed before', () => {
  it('changes nothing, to the last bit', async () => {
    const embeddings = withZeros(randomEmbeddings(600, 200, { decay: 0.95 }), 3);
    const others = shifted(randomEmbeddings(600, 200, { seed: 2 }), 1);
    const analyse = async () => [
      await fitPca(embeddings, { executor }),
      await scoreOutliers(embeddings, { executor }),
    ];
    const first = await analyse();
    await fitPca(others, { executor });
    await scoreOutliers(withZeros(others, 2, 4), { executor });
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
    const analyse = async (by: Executor) => [
      await scoreOutliers(embeddings, { ...options, executor: by }),
      await fitPca(embeddings, { executor: by }),
    ];
    const expected = await analyse(executor);
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
