/** Whether a map moves as the embeddings do. */
import type { Embeddings, Matrix } from '../../contracts.ts';
import { rankValues } from '../linalg/ranks.ts';
import { mean } from '../linalg/vectors.ts';

/** How a map's movement goes with that of the embeddings; without a value where either does not move. */
export interface TemporalQuality {
  /** −1 … 1 */
  readonly temporalPearson: number | undefined;
  /** −1 … 1 */
  readonly temporalSpearman: number | undefined;
  /** 0 where the map moves as the embeddings do. */
  readonly temporalStress: number | undefined;
}

/**
 * How far each row has moved from one `[n × d]` matrix to the next: Euclidean distances, `[n]`, with sums in float64.
 * @throws RangeError when the matrices are not of one size
 */
export function measureDisplacements(from: Embeddings, to: Embeddings): Float64Array {
  const { rows, cols } = from;
  if (to.rows !== rows || to.cols !== cols)
    throw new RangeError(`[${rows} × ${cols}] and [${to.rows} × ${to.cols}] are no steps of the same rows`);
  const [a, b] = [from.data, to.data];
  const moved = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0;
    for (const end = at + cols; at < end; at++) {
      const difference = b[at]! - a[at]!;
      sum += difference * difference;
    }
    moved[i] = Math.sqrt(sum);
  }
  return moved;
}

/** How far images move in embedding space, over all steps: the same for all maps of a run. */
export interface Movement {
  /** By step: whether the embeddings before and after it can be compared. Maps are compared over these steps. */
  readonly isMeasured: readonly boolean[];
  /** Distances of all images over all measured steps. */
  readonly distances: Distances;
}

/** Distances in a row, and their ranks. */
interface Distances {
  /** In units of the largest. */
  readonly values: Float64Array;
  readonly ranks: Float64Array;
  /** Whether all are the same, be it that there are none. */
  readonly isConstant: boolean;
  /** Whether all are 0, be it that there are none. */
  readonly isZero: boolean;
}

/**
 * Describes how embeddings move.
 * @param displacements of each step, `[n]`; `undefined` where the embeddings before and after it can not be compared
 */
export function describeMovement(displacements: readonly (Float64Array | undefined)[]): Movement {
  return {
    isMeasured: displacements.map((moved) => moved !== undefined),
    distances: describeDistances(displacements.filter((moved) => moved !== undefined)),
  };
}

/**
 * Temporal stability by Vernier et al. (Quantitative evaluation of time-dependent multidimensional projection techniques,
 * EuroVis 2020): over all images and measured steps, the correlation of how far an image moves in embedding space with how
 * far it moves on the map, by value (Pearson) and by rank (Spearman, equal ones sharing the mean rank), and the normalised
 * stress Σ(a − b)² / Σa² of both, each scaled to a maximum of 1.
 * @param maps `[n × 2]`, one more than there are steps
 */
export function measureTemporal(
  { isMeasured, distances: a }: Movement,
  maps: readonly Matrix<Float64Array>[],
): TemporalQuality {
  const steps = [...isMeasured.keys()].filter((step) => isMeasured[step]);
  const b = describeDistances(steps.map((step) => measurePlanar(maps[step]!, maps[step + 1]!)));
  const hasCorrelation = !a.isConstant && !b.isConstant;
  return {
    temporalPearson: hasCorrelation ? correlate(a.values, b.values) : undefined,
    temporalSpearman: hasCorrelation ? correlate(a.ranks, b.ranks) : undefined,
    temporalStress: a.isZero || b.isZero ? undefined : stress(a.values, b.values),
  };
}

function measurePlanar(
  { rows, data: a }: Matrix<Float64Array>,
  { data: b }: Matrix<Float64Array>,
): Float64Array {
  const moved = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++, at += 2) {
    const dx = b[at]! - a[at]!;
    const dy = b[at + 1]! - a[at + 1]!;
    moved[i] = Math.sqrt(dx * dx + dy * dy);
  }
  return moved;
}

function describeDistances(parts: readonly Float64Array[]): Distances {
  const values = concatenate(parts);
  const ranks = rankValues(values); // of what is not rounded yet
  const largest = largestOf(values);
  if (largest > 0) for (let at = 0; at < values.length; at++) values[at]! /= largest;
  const isConstant = ranks.every((rank) => rank === ranks[0]);
  return { values, ranks, isConstant, isZero: largest === 0 };
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}

/** Pearson's correlation of numbers of which neither are all the same. */
function correlate(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const x = a[at]! - meanA;
    const y = b[at]! - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa) / Math.sqrt(bb)));
}

/** Σ(a − b)² / Σa² */
function stress(a: Float64Array, b: Float64Array): number {
  let [differences, squares] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    const x = a[at]!;
    const difference = x - b[at]!;
    differences += difference * difference;
    squares += x * x;
  }
  return differences / squares;
}
