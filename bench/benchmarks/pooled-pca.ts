/** Two principal components of several checkpoints together, against scikit-learn's PCA of the stacked matrix. */
import type { Benchmark, BenchContext, Comparison, OpenBenchmark, Parity } from '../contracts.ts';
import type { Embeddings } from '../../integrations/embedding-animation/contracts.ts';
import { largestDifference, largestSize } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import { interpolate, makeStructured } from '../inputs/embeddings.ts';
import { readNpy, writeNpy } from '../inputs/npy.ts';

const FRAMES = 5;
/** Of the map's largest coordinate. */
const LARGEST_DIFFERENCE = 1e-4;
const LARGEST_RATIO_DIFFERENCE = 1e-5;
const ROUNDS = 5;
const SOLVERS = ['auto', 'full'] as const;

/** The frames, and the files in which Python finds them. */
interface StoredFrames {
  readonly frames: readonly Embeddings[];
  readonly paths: readonly string[];
}

/** One map for several checkpoints. */
export const pooledPca: Benchmark = {
  id: 'pooled-pca',
  async open(context) {
    const stored = await storeFrames(context);
    return {
      compare: () => compare(context, stored),
      comparisons: SOLVERS.map((solver) => comparison(context, stored, solver)),
      close: () => Promise.resolve(),
    } satisfies OpenBenchmark;
  },
};

/** From one cloud with a model's spectrum to another. */
async function storeFrames({ inputs, folder }: BenchContext): Promise<StoredFrames> {
  const { rows, cols } = inputs;
  const from = makeStructured(rows, cols, 7);
  const { embeddings: to } = await inputs.structured();
  const frames = Array.from({ length: FRAMES }, (_, at) => interpolate(from, to, at / (FRAMES - 1)));
  const paths = frames.map((_, at) => `${folder}/pooled-${at}.npy`);
  for (const [at, { data }] of frames.entries()) await writeNpy(paths[at]!, data, [rows, cols]);
  return { frames, paths };
}

function comparison(
  { python, analysis, inputs }: BenchContext,
  { frames, paths }: StoredFrames,
  solver: string,
): Comparison {
  return {
    title: `pooled PCA ${FRAMES} × ${inputs.rows} × ${inputs.cols}, scikit-learn's solver "${solver}"`,
    rounds: ROUNDS,
    goal: { must: 1, aim: 3 },
    ours: () => clock(() => analysis.pool(frames)),
    python: () => python.time('analysis.pool', { features: paths, solver }),
  };
}

async function compare(
  { python, analysis }: BenchContext,
  { frames, paths }: StoredFrames,
): Promise<Parity[]> {
  const outputs = paths.map((path) => `${path}.map.npy`);
  const request = { features: paths, solver: 'full', dtype: 'float64', outputs };
  const { ratio } = await python.call('analysis.pool', request);
  const { maps, explainedVarianceRatio } = await analysis.pool(frames);
  const differences = await Promise.all(
    maps.map(async ({ points }, at) => {
      const theirs = await readNpy(outputs[at]!);
      return largestDifference(points.data, theirs) / largestSize(theirs);
    }),
  );
  return [
    {
      what: "largest difference to a coordinate of scikit-learn's PCA of all rows, of the largest coordinate",
      value: Math.max(...differences),
      limit: LARGEST_DIFFERENCE,
    },
    {
      what: 'largest difference to a share of variance',
      value: largestDifference(explainedVarianceRatio, ratio as readonly number[]), // analysis.py's `pool`
      limit: LARGEST_RATIO_DIFFERENCE,
    },
  ];
}
