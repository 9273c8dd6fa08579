/** Logits from embeddings, against torch. */
import { applyHead, type Head } from '../../integrations/embedding-animation/embedding/index.ts';
import type { Benchmark, BenchContext, Comparison, OpenBenchmark, Parity } from '../contracts.ts';
import { largestDifference } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import { readNpy, writeNpy } from '../inputs/npy.ts';
import { seededNormal } from '../inputs/random.ts';

const CLASSES = 10;
const LARGEST_DIFFERENCE = 1e-4;
const ROUNDS = 7;

/** A head, and the files in which Python finds it. */
interface StoredHead {
  readonly head: Head;
  readonly weight: string;
  readonly bias: string;
}

/** The logits of one checkpoint whose embeddings are there. */
export const logits: Benchmark = {
  id: 'logits',
  async open(context) {
    const stored = await storeHead(context);
    return {
      compare: () => compare(context, stored),
      comparisons: [comparison(context, stored)],
      close: () => Promise.resolve(),
    } satisfies OpenBenchmark;
  },
};

/** As transformers initialises a classifier: normal weights of deviation 0.02. */
async function storeHead({ inputs, folder }: BenchContext): Promise<StoredHead> {
  const normal = seededNormal(11);
  const { cols } = inputs;
  const weight = Float32Array.from({ length: CLASSES * cols }, () => 0.02 * normal());
  const bias = Float32Array.from({ length: CLASSES }, () => 0.02 * normal());
  const paths = { weight: `${folder}/head-weight.npy`, bias: `${folder}/head-bias.npy` };
  await writeNpy(paths.weight, weight, [CLASSES, cols]);
  await writeNpy(paths.bias, bias, [CLASSES]);
  return { head: { weight: { rows: CLASSES, cols, data: weight }, bias }, ...paths };
}

function comparison({ python, inputs }: BenchContext, { head, weight, bias }: StoredHead): Comparison {
  return {
    title: `logits of ${CLASSES} classes from ${inputs.rows} × ${inputs.cols} embeddings, beside torch`,
    rounds: ROUNDS,
    // torch's sums are float32 and on all threads; ours are float64 on one: what counts is that it takes next to nothing
    goal: { must: 0, aim: 0 },
    ours: async () => {
      const { embeddings } = await inputs.structured();
      return clock(() => Promise.resolve(applyHead(embeddings, head)));
    },
    python: async () => {
      const { path } = await inputs.structured();
      return python.time('analysis.head', { features: path, weight, bias });
    },
  };
}

async function compare(
  { python, inputs }: BenchContext,
  { head, weight, bias }: StoredHead,
): Promise<Parity[]> {
  const { embeddings, path } = await inputs.structured();
  const output = `${path}.logits.npy`;
  await python.call('analysis.head', { features: path, weight, bias, output });
  return [
    {
      what: 'largest difference to a logit of torch',
      value: largestDifference(applyHead(embeddings, head).data, await readNpy(output)),
      limit: LARGEST_DIFFERENCE,
    },
  ];
}
