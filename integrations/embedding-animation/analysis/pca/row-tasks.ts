/** What threads do with ranges of rows `[n × d]`, in chunks: sums, centring and products, in float64. */
import type { Embeddings, Matrix } from '../../contracts.ts';
import type { Gemm } from '../linalg/gemm.ts';
import {
  columnsOf,
  multiplyByScatter,
  rowOf,
  rowsOf,
  scatterMatrix,
  writeColumns,
} from '../linalg/matrix.ts';
import { dot } from '../linalg/vectors.ts';
import type { IndexRange } from '../ranges.ts';

/**
 * Rows whose sums are taken together; ranges begin at multiples of it. So the order of sums, and with it their rounding,
 * is the same for any number of threads.
 */
export const CHUNK = 512;

/** Rows to sum. */
export interface SumTask {
  readonly embeddings: Embeddings;
  readonly range: IndexRange;
  /** `[chunks × d]`: of each chunk, the sums of differences to the first row of all. */
  readonly sums: Float64Array;
}

/** Sums a range's columns, chunk by chunk. */
export function sumColumns({ embeddings: { cols, data }, range, sums }: SumTask): void {
  for (let from = range.from; from < range.to; from += CHUNK) {
    const first = (from / CHUNK) * cols;
    const sum = sums.subarray(first, first + cols).fill(0);
    const end = Math.min(from + CHUNK, range.to) * cols;
    for (let i = from * cols; i < end; i += cols) {
      for (let c = 0; c < cols; c++) sum[c]! += data[i + c]! - data[c]!;
    }
  }
}

/** Means of columns from what `sumColumns` wrote: of a constant column exactly its value. */
export function meansFrom({ rows, cols, data }: Embeddings, sums: Float64Array): Float64Array {
  const means = new Float64Array(cols);
  for (let at = 0; at < sums.length; at++) means[at % cols]! += sums[at]!;
  for (let c = 0; c < cols; c++) means[c] = means[c]! / rows + data[c]!;
  return means;
}

/** Rows to centre. */
export interface CentreTask {
  readonly embeddings: Embeddings;
  readonly means: Float64Array;
  readonly range: IndexRange;
  /** `[n × d]`: what is left. */
  readonly centred: Matrix<Float64Array>;
  /** `[chunks]`: sums of its squares. */
  readonly squares: Float64Array;
}

/** Writes a range's rows less the means. A constant column comes out as exact zeros. */
export function centreRows({ embeddings: { cols, data }, means, range, centred, squares }: CentreTask): void {
  for (let from = range.from; from < range.to; from += CHUNK) {
    const end = Math.min(from + CHUNK, range.to) * cols;
    let sum = 0;
    for (let i = from * cols; i < end; i += cols) {
      for (let c = 0; c < cols; c++) {
        const value = data[i + c]! - means[c]!;
        centred.data[i + c] = value;
        sum += value * value;
      }
    }
    squares[from / CHUNK] = sum;
  }
}

/** Some of the centred rows X, and how they are multiplied. */
interface RowsTask {
  readonly centred: Matrix<Float64Array>;
  readonly range: IndexRange;
  /** Whether onnxruntime multiplies, which rounds otherwise. */
  readonly isNative: boolean;
}

/** XᵀX·V, chunk by chunk. */
export interface ScatterTask extends RowsTask {
  /** V, `[d × w]`. */
  readonly vectors: Matrix<Float64Array>;
  /** `[chunks × d × w]` */
  readonly sums: Float64Array;
}

/** Multiplies a range's rows: those of a chunk stay in the processor's cache for the second product. */
export async function multiplyRangeByScatter(
  { centred, vectors, range, sums }: ScatterTask,
  gemm: Gemm | undefined,
): Promise<void> {
  const { rows: cols, cols: width } = vectors;
  for (let from = range.from; from < range.to; from += CHUNK) {
    const rows = rowsOf(centred, { from, to: Math.min(from + CHUNK, range.to) });
    const first = (from / CHUNK) * cols * width;
    const sum = { ...vectors, data: sums.subarray(first, first + cols * width) };
    if (gemm !== undefined) {
      const images = { rows: rows.rows, cols: width, data: new Float64Array(rows.rows * width) };
      await gemm.multiply(rows, vectors, images, 'neither');
      await gemm.multiply(rows, images, sum, 'first');
    } else writeColumns(multiplyByScatter(rows, columnsOf(vectors)), sum);
  }
}

/** XᵀX of a range's rows. */
export interface FormTask extends RowsTask {
  /** `[d × d]` */
  readonly scatter: Matrix<Float64Array>;
}

/** Writes the scatter matrix of a range's rows. */
export async function formScatter(
  { centred, range, scatter }: FormTask,
  gemm: Gemm | undefined,
): Promise<void> {
  const rows = rowsOf(centred, range);
  if (gemm !== undefined) await gemm.multiply(rows, rows, scatter, 'first');
  else for (const [c, sums] of scatterMatrix(rows).entries()) scatter.data.set(sums, c * scatter.cols);
}

/** A·V. */
export async function multiplyMatrix(
  { matrix, vectors }: { readonly matrix: Matrix<Float64Array>; readonly vectors: Matrix<Float64Array> },
  gemm: Gemm,
): Promise<Float64Array> {
  const result = { ...vectors, data: new Float64Array(vectors.data.length) };
  await gemm.multiply(matrix, vectors, result, 'neither');
  return result.data;
}

/** Coordinates of rows on axes, chunk by chunk. */
export interface TransformTask extends RowsTask {
  /** `[m × d]` */
  readonly axes: Matrix<Float64Array>;
  /** `[n × m]` */
  readonly points: Matrix<Float64Array>;
}

/** Writes the products of a range's rows with axes. */
export async function transformRows(
  { centred, range, axes, points }: TransformTask,
  gemm: Gemm | undefined,
): Promise<void> {
  for (let from = range.from; from < range.to; from += CHUNK) {
    const to = Math.min(from + CHUNK, range.to);
    const rows = rowsOf(centred, { from, to });
    const result = rowsOf(points, { from, to });
    if (gemm !== undefined) await gemm.multiply(rows, axes, result, 'second');
    else {
      for (let at = 0; at < result.data.length; at++) {
        result.data[at] = dot(rowOf(axes, at % axes.rows), rowOf(rows, Math.floor(at / axes.rows)));
      }
    }
  }
}
