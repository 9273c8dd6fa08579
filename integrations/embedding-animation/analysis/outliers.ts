import type { Embeddings, Matrix, Outlier, OutlierScores } from '../contracts.ts';
import { EmbeddingAnimationError } from '../errors.ts';
import { findNearestDistances } from './nearest-neighbours.ts';
import type { Products } from './products.ts';

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
 * @param options.k number of neighbours, an integer of at least 1. @default min(10, n − 1)
 * @param options.products makes large data faster; the result is the same to the last bit with and without
 * @throws EmbeddingAnimationError `TooFewImages` when n < 3, `TooManyNeighbours` when k ≥ n
 */
export async function scoreOutliers(
  embeddings: Embeddings,
  options: { readonly k?: number; readonly products?: Products | undefined } = {},
): Promise<OutlierScores> {
  const { rows, cols } = embeddings;
  const k = chooseNeighbours(rows, options.k);
  const metric = cols > EUCLIDEAN_DIMENSIONS ? 'cosine' : 'euclidean';
  const nearest = await findNearest(embeddings, k, metric, options.products);
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
  if (images < 3) {
    throw new EmbeddingAnimationError('TooFewImages', {
      problem: `the evaluation set has ${images === 1 ? '1 image' : `${images} images`}, and outliers and maps need at least 3`,
      hint: 'Add images to the data set that run.yaml names, or check that its path and label column are right.',
    });
  }
  if (wanted !== undefined && wanted >= images) {
    throw new EmbeddingAnimationError('TooManyNeighbours', {
      problem: `k is ${wanted}, but each of the ${images} images has only ${images - 1} others as neighbours`,
      hint: `Set k in run.yaml to ${images - 1} or less, or leave it out.`,
    });
  }
  return wanted ?? Math.min(DEFAULT_K, images - 1);
}

/** Squared distances of each row to its k nearest, `[n × k]`: of unit rows where angles are compared. */
function findNearest(
  embeddings: Embeddings,
  k: number,
  metric: OutlierScores['metric'],
  products: Products | undefined,
): Promise<Float64Array> {
  if (metric === 'euclidean') return findNearestDistances(copyRows(embeddings), k, products);
  const lengths = rowLengths(embeddings);
  const size = embeddings.rows * widthOf(embeddings, lengths);
  const find = (memory: Float64Array): Promise<Float64Array> =>
    findNearestDistances(makeUnitRows(embeddings, lengths, memory), k, products);
  return products === undefined ? find(new Float64Array(size)) : products.lend(size, find);
}

function copyRows({ rows, cols, data }: Embeddings): Matrix<Float64Array> {
  return { rows, cols, data: Float64Array.from(data) };
}

function rowLengths({ rows, cols, data }: Embeddings): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let squares = 0;
    for (let at = i * cols; at < (i + 1) * cols; at++) squares += data[at]! * data[at]!;
    return Math.sqrt(squares);
  });
}

/** Rows of zeros point along an axis of their own: one more than the embeddings have. */
function widthOf({ cols }: Embeddings, lengths: Float64Array): number {
  return lengths.includes(0) ? cols + 1 : cols;
}

/** Rows scaled to length 1, written to `units`. */
function makeUnitRows(
  embeddings: Embeddings,
  lengths: Float64Array,
  units: Float64Array,
): Matrix<Float64Array> {
  const { rows, cols, data } = embeddings;
  const width = widthOf(embeddings, lengths);
  if (width > cols) units.fill(0);
  for (let i = 0; i < rows; i++) {
    const length = lengths[i]!;
    if (length === 0) units[i * width + cols] = 1;
    else for (let c = 0; c < cols; c++) units[i * width + c] = data[i * cols + c]! / length;
  }
  return { rows, cols: width, data: units };
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
