/** Principal axes of many checkpoints' embeddings together, of which only one is in memory at a time. */
import type { Embeddings, Matrix } from '../../contracts.ts';
import { withPooledArrays, type ArrayAllocator } from '../../threads/buffer-pool.ts';
import { openLocalExecutor, runOne, type Executor } from '../executor.ts';
import { asColumns, columnsOf, listRows } from '../linalg/matrix.ts';
import { diagonalise, findLeadingEigenpairs, type Eigenpair } from '../linalg/symmetric-eigen.ts';
import { openCentredRows } from './centred-rows.ts';
import { DENSE_LIMIT, describeAxes, TOLERANCE, WIDTH, withoutNoise, type FittedAxes } from './fit-pca.ts';

/** What principal axes need to know of `[n × d]` embeddings. */
export interface Scatter {
  /** n */
  readonly rows: number;
  /** `[d]` */
  readonly means: Float64Array;
  /** `[d(d + 1) / 2]`: the upper triangle, row by row, of Σ (xᵢ − means)ᵀ(xᵢ − means). */
  readonly upper: Float64Array;
}

/**
 * Measures embeddings, in float64. The result is the same to the last bit for any number of threads, and with and without
 * onnxruntime up to rounding.
 * @param options.executor does the work. @default the calling thread, without onnxruntime
 */
export async function measureScatter(
  embeddings: Embeddings,
  { executor = openLocalExecutor() }: { readonly executor?: Executor } = {},
): Promise<Scatter> {
  return withPooledArrays(executor.buffers, async (arrays) => {
    const centred = await openCentredRows(embeddings, executor, arrays);
    const upper = new Float64Array((centred.cols * (centred.cols + 1)) / 2);
    let at = 0;
    for (const [c, sums] of (await centred.formScatter()).entries()) {
      upper.set(sums.subarray(c), at);
      at += centred.cols - c;
    }
    return { rows: centred.rows, means: centred.means, upper };
  });
}

/**
 * The two leading principal axes of all the embeddings that were measured, as scikit-learn's
 * `PCA(n_components=2, svd_solver="full").fit` finds them in one matrix of all rows: signs and odd cases are those of
 * `fitPca`. Only one sum and one scatter are in memory at a time.
 *
 * Scatters are added by Σ Sₜ + (n m / (n + m)) δδᵀ with δ the difference of two means (Chan, Golub and LeVeque, Algorithms
 * for computing the sample variance, The American Statistician 37, 1983): means that are large against the spread cost no
 * digits. The order decides the last bits.
 * @param scatters at least one, all of the same width
 * @param options.executor does the work. @default the calling thread, without onnxruntime
 * @throws RangeError when there is none, or their widths differ
 */
export async function poolAxes(
  scatters: Iterable<Scatter> | AsyncIterable<Scatter>,
  { executor = openLocalExecutor() }: { readonly executor?: Executor } = {},
): Promise<FittedAxes> {
  const { means, upper } = await addScatters(scatters);
  const cols = means.length;
  const total = traceOf(upper, cols);
  const pairs = await withPooledArrays(executor.buffers, (arrays) =>
    findEigenpairs(fillSquare(upper, cols, arrays), executor),
  );
  return { means, ...describeAxes(withoutNoise(pairs), cols, total) };
}

async function addScatters(scatters: Iterable<Scatter> | AsyncIterable<Scatter>): Promise<Scatter> {
  let sum: { rows: number; means: Float64Array; upper: Float64Array } | undefined;
  for await (const { rows, means, upper } of scatters) {
    if (sum === undefined) sum = { rows, means: means.slice(), upper: upper.slice() };
    else if (means.length !== sum.means.length) {
      throw new RangeError(`scatters of ${sum.means.length} and ${means.length} columns have no common axes`);
    } else {
      const all = sum.rows + rows;
      const difference = means.map((value, c) => value - sum!.means[c]!);
      addUpper(sum.upper, upper, difference, (sum.rows * rows) / all);
      for (const [c, value] of difference.entries()) sum.means[c]! += (value * rows) / all;
      sum.rows = all;
    }
  }
  if (sum === undefined) throw new RangeError('there are no scatters to pool');
  return sum;
}

/** sum += upper + factor · δδᵀ. */
function addUpper(sum: Float64Array, upper: Float64Array, delta: Float64Array, factor: number): void {
  let at = 0;
  for (let row = 0; row < delta.length; row++) {
    const scaled = factor * delta[row]!;
    for (let col = row; col < delta.length; col++, at++) sum[at]! += upper[at]! + scaled * delta[col]!;
  }
}

/** The sum of the diagonal. */
function traceOf(upper: Float64Array, cols: number): number {
  let sum = 0;
  for (let row = 0, at = 0; row < cols; at += cols - row, row++) sum += upper[at]!;
  return sum;
}

function fillSquare(upper: Float64Array, cols: number, arrays: ArrayAllocator): Matrix<Float64Array> {
  const data = arrays.float64(cols * cols);
  let at = 0;
  for (let row = 0; row < cols; row++) {
    for (let col = row; col < cols; col++, at++) {
      data[row * cols + col] = data[col * cols + row] = upper[at]!;
    }
  }
  return { rows: cols, cols, data };
}

async function findEigenpairs(matrix: Matrix<Float64Array>, executor: Executor): Promise<Eigenpair[]> {
  const { cols } = matrix;
  if (cols <= DENSE_LIMIT) return diagonalise(listRows(matrix), 2);
  const multiply = async (vectors: readonly Float64Array[]): Promise<Float64Array[]> => {
    const columns = asColumns(vectors, cols);
    const data = await runOne(executor, 'multiplyMatrix', { matrix, vectors: columns });
    return columnsOf({ ...columns, data });
  };
  return findLeadingEigenpairs(multiply, { size: cols, count: 2, tolerance: TOLERANCE, width: WIDTH });
}
