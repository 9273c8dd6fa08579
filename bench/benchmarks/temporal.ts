/** Whether a map moves as the embeddings do, against scipy. */
import {
  describeMovement,
  measureTemporal,
  type TemporalQuality,
} from '../../integrations/embedding-animation/analysis/index.ts';
import type { Matrix } from '../../integrations/embedding-animation/contracts.ts';
import type { Benchmark, BenchContext, Comparison, OpenBenchmark, Parity } from '../contracts.ts';
import { clock } from '../harness/measure.ts';
import { numberOf } from '../harness/python-process.ts';
import { writeNpy } from '../inputs/npy.ts';
import { seededNormal } from '../inputs/random.ts';

const STEPS = 49;
const ROUNDS = 5;
const LARGEST_DIFFERENCE = 1e-9;

/** A map of all frames, how far images move in embedding space, and the files in which Python finds both. */
interface StoredMovement {
  /** By step, `[n]`. */
  readonly moved: readonly Float64Array[];
  /** By frame, `[n × 2]`. */
  readonly maps: readonly Matrix<Float64Array>[];
  readonly theirs: Readonly<Record<'moved' | 'maps', string>>;
}

/** Pearson, Spearman and normalised stress of a map over all its frames. */
export const temporal: Benchmark = {
  id: 'temporal',
  async open(context) {
    const stored = await storeMovement(context);
    return {
      compare: () => compare(context, stored),
      comparisons: [comparison(context, stored)],
      close: () => Promise.resolve(),
    } satisfies OpenBenchmark;
  },
};

/** Images that move in embedding space by any length, and on the map by a random share of it. */
async function storeMovement({ inputs, folder }: BenchContext): Promise<StoredMovement> {
  const normal = seededNormal(13);
  const { rows } = inputs;
  const moved = Array.from({ length: STEPS }, () =>
    Float64Array.from({ length: rows }, () => Math.exp(normal())),
  );
  const maps = [{ rows, cols: 2, data: Float64Array.from({ length: 2 * rows }, normal) }];
  for (const lengths of moved) {
    const data = maps.at(-1)!.data.map((value, at) => value + normal() * lengths[at >> 1]!);
    maps.push({ rows, cols: 2, data });
  }
  const theirs = { moved: `${folder}/temporal-moved.npy`, maps: `${folder}/temporal-maps.npy` };
  await writeNpy(theirs.moved, concatenate(moved), [STEPS, rows]);
  await writeNpy(theirs.maps, concatenate(maps.map(({ data }) => data)), [STEPS + 1, rows, 2]);
  return { moved, maps, theirs };
}

function comparison({ python, inputs }: BenchContext, { moved, maps, theirs }: StoredMovement): Comparison {
  return {
    title: `temporal figures of a map, ${STEPS} steps of ${inputs.rows} images`,
    rounds: ROUNDS,
    // once for a whole run: what counts is that it takes next to nothing
    goal: { must: 0, aim: 1 },
    ours: () => clock(() => Promise.resolve(measureTemporal(describeMovement(moved), maps))),
    python: () => python.time('analysis.movement', theirs),
  };
}

async function compare({ python }: BenchContext, { moved, maps, theirs }: StoredMovement): Promise<Parity[]> {
  const ours = measureTemporal(describeMovement(moved), maps);
  const answer = await python.call('analysis.movement', theirs);
  const describe = (what: string, figure: keyof TemporalQuality): Parity => ({
    what,
    value: Math.abs((ours[figure] ?? NaN) - numberOf(answer, figure)),
    limit: LARGEST_DIFFERENCE,
  });
  return [
    describe("difference to scipy's Pearson correlation", 'temporalPearson'),
    describe("difference to scipy's Spearman correlation", 'temporalSpearman'),
    describe('difference to the normalised stress', 'temporalStress'),
  ];
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.length * parts[0]!.length);
  for (const [at, part] of parts.entries()) all.set(part, at * part.length);
  return all;
}
