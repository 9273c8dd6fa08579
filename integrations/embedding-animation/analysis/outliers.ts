import type { Embeddings, Neighbours, Outlier, OutlierScores } from '../contracts.ts';
import { checkImageCount } from '../image-count.ts';
import { makeError } from '../errors.ts';
import { withPooledArrays, type ArrayAllocator } from '../threads/buffer-pool.ts';
import { openLocalExecutor, type Executor } from './executor.ts';
import { findNearest, type Nearest } from './knn/nearest-neighbours.ts';
import type { ScaledRows } from './knn/scaled-rows.ts';
import { splitRange } from './ranges.ts';

/** Neighbours cleanlab takes when there are enough. */
const DEFAULT_K = 10;

/** Embeddings wider than this are compared by angle, as cleanlab does. */
const EUCLIDEAN_DIMENSIONS = 3;

/** cleanlab's tolerance in units of machine precision. */
const TOLERANCE_EPSILONS = 100;

/** The distance by which others are divided is at least this. */
const SMALLEST_SCALE = 1e-6;

/**
 * Scores how typical each of `[n × d]` embeddings is, as cleanlab 2.9's `OutOfDistribution().fit_score(features)`: see
 * `scoresFrom` and `findNeighbours`, which this is in one.
 * @throws EmbeddingAnimationError `TooFewImages` when n < 3, `TooManyNeighbours` when k ≥ n
 */
export async function scoreOutliers(
  embeddings: Embeddings,
  options: NeighbourOptions = {},
): Promise<OutlierScores> {
  return scoresFrom(await findNeighbours(embeddings, options));
}

/** How neighbours are searched for. */
export interface NeighbourOptions {
  /** Number of neighbours, an integer of at least 1. @default min(10, n − 1) */
  readonly k?: number | undefined;
  /** Does the work. @default the calling thread, without onnxruntime */
  readonly executor?: Executor;
}

/**
 * The k nearest other images of each of `[n × d]` embeddings. Distances are cosine for d > 3, else euclidean, as cleanlab
 * chooses them.
 *
 * Distances are computed in float64, so near-ties that float32 noise would reorder keep their order; equal ones are in
 * the order of the images. Rows equal to each other are at distance 0. A row of zeros has no direction: as in
 * scikit-learn its cosine distance is 1 to all rows but other rows of zeros. Embeddings must be finite.
 *
 * The result is the same to the last bit for any number of threads, and with and without onnxruntime.
 * @throws EmbeddingAnimationError `TooFewImages` when n < 3, `TooManyNeighbours` when k ≥ n
 */
export async function findNeighbours(
  embeddings: Embeddings,
  options: NeighbourOptions = {},
): Promise<Neighbours> {
  const { rows, cols } = embeddings;
  const k = chooseNeighbours(rows, options.k);
  const metric = cols > EUCLIDEAN_DIMENSIONS ? 'cosine' : 'euclidean';
  const executor = options.executor ?? openLocalExecutor();
  const { distances, indices } = await findByMetric(embeddings, k, metric, executor);
  // 1 − cos(u, v) = ‖u − v‖² / 2 for unit vectors, which keeps its digits where the angle is small.
  const isCosine = metric === 'cosine';
  for (let at = 0; at < distances.length; at++)
    distances[at] = isCosine ? distances[at]! / 2 : Math.sqrt(distances[at]!);
  return { k, metric, indices, distances };
}

/** The first `k` of each image's neighbours. */
export function firstNeighbours(neighbours: Neighbours, k: number): Neighbours {
  if (k >= neighbours.k) return neighbours;
  const images = neighbours.indices.length / neighbours.k;
  const distances = new Float64Array(images * k);
  const indices = new Int32Array(images * k);
  for (let i = 0; i < images; i++) {
    const first = i * neighbours.k;
    distances.set(neighbours.distances.subarray(first, first + k), i * k);
    indices.set(neighbours.indices.subarray(first, first + k), i * k);
  }
  return { ...neighbours, k, distances, indices };
}

/**
 * Scores by neighbours, as cleanlab 2.9 does: with d̄ᵢ the mean distance to the k nearest other images and s the median of
 * all d̄, at least 100 ε and 1e-6, the score is exp(−d̄ᵢ / s), and 1 where d̄ᵢ is below 100·ε/2 (cosine) or √(100 ε)
 * (euclidean). The lowest score is the strongest outlier.
 */
