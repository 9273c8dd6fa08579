/** Two principal components, against scikit-learn's PCA, and the alignment of two maps against scipy. */
import { alignProcrustes } from '../../integrations/embedding-animation/analysis/index.ts';
import type { BenchContext, Comparison, OpenBenchmark, Parity, Benchmark } from '../contracts.ts';
import { largestDifference, largestSize } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import type { StoredEmbeddings } from '../inputs/index.ts';
import { readNpy, writeNpy } from '../inputs/npy.ts';
import { numberOf } from '../harness/python-process.ts';

/** Of the map's largest coordinate. */
const LARGEST_DIFFERENCE = 1e-4;
const LARGEST_RATIO_DIFFERENCE = 1e-5;
const LARGEST_ALIGNED_DIFFERENCE = 1e-6;
const ROUNDS = 7;

/** scikit-learn's own choice of a solver, which is its fastest here, and the full decomposition. */
const SOLVERS = ['auto', 'full'] as const;

/** The map of one checkpoint. */
export const pca: Benchmark = {
  id: 'pca',
  async open(context) {
    const input = await context.inputs.structured();
    return {
      compare: async () => [
        ...(await compareMaps(context, input)),
        ...(await compareAlignment(context, input)),
      ],
      comparisons: SOLVERS.map((solver) => comparison(context, input, solver)),
      close: () => Promise.resolve(),
    } satisfies OpenBenchmark;
  },
};

function comparison({ python, analysis }: BenchContext, input: StoredEmbeddings, solver: string): Comparison {
  const { rows, cols } = input.embeddings;
  return {
    title: `PCA ${rows} × ${cols}, scikit-learn's solver "${solver}"`,
    rounds: ROUNDS,
    goal: { must: 1, aim: 3 },
    ours: () => clock(() => analysis.fit(input.embeddings)),
    python: () => python.time('analysis.fit', { features: input.path, solver }),
  };
}

async function compareMaps(
  { python, analysis }: BenchContext,
  { embeddings, path }: StoredEmbeddings,
): Promise<Parity[]> {
  const output = `${path}.map.npy`;
  const answer = await python.call('analysis.fit', {
    features: path,
    solver: 'full',
    dtype: 'float64',
    output,
  });
  const theirs = await readNpy(output);
  const ours = await analysis.fit(embeddings);
  const ratio = answer['ratio'] as readonly number[]; // analysis.py's `fit`
  return [
    {
      what: "largest difference to a coordinate of scikit-learn's PCA, of the largest coordinate",
      value: largestDifference(ours.points.data, theirs) / largestSize(theirs),
      limit: LARGEST_DIFFERENCE,
    },
    {
      what: 'largest difference to a share of variance',
      value: largestDifference(ours.explainedVarianceRatio, ratio),
      limit: LARGEST_RATIO_DIFFERENCE,
    },
  ];
}

/** The map aligned with itself turned and mirrored, with its axes swapped and one stretched. */
async function compareAlignment(
  { python, analysis }: BenchContext,
  { embeddings, path }: StoredEmbeddings,
): Promise<Parity[]> {
  const { points } = await analysis.fit(embeddings);
  const reference = {
    ...points,
    data: points.data.map((_, i, all) => (i % 2 === 0 ? -2 * all[i + 1]! : all[i - 1]!)),
  };
  const files = {
    points: `${path}.points.npy`,
    reference: `${path}.reference.npy`,
    output: `${path}.aligned.npy`,
  };
  await writeNpy(files.points, points.data, [points.rows, 2]);
  await writeNpy(files.reference, reference.data, [points.rows, 2]);
  const answer = await python.call('analysis.align', files);
  const ours = alignProcrustes(points, reference);
  return [
    {
      what: "largest difference to a coordinate of scipy's procrustes",
      value: largestDifference(ours.points.data, await readNpy(files.output)),
      limit: LARGEST_ALIGNED_DIFFERENCE,
    },
    {
      what: "difference to scipy's disparity",
      value: Math.abs(ours.disparity - numberOf(answer, 'disparity')),
      limit: LARGEST_ALIGNED_DIFFERENCE,
    },
  ];
}
