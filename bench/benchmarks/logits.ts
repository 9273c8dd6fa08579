/** Logits from embeddings, against torch. */
import { applyHead, type Head } from '../../integrations/embedding-animation/embedding/index.ts';
import type { Benchmark, BenchContext, Comparison, Fact, OpenBenchmark, Parity } from '../contracts.ts';
import { largestDifference } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import { readNpy, writeNpy } from '../inputs/npy.ts';
import { seededNormal } from '../inputs/random.ts';

const CLASSES = 10;
/** As many as ImageNet has. */
const MANY_CLASSES = 1000;
const LARGEST_DIFFERENCE = 1e-4;
const ROUNDS = 5;

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
    const few = await storeHead(context, CLASSES);
    const many = await storeHead(context, MANY_CLASSES);
    return {
      compare: async () => [await compare(context, few), await compare(context, many)],
      comparisons: [comparison(context, few, many)],
      close: () => Promise.resolve(),
    } satisfies OpenBenchmark;
  },
};

/** As transformers initialises a classifier: normal weights of deviation 0.02. */
async function storeHead({ inputs, folder }: BenchContext, classes: number): Promise<StoredHead> {
  const normal = seededNormal(11);
  const { cols } = inputs;
  const weight = Float32Array.from({ length: classes * cols }, () => 0.02 * normal());
  const bias = Float32Array.from({ length: classes }, () => 0.02 * normal());
  const paths = {
    weight: `${folder}/head-${classes}-weight.npy`,
    bias: `${folder}/head-${classes}-bias.npy`,
  };
  await writeNpy(paths.weight, weight, [classes, cols]);
  await writeNpy(paths.bias, bias, [classes]);
  return { head: { weight: { rows: classes, cols, data: weight }, bias }, ...paths };
}

function comparison(context: BenchContext, few: StoredHead, many: StoredHead): Comparison {
  const { rows, cols } = context.inputs;
  return {
    title: `logits of ${CLASSES} classes from ${rows} × ${cols} embeddings, against torch`,
    rounds: ROUNDS,
    // torch's sums are float32 and on all threads; ours are float64 on one: what counts is that it takes next to nothing
    goal: { must: 0, aim: 0 },
    ours: () => timeOurs(context, few),
    python: () => timeTheirs(context, few),
    besides: { manyOurs: () => timeOurs(context, many), manyPython: () => timeTheirs(context, many) },
    facts: ({ besides }): Fact[] => {
      const [ours, theirs] = [besides['manyOurs']!.median, besides['manyPython']!.median]; // timed above
      return [
        {
          text: `${MANY_CLASSES} classes: ours ${ours.toFixed(2)} s, torch ${theirs.toFixed(2)} s`,
          value: ours,
        },
      ];
    },
  };
}

async function timeOurs({ inputs }: BenchContext, { head }: StoredHead): Promise<number> {
  const { embeddings } = await inputs.structured();
  return clock(() => Promise.resolve(applyHead(embeddings, head)));
}

async function timeTheirs({ inputs, python }: BenchContext, { weight, bias }: StoredHead): Promise<number> {
  const { path } = await inputs.structured();
  return python.time('analysis.head', { features: path, weight, bias });
}

async function compare(
  { python, inputs }: BenchContext,
  { head, weight, bias }: StoredHead,
): Promise<Parity> {
  const { embeddings, path } = await inputs.structured();
  const output = `${path}.logits.npy`;
  await python.call('analysis.head', { features: path, weight, bias, output });
  return {
    what: `${head.weight.rows} classes: largest difference to a logit of torch`,
    value: largestDifference(applyHead(embeddings, head).data, await readNpy(output)),
    limit: LARGEST_DIFFERENCE,
  };
}
