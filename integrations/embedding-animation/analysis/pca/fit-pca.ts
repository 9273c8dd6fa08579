/** Principal component analysis (PCA). */
import type { EmbeddingMap, Embeddings, Matrix } from '../../contracts.ts';
import { withPooledArrays } from '../../threads/buffer-pool.ts';
import { openLocalExecutor, type Executor } from '../executor.ts';
import { listRows, stack } from '../linalg/matrix.ts';
import { diagonalise, findLeadingEigenpairs, type Eigenpair } from '../linalg/symmetric-eigen.ts';
import { norm } from '../linalg/vectors.ts';
import { openCentredRows, type CentredRows } from './centred-rows.ts';

/** Up to this many rows or columns, finding all eigenvectors at once is cheaper than iterating for a few. */
export const DENSE_LIMIT = 160;

/**
 * Residual, relative to the largest value, of axes found by iteration: coordinates keep about nine digits where the next
 * value differs by a hundredth of the largest.
 */
export const TOLERANCE = 1e-11;

/** Vectors that are multiplied at once: by onnxruntime, eight take little longer than one. */
export const WIDTH = 4;
export const NATIVE_WIDTH = 8;

/** Below this share of the largest sum of squares an axis holds rounding noise: points on a line have one axis. */
const NOISE_SHARE = 1e-14;

/**
 * The two leading principal components of `[n × d]` embeddings, as scikit-learn's
 * `PCA(n_components=2, svd_solver="full").fit_transform` gives them: rows centred, not scaled, and each component
 * signed so that its entry of largest magnitude, the first of equals, is positive. Sums run in float64.
 *
 * Where scikit-learn refuses or divides by zero: a component without extent (all rows equal, rows on a line, d = 1)
 * has coordinates and share 0. Embeddings must be finite.
 *
 * The result is the same to the last bit for any number of threads, and with and without onnxruntime up to rounding;
 * where the second and third largest shares of variance are equal, any direction between their axes is as good.
 * @param options.executor does the work. @default the calling thread, without onnxruntime
 */
export async function fitPca(
  embeddings: Embeddings,
  { executor = openLocalExecutor() }: { readonly executor?: Executor } = {},
): Promise<PrincipalMap> {
  return withPooledArrays(executor.buffers, async (arrays) => {
    const centred = await openCentredRows(embeddings, executor, arrays);
    const { axes, explainedVarianceRatio } = await fitCentredRows(centred);
    return { points: await centred.transform(listRows(axes)), explainedVarianceRatio };
  });
}

/** A map whose axes are directions in the space of embeddings. */
export interface PrincipalMap extends EmbeddingMap {
  readonly explainedVarianceRatio: readonly [number, number];
}

/** A plane in the space of embeddings, through the means. */
export interface PrincipalAxes {
  /** `[d]` */
  readonly means: Float64Array;
  /** `[2 × d]`: unit vectors, and zeros for an axis without extent. */
  readonly axes: Matrix<Float64Array>;
}

/** Axes with the share of variance that each holds of the embeddings that they were fitted on, 0 … 1. */
export interface FittedAxes extends PrincipalAxes {
  readonly explainedVarianceRatio: readonly [number, number];
}

/** The axes on which `fitPca` has its coordinates, for others to be projected on. Odd cases and options are the same. */
export async function fitPrincipalAxes(
  embeddings: Embeddings,
  { executor = openLocalExecutor() }: { readonly executor?: Executor } = {},
): Promise<FittedAxes> {
  return withPooledArrays(executor.buffers, async (arrays) => {
    const centred = await openCentredRows(embeddings, executor, arrays);
    return { means: centred.means, ...(await fitCentredRows(centred)) };
  });
}

async function fitCentredRows(centred: CentredRows): Promise<Omit<FittedAxes, 'means'>> {
  return describeAxes(await findPrincipalAxes(centred, 2), centred.cols, centred.total);
}

/** Signs two axes of length d as scikit-learn does, and says their shares of a total; zeros stand for missing ones. */
export function describeAxes(
  pairs: readonly Eigenpair[],
  cols: number,
  total: number,
): Omit<FittedAxes, 'means'> {
  const directions = pairs.map(({ vector }) => makeLargestPositive(vector));
  while (directions.length < 2) directions.push(new Float64Array(cols)); // no extent
  const [first = 0, second = 0] = pairs.map(({ value }) => value / total);
  return { axes: stack(directions, cols), explainedVarianceRatio: [first, second] };
}

/** `svd_flip(u_based_decision=False)` of scikit-learn 1.9, for one component. */
function makeLargestPositive(axis: Float64Array): Float64Array {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? axis.map((value) => -value) : axis;
}

/**
 * At most `count` principal axes of centred rows `[n × d]`, as unit vectors of length d with the sum of the squared
 * coordinates along each, largest first. Points that extend in fewer directions have fewer axes; points that all
 * coincide have none. Signs are arbitrary.
 */
export async function findPrincipalAxes(centred: CentredRows, count: number): Promise<Eigenpair[]> {
  return withoutNoise(await findEigenpairs(centred, count));
}

/** Pairs, largest first, whose values are more than rounding noise. */
export function withoutNoise(pairs: readonly Eigenpair[]): Eigenpair[] {
  const noise = NOISE_SHARE * (pairs[0]?.value ?? 0);
  return pairs.filter(({ value }) => value > noise);
}

async function findEigenpairs(centred: CentredRows, count: number): Promise<Eigenpair[]> {
  const { rows, cols, isNative } = centred;
  if (Math.min(rows, cols) > DENSE_LIMIT) {
    const width = isNative ? NATIVE_WIDTH : WIDTH;
    return findLeadingEigenpairs(centred.multiply, { size: cols, count, tolerance: TOLERANCE, width });
  }
  if (cols <= rows) return diagonalise(await centred.formScatter(), count);
  // XXᵀ has the same eigenvalues as XᵀX, and its eigenvectors u give those of XᵀX as Xᵀu, scaled to length 1.
  return diagonalise(await centred.formGram(), count).map(({ value, vector }) => {
    const axis = centred.combine(vector);
    const length = norm(axis);
    return { value, vector: length === 0 ? axis : axis.map((entry) => entry / length) };
  });
}
