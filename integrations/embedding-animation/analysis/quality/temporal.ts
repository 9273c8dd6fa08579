/** Whether a map moves as the embeddings do. */
import type { Embeddings, Matrix } from '../../contracts.ts';

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

/**
 * Temporal stability by Vernier et al. (Quantitative evaluation of time-dependent multidimensional projection techniques,
 * EuroVis 2020): over all images and steps, the correlation of how far an image moves in embedding space with how far it
 * moves on the map, by value (Pearson) and by rank (Spearman, equal ones sharing the mean rank), and the normalised stress
 * Σ(a − b)² / Σa² of both, each scaled to a maximum of 1.
 * @param displacements of each step in embedding space, `[n]`
 * @param maps `[n × 2]`, one more than there are steps
 */
export function measureTemporal(
  displacements: readonly Float64Array[],
  maps: readonly Matrix<Float64Array>[],
): TemporalQuality {
  const steps = displacements.map((_, step) => measurePlanar(maps[step]!, maps[step + 1]!));
  const a = concatenate(displacements);
  const b = concatenate(steps);
  return {
    temporalPearson: correlate(a, b),
    temporalSpearman: correlate(rank(a), rank(b)),
    temporalStress: stress(a, b),
  };
}

function measurePlanar(
  { rows, data: a }: Matrix<Float64Array>,
  { data: b }: Matrix<Float64Array>,
): Float64Array {
  const moved = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    moved[i] = Math.sqrt((b[2 * i]! - a[2 * i]!) ** 2 + (b[2 * i + 1]! - a[2 * i + 1]!) ** 2);
  }
  return moved;
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

/** Pearson's correlation; `undefined` where one of the two is constant. */
function correlate(a: Float64Array, b: Float64Array): number | undefined {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at]! - meanA, b[at]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  if (isConstant(a) || isConstant(b)) return undefined;
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa) / Math.sqrt(bb)));
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Ranks from 1 up; equal values share the mean of theirs. */
function rank(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  const ranks = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    ranks[at] = (firstAtLeast(sorted, value) + firstAbove(sorted, value) + 1) / 2;
  }
  return ranks;
}

/** Position of the first of sorted values that is at least `value`. */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Position of the first of sorted values that is above `value`. */
function firstAbove(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stress(a: Float64Array, b: Float64Array): number | undefined {
  const [mostA, mostB] = [largestOf(a), largestOf(b)];
  if (mostA === 0 || mostB === 0) return undefined;
  let [differences, squares] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at]! / mostA, b[at]! / mostB];
    differences += (x - y) ** 2;
    squares += x * x;
  }
  return differences / squares;
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}
