import type { Embeddings, Outlier, OutlierScores } from '../contracts.ts';
import { checkImageCount } from '../image-count.ts';
import { makeError } from '../errors.ts';
import { withPooledArrays, type ArrayAllocator } from '../threads/buffer-pool.ts';
import { openLocalExecutor, type Executor } from './executor.ts';
import { findNearestDistances } from './knn/nearest-neighbours.ts';
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
 * Scores how typical each of `[n × d]` embeddings is, as cleanlab 2.9's `OutOfDistribution().fit_score(features)`:
 * with d̄ᵢ the mean distance to the k nearest other rows and s the median of all d̄, at least 100 ε and 1e-6,
 * the score is exp(−d̄ᵢ / s), and 1 where d̄ᵢ is below 100·ε/2 (cosine) or √(100 ε) (euclidean). Distances are cosine for
 * d > 3, else euclidean. The lowest score is the strongest outlier.
 *
 * Distances are computed in float64, so near-ties that float32 noise would reorder keep their order. Rows equal to
 * each other are at distance 0. A row of zeros has no direction: as in scikit-learn its cosine distance is 1 to all rows
 * but other rows of zeros. Embeddings must be finite.
 *
 * The result is the same to the last bit for any number of threads, and with and without onnxruntime.
 * @param options.k number of neighbours, an integer of at least 1. @default min(10, n − 1)
 * @param options.executor does the work. @default the calling thread, without onnxruntime
 * @throws EmbeddingAnimationError `TooFewImages` when n < 3, `TooManyNeighbours` when k ≥ n
 */
export async function scoreOutliers(
  embeddings: Embeddings,
  options: { readonly k?: number; readonly executor?: Executor } = {},
): Promise<OutlierScores> {
  const { rows, cols } = embeddings;
  const k = chooseNeighbours(rows, options.k);
  const metric = cols > EUCLIDEAN_DIMENSIONS ? 'cosine' : 'euclidean';
  const nearest = await findNearest(embeddings, k, metric, options.executor ?? openLocalExecutor());
  // 1 − cos(u, v) = ‖u − v‖² / 2 for unit vectors, which keeps its digits where the angle is small.
  const meanDistances = meansOf(nearest, k, metric === 'cosine' ? (squared) => squared / 2 : Math.sqrt);
  const scale = Math.max(median(meanDistances), TOLERANCE_EPSILONS * Number.EPSILON, SMALLEST_SCALE);
  const tolerance =
    metric === 'cosine'
      ? (TOLERANCE_EPSILONS * Number.EPSILON) / 2
      : Math.sqrt(TOLERANCE_EPSILONS * Number.EPSILON);
  const scores = meanDistances.map((distance) => (distance < tolerance ? 1 : Math.exp(-distance / scale)));
  return { scores, meanDistances, k, metric };
}

/** The `count` strongest outliers, strongest first; of equal scores the lower index first. Fewer when there are fewer. */
export function strongestOutliers(scores: Float64Array, count: number): Outlier[] {
  return Array.from(scores, (score, index) => ({ index, score }))
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

/** Squared distances of each row to its k nearest, `[n × k]`: of unit rows where angles are compared. */
function findNearest(
  embeddings: Embeddings,
  k: number,
  metric: OutlierScores['metric'],
  executor: Executor,
): Promise<Float64Array> {
  return withPooledArrays(executor.buffers, async (arrays) => {
    const scaled = { ...embeddings, scales: arrays.float64(embeddings.rows) };
    if (metric === 'cosine')
      return findNearestDistances(await makeUnitRows(scaled, executor, arrays), k, executor);
    const scale = scaleToUnit(embeddings);
    scaled.scales.fill(scale);
    const distances = await findNearestDistances(scaled, k, executor);
    return distances.map((squared) => squared / scale / scale);
  });
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

/** The mean of each k numbers in a row, each turned into a distance by `distanceOf`. */
function meansOf(nearest: Float64Array, k: number, distanceOf: (squared: number) => number): Float64Array {
  return Float64Array.from({ length: nearest.length / k }, (_, i) => {
    let sum = 0;
    for (let at = i * k; at < (i + 1) * k; at++) sum += distanceOf(nearest[at]!);
    return sum / k;
  });
}

/** The middle value, or the mean of the two middle ones. */
function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
