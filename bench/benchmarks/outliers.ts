/** Outlier scores, against cleanlab. */
import type { BenchContext, Comparison, Goal, OpenBenchmark, Parity, Benchmark } from '../contracts.ts';
import { largestDifference, smallestIndices } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import type { StoredEmbeddings } from '../inputs/index.ts';
import { readNpy } from '../inputs/npy.ts';

const LARGEST_DIFFERENCE = 1e-5;
const LEADERBOARD = 10;
const ROUNDS = 5;
/** As many as the pipeline has in work. */
const FRAMES_AT_ONCE = 2;

/** Embeddings with a model's spectrum, which pruning can use, and without any structure, which it can't. */
export const outliers: Benchmark = {
  id: 'outliers',
  async open(context) {
    const structured = await context.inputs.structured();
    const unstructured = await context.inputs.unstructured();
    return {
      compare: async () => [
        ...(await compare(context, structured, 'structured')),
        ...(await compare(context, unstructured, 'without structure')),
      ],
      comparisons: [
        comparison(context, structured, 'structured', { must: 6, aim: 20 }),
        comparison(context, unstructured, 'without structure', { must: 3, aim: 3 }),
        throughput(context, structured),
      ],
      close: () => Promise.resolve(),
    } satisfies OpenBenchmark;
  },
};

function comparison(
  { python, analysis }: BenchContext,
  input: StoredEmbeddings,
  kind: string,
  goal: Goal,
): Comparison {
  const { rows, cols } = input.embeddings;
  return {
    title: `outlier scores ${rows} × ${cols}, exact, ${kind}, one frame`,
    rounds: ROUNDS,
    goal,
    ours: () => clock(() => analysis.score(input.embeddings)),
    python: () => python.time('analysis.score', { features: input.path }),
  };
}

/** A run has many frames: ours has two in work at a time, the Python libraries take one after another. */
function throughput({ python, analysis }: BenchContext, { embeddings, path }: StoredEmbeddings): Comparison {
  const frames = Array.from({ length: FRAMES_AT_ONCE }, () => embeddings);
  return {
    title: `outlier scores and PCA ${embeddings.rows} × ${embeddings.cols}, structured, ${FRAMES_AT_ONCE} frames at once`,
    rounds: ROUNDS,
    amount: { count: FRAMES_AT_ONCE, unit: 'frames' },
    goal: { must: 6, aim: 20 },
    ours: () => clock(() => analysis.analyseAll(frames)),
    async python() {
      const scores = await python.time('analysis.score', { features: path });
      const maps = await python.time('analysis.fit', { features: path, solver: 'auto' });
      return FRAMES_AT_ONCE * (scores + maps);
    },
  };
}

/** cleanlab on float64: its float32 distances swap near-ties. */
async function compare(
  { python, analysis }: BenchContext,
  { embeddings, path }: StoredEmbeddings,
  kind: string,
): Promise<Parity[]> {
  const output = `${path}.scores.npy`;
  await python.call('analysis.score', { features: path, dtype: 'float64', output });
  const theirs = await readNpy(output);
  const { scores } = await analysis.score(embeddings);
  const same = smallestIndices(scores, LEADERBOARD).filter(
    (index, at) => index === smallestIndices(theirs, LEADERBOARD)[at],
  );
  return [
    {
      what: `${kind}: largest difference to a score of cleanlab`,
      value: largestDifference(scores, theirs),
      limit: LARGEST_DIFFERENCE,
    },
    {
      what: `${kind}: outliers in cleanlab's place, of ten`,
      value: same.length,
      limit: LEADERBOARD,
      kind: 'similarity',
    },
  ];
}
