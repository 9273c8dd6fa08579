/** Principal component analysis (PCA). */
import type { EmbeddingMap, Embeddings } from '../../contracts.ts';
import { withPooledArrays } from '../../threads/buffer-pool.ts';
import { openLocalExecutor, type Executor } from '../executor.ts';
import { diagonalise, findLeadingEigenpairs, type Eigenpair } from '../linalg/symmetric-eigen.ts';
import { norm } from '../linalg/vectors.ts';
import { openCentredRows, type CentredRows } from './centred-rows.ts';

/** Up to this many rows or columns, finding all eigenvectors at once is cheaper than iterating for a few. */
const DENSE_LIMIT = 160;

/**
 * Residual, relative to the largest value, of axes found by iteration: coordinates keep about nine digits where the next
 * value differs by a hundredth of the largest.
 */
const TOLERANCE = 1e-11;

/** Vectors that are multiplied at once: by onnxruntime, eight take little longer than one. */
const WIDTH = 4;
const NATIVE_WIDTH = 8;

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
): Promise<EmbeddingMap> {
  return withPooledArrays(executor.buffers, async (arrays) => {
    const centred = await openCentredRows(embeddings, executor, arrays);
    const axes = await findPrincipalAxes(centred, 2);
    const directions = axes.map(({ vector }) => makeLargestPositive(vector));
    while (directions.length < 2) directions.push(new Float64Array(embeddings.cols)); // no extent
    const [first = 0, second = 0] = axes.map(({ value }) => value / centred.total);
    return { points: await centred.transform(directions), explainedVarianceRatio: [first, second] };
  });
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
  const pairs = await findEigenpairs(centred, count);
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