export function scoresFrom({ k, metric, distances }: Neighbours): OutlierScores {
  const meanDistances = meansOf(distances, k);
  const scale = scaleOf(meanDistances);
  const tolerance =
    metric === 'cosine'
      ? (TOLERANCE_EPSILONS * Number.EPSILON) / 2
      : Math.sqrt(TOLERANCE_EPSILONS * Number.EPSILON);
  const scores = meanDistances.map((distance) => (distance < tolerance ? 1 : Math.exp(-distance / scale)));
  return { scores, meanDistances, k, metric };
}

/** The distance by which others are divided. */
function scaleOf(meanDistances: Float64Array): number {
  return Math.max(median(meanDistances), TOLERANCE_EPSILONS * Number.EPSILON, SMALLEST_SCALE);
}

/** The `count` strongest outliers, strongest first; of equal scores the lower index first. Fewer when there are fewer. */
export function strongestOutliers(
  { scores, meanDistances }: Pick<OutlierScores, 'scores' | 'meanDistances'>,
  count: number,
): Outlier[] {
  const scale = scaleOf(meanDistances);
  return Array.from(scores, (score, index) => ({
    index,
    score,
    distanceRatio: meanDistances[index]! / scale,
  }))
    .sort((a, b) => a.score - b.score || a.index - b.index)
    .slice(0, count);
}

function chooseNeighbours(images: number, wanted: number | undefined): number {
  checkImageCount(images);
  if (wanted !== undefined && wanted >= images) {
    throw makeError('TooManyNeighbours', 'tooMany', { k: wanted, images, others: images - 1 });
  }
  return wanted ?? Math.min(DEFAULT_K, images - 1);
}

/** The k nearest of each row, with squared distances: of unit rows where angles are compared. */
function findByMetric(
  embeddings: Embeddings,
  k: number,
  metric: OutlierScores['metric'],
  executor: Executor,
): Promise<Nearest> {
  return withPooledArrays(executor.buffers, async (arrays) => {
    const scaled = await scaleRows(embeddings, metric, executor, arrays);
    const { distances, indices } = await findNearest(scaled, k, executor);
    if (metric === 'cosine') return { distances, indices };
    const scale = scaled.scales[0]!; // all are the same
    return { indices, distances: distances.map((squared) => squared / scale / scale) };
  });
}

/** Rows as they are compared: of length 1 by the cosine, else all by a scale at which no square is too large or small. */
export async function scaleRows(
  embeddings: Embeddings,
  metric: OutlierScores['metric'],
  executor: Executor,
  arrays: ArrayAllocator,
): Promise<ScaledRows> {
  const scaled = { ...embeddings, scales: arrays.float64(embeddings.rows) };
  if (metric === 'cosine') return makeUnitRows(scaled, executor, arrays);
  scaled.scales.fill(scaleToUnit(embeddings));
  return scaled;
}

/**
 * A power of two by which the largest value comes to lie between 1 and 2: squares of float32 values need not be float32.
 * Neither it nor its square rounds a number.
 */
function scaleToUnit({ data }: Embeddings): number {
  let largest = 0;
  for (const value of data) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest === 0 ? 1 : 2 ** -Math.floor(Math.log2(largest));
}

/** Rows of length 1. Rows of zeros point along an axis of their own: one more than the embeddings have. */
async function makeUnitRows(
  scaled: ScaledRows,
  executor: Executor,
  arrays: ArrayAllocator,
): Promise<ScaledRows> {
  const { rows, cols, data, scales } = scaled;
  const found = await executor.run(
    'findUnitScales',
    splitRange(rows, executor.threads).map((range) => ({ scaled, range })),
  );
  if (!found.includes(true)) return scaled;
  const wide = { rows, cols: cols + 1, data: arrays.float32(rows * (cols + 1)).fill(0), scales };
  for (let i = 0; i < rows; i++) {
    const first = i * wide.cols;
    wide.data.set(data.subarray(i * cols, (i + 1) * cols), first);
    if (scales[i] === Infinity) wide.data[first + cols] = scales[i] = 1;
  }
  return wide;
}

/** The mean of each k numbers in a row. */
function meansOf(values: Float64Array, k: number): Float64Array {
  return Float64Array.from({ length: values.length / k }, (_, i) => {
    let sum = 0;
    for (let at = i * k; at < (i + 1) * k; at++) sum += values[at]!;
    return sum / k;
  });
}

/** The middle value, or the mean of the two middle ones. */
function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
