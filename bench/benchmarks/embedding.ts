/** Embedding: images a second with one checkpoint, against torch at its own best batch size. */
import { join } from 'node:path';
import {
  embed,
  openEmbeddingPool,
  openModel,
} from '../../integrations/embedding-animation/embedding/index.ts';
import { preprocess } from '../../tests/helpers/preprocess.ts';
import type { BenchContext, Comparison, Fact, Goal, OpenBenchmark, Benchmark } from '../contracts.ts';
import { smallestCosine } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import { readNpy } from '../inputs/npy.ts';
import { countVitOperations } from './vit-operations.ts';
import { openMatrixRate } from './matrix-rate.ts';

/** Batch sizes among which torch's best is searched. */
const TORCH_BATCHES = [1, 4, 8, 16, 24, 32];
/** Its results do not depend on the batch beyond rounding. */
const COMPARED_BATCH = 8;
/** The least cosine of an image's two embeddings. */
const SMALLEST_COSINE = 0.99999;
const GIGA = 1e9;

/** What a row of this kind is about. */
export interface EmbeddingComparison {
  readonly id: string;
  readonly title: string;
  readonly images: number;
  readonly quickImages: number;
  /** Images with which torch's batch size is searched. */
  readonly searchImages: number;
  readonly rounds: number;
  readonly goal: Goal;
  /** Share of the machine's matrix-product rate to aim for; not measured where absent. */
  readonly aimedShare?: number;
  readonly checkpoint: (context: BenchContext) => Promise<string>;
}

/** The article's model. */
export const embeddingBase = embeddingBenchmark({
  id: 'embedding-base',
  title: 'embedding ViT-base at 224, fp32',
  images: 48,
  quickImages: 8,
  searchImages: 32,
  rounds: 5,
  goal: { must: 1.2, aim: 1.4 },
  aimedShare: 0.9,
  checkpoint: ({ inputs }) => inputs.baseModel(),
});

/** The model of the shipped run. */
export const embeddingSmall = embeddingBenchmark({
  id: 'embedding-small',
  title: 'embedding the shipped small ViT, fp32',
  images: 2048,
  quickImages: 256,
  searchImages: 512,
  rounds: 7,
  goal: { must: 1.7, aim: 2.5 },
  checkpoint: () => Promise.resolve(join(import.meta.dirname, '../../content/runs/emoji/checkpoint-4040')),
});

function embeddingBenchmark(comparison: EmbeddingComparison): Benchmark {
  return { id: comparison.id, open: (context) => openEmbedding(comparison, context) };
}

async function openEmbedding(comparison: EmbeddingComparison, context: BenchContext): Promise<OpenBenchmark> {
  const { python, threads, quick, folder } = context;
  const count = quick ? comparison.quickImages : comparison.images;
  const images = await context.inputs.images(count);
  const checkpoint = await comparison.checkpoint(context);
  const model = await openModel(checkpoint, {});
  const pixels = await preprocess(images.dataset, model.processor);
  const pool = openEmbeddingPool(threads);
  const run = () => embed({ model, pixels, pool });
  await python.call('embedding.load', { checkpoint, images: images.path });
  let searched: Promise<number> | undefined;
  const torchBatch = () => (searched ??= findTorchBatch(context, Math.min(count, comparison.searchImages)));
  const rate = comparison.aimedShare === undefined ? undefined : openMatrixRate(threads);
  const timed: Comparison = {
    title: comparison.title,
    rounds: comparison.rounds,
    goal: comparison.goal,
    amount: { count, unit: 'images/s' },
    ours: () => clock(run),
    python: async () => python.time('embedding.run', { batch: await torchBatch() }),
    ...(rate === undefined ? {} : { besides: { matrix: () => rate.time() } }),
    async facts({ ours, besides }): Promise<Fact[]> {
      const batch = await torchBatch();
      const facts: Fact[] = [
        { text: `torch at batch ${batch}, its best of ${TORCH_BATCHES.join(', ')}`, value: batch },
      ];
      if (rate === undefined || besides['matrix'] === undefined) return facts;
      const reached = (count * (await countVitOperations(checkpoint))) / ours.median / GIGA;
      const possible = rate.operations / besides['matrix'].median / GIGA;
      const text = `${reached.toFixed(0)} GFLOP/s, ${((100 * reached) / possible).toFixed(0)} % of the ${possible.toFixed(0)} that onnxruntime's Gemm reaches with ViT-base's shapes (aim ${100 * comparison.aimedShare!} %)`;
      return [...facts, { text, value: reached / possible }];
    },
  };
  return {
    async compare() {
      const output = join(folder, `${comparison.id}.npy`);
      await python.call('embedding.run', { batch: COMPARED_BATCH, output });
      const { data, cols } = await run();
      const value = smallestCosine(data, await readNpy(output), cols);
      const what = `smallest cosine to transformers' embedding, ${count} images`;
      return [{ what, value, limit: SMALLEST_COSINE, kind: 'similarity' }];
    },
    comparisons: [timed],
    async close() {
      await Promise.all([pool.close(), rate?.close()]);
    },
  };
}

async function findTorchBatch({ python }: BenchContext, count: number): Promise<number> {
  let best = { batch: 1, seconds: Infinity };
  await python.call('embedding.run', { batch: 1, count: 1 });
  for (const batch of TORCH_BATCHES) {
    const seconds = await python.time('embedding.run', { batch, count });
    if (seconds < best.seconds) best = { batch, seconds };
  }
  return best.batch;
}
