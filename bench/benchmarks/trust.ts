/** How far a map can be trusted, against scikit-learn. */
import type { Matrix, Neighbours } from '../../integrations/embedding-animation/contracts.ts';
import type { MapQuality } from '../../integrations/embedding-animation/analysis/index.ts';
import type { Benchmark, BenchContext, Comparison, Fact, OpenBenchmark, Parity } from '../contracts.ts';
import { clock } from '../harness/measure.ts';
import { numberOf } from '../harness/python-process.ts';
import { CLASSES } from '../inputs/embeddings.ts';
import { writeNpy } from '../inputs/npy.ts';

const ROUNDS = 5;
/** Of more images than are all looked at, ranks are counted from some. */
const LARGEST_SAMPLING_ERROR = 0.02;
const LARGEST_DIFFERENCE = 1e-9;
/** Most that trust may add to the time of the analysis of a frame, %. */
const MOST_ADDED = 30;

/** What both sides measure. */
interface MeasuredMap {
  readonly measure: () => Promise<MapQuality>;
  /** The same with a second map of the same embeddings. */
  readonly measureTwo: () => Promise<unknown>;
  /** What the pipeline does of a frame besides. */
  readonly analyse: () => Promise<unknown>;
  readonly theirs: Readonly<Record<'features' | 'points' | 'labels' | 'neighbours', string>>;
}

/** Figures of the map of one checkpoint. */
export const trust: Benchmark = {
  id: 'trust',
  async open(context) {
    const map = await storeMap(context);
    return {
      compare: () => compare(context, map),
      comparisons: [comparison(context, map)],
      close: () => Promise.resolve(),
    } satisfies OpenBenchmark;
  },
};

async function storeMap({ analysis, inputs }: BenchContext): Promise<MeasuredMap> {
  const { embeddings, path } = await inputs.structured();
  const labels = Int32Array.from({ length: inputs.rows }, (_, i) => i % CLASSES);
  const { points } = await analysis.fit(embeddings);
  const neighbours: Neighbours = await analysis.findNeighbours(embeddings);
  const theirs = {
    features: path,
    points: `${path}.trust-points.npy`,
    labels: `${path}.trust-labels.npy`,
    neighbours: `${path}.trust-neighbours.npy`,
  };
  await writeNpy(theirs.points, points.data, [points.rows, 2]);
  await writeNpy(theirs.labels, Float64Array.from(labels), [labels.length]);
  const shape = [points.rows, neighbours.k];
  await writeNpy(theirs.neighbours, Float64Array.from(neighbours.indices), shape);
  return {
    theirs,
    measure: async () => (await analysis.measure(embeddings, neighbours, [points], labels))[0]!, // of the only map
    measureTwo: () => analysis.measure(embeddings, neighbours, [points, stretch(points)], labels),
    analyse: async () => {
      await analysis.findNeighbours(embeddings);
      await analysis.fit(embeddings);
    },
  };
}

/** Another map: the second axis is drawn out, so that neighbours change. */
function stretch({ data, ...size }: Matrix<Float64Array>): Matrix<Float64Array> {
  return { ...size, data: data.map((value, at) => (at % 2 === 0 ? value : 5 * value)) };
}

function comparison(
  { python, inputs }: BenchContext,
  { measure, measureTwo, analyse, theirs }: MeasuredMap,
): Comparison {
  return {
    title: `trust in a map of ${inputs.rows} × ${inputs.cols}, neighbours in embedding space known`,
    rounds: ROUNDS,
    goal: { must: 7, aim: 20 },
    ours: () => clock(measure),
    python: () => python.time('analysis.trust', theirs),
    besides: { analysis: () => clock(analyse), two: () => clock(measureTwo) },
    facts: ({ ours, besides }): Fact[] => {
      const [analysis, two] = [besides['analysis']!.median, besides['two']!.median]; // timed above
      const [added, addedByTwo] = [(100 * ours.median) / analysis, (100 * two) / analysis];
      return [
        {
          text: `adds ${added.toFixed(0)} % to the frame's scores and PCA; at most ${MOST_ADDED} % is the aim`,
          value: added,
        },
        { text: `two maps together add ${addedByTwo.toFixed(0)} %`, value: addedByTwo },
      ];
    },
  };
}

async function compare({ python }: BenchContext, { measure, theirs }: MeasuredMap): Promise<Parity[]> {
  const ours = await measure();
  const answer = await python.call('analysis.trust', theirs);
  const differenceOf = (figure: keyof Omit<MapQuality, 'trueNeighbours'>): number =>
    Math.abs((ours[figure] ?? NaN) - numberOf(answer, figure));
  return [
    {
      what: "difference to scikit-learn's trustworthiness, of a sample of the images",
      value: differenceOf('trustworthiness'),
      limit: LARGEST_SAMPLING_ERROR,
    },
    {
      what: 'difference to its continuity, of the same sample',
      value: differenceOf('continuity'),
      limit: LARGEST_SAMPLING_ERROR,
    },
    {
      what: 'difference to the share of neighbours that the map keeps',
      value: differenceOf('neighbourhoodPreservation'),
      limit: LARGEST_DIFFERENCE,
    },
    {
      what: 'difference to the share of map neighbours of the same class',
      value: differenceOf('neighbourhoodHit'),
      limit: LARGEST_DIFFERENCE,
    },
  ];
}
