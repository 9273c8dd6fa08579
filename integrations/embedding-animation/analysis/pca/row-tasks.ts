/** Products with centred rows X `[n × d]`, in parts, in float64: by the library, or without it for small data. */
import type { Matrix } from '../../contracts.ts';
import { CHUNK } from './centring.ts';
import { dot, multiplyByScatter, rowOf, scatterMatrix } from '../linalg/matrix.ts';
import type { Span } from '../spans.ts';
import type { Products } from '../linalg/gemm.ts';

/** Some of the rows, and how they are multiplied. */
interface RowsTask {
  readonly centred: Matrix<Float64Array>;
  readonly span: Span;
  /** Whether the library is used. */
  readonly byLibrary: boolean;
}

/** XᵀX·V, chunk by chunk: spans begin at multiples of `CHUNK`. */
export interface ScatterTask extends RowsTask {
  /** V, `[d × w]`. */
  readonly vectors: Matrix<Float64Array>;
  /** `[chunks × d × w]` */
  readonly sums: Float64Array;
}

/** Multiplies a span's rows: those of a chunk stay in the processor's cache for the second product. */
export async function multiplyScatter(
  { centred, vectors, span, sums }: ScatterTask,
  products: Products | undefined,
): Promise<void> {
  const { rows: cols, cols: width } = vectors;
  for (let from = span.from; from < span.to; from += CHUNK) {
    const rows = rowsOf(centred, from, Math.min(from + CHUNK, span.to));
    const first = (from / CHUNK) * cols * width;
    const sum = { ...vectors, data: sums.subarray(first, first + cols * width) };
    if (products !== undefined) {
      const images = { rows: rows.rows, cols: width, data: new Float64Array(rows.rows * width) };
      await products.multiply(rows, vectors, images, 'neither');
      await products.multiply(rows, images, sum, 'first');
    } else writeColumns(multiplyByScatter(rows, columnsOf(vectors)), sum);
  }
}

/** XᵀX of a span's rows. */
export interface FormTask extends RowsTask {
  /** `[d × d]` */
  readonly scatter: Matrix<Float64Array>;
}

/** Writes the scatter matrix of a span's rows. */
export async function formScatter(
  { centred, span, scatter }: FormTask,
  products: Products | undefined,
): Promise<void> {
  const rows = rowsOf(centred, span.from, span.to);
  if (products !== undefined) await products.multiply(rows, rows, scatter, 'first');
  else for (const [c, sums] of scatterMatrix(rows).entries()) scatter.data.set(sums, c * scatter.cols);
}

/** A·V. */
export async function multiplyByMatrix(
  { matrix, vectors }: { readonly matrix: Matrix<Float64Array>; readonly vectors: Matrix<Float64Array> },
  products: Products,
): Promise<Float64Array> {
  const result = { ...vectors, data: new Float64Array(vectors.data.length) };
  await products.multiply(matrix, vectors, result, 'neither');
  return result.data;
}

/** Coordinates of rows, chunk by chunk: spans begin at multiples of `CHUNK`. */
export interface ProjectTask extends RowsTask {
  /** `[m × d]` */
  readonly axes: Matrix<Float64Array>;
  /** `[n × m]` */
  readonly points: Matrix<Float64Array>;
}

/** Writes the products of a span's rows with axes. */
export async function projectRows(
  { centred, span, axes, points }: ProjectTask,
  products: Products | undefined,
): Promise<void> {
  for (let from = span.from; from < span.to; from += CHUNK) {
    const to = Math.min(from + CHUNK, span.to);
    const rows = rowsOf(centred, from, to);
    const result = rowsOf(points, from, to);
    if (products !== undefined) await products.multiply(rows, axes, result, 'second');
    else {
      for (let at = 0; at < result.data.length; at++) {
        result.data[at] = dot(rowOf(axes, at % axes.rows), rowOf(rows, Math.floor(at / axes.rows)));
      }
    }
  }
}

/** Vectors as the columns of a matrix. */
export function asColumns(vectors: readonly Float64Array[], length: number): Matrix<Float64Array> {
  const columns = {
    rows: length,
    cols: vectors.length,
    data: new Float64Array(length * vectors.length),
  };
  writeColumns(vectors, columns);
  return columns;
}

/** The columns of a matrix as vectors. */
export function columnsOf({ rows, cols, data }: Matrix<Float64Array>): Float64Array[] {
  return Array.from({ length: cols }, (_, k) => {
    const column = new Float64Array(rows);
    for (let c = 0; c < rows; c++) column[c] = data[c * cols + k]!;
    return column;
  });
}

function writeColumns(vectors: readonly Float64Array[], { cols, data }: Matrix<Float64Array>): void {
  for (const [k, vector] of vectors.entries()) {
    for (let c = 0; c < vector.length; c++) data[c * cols + k] = vector[c]!;
  }
}

function rowsOf({ cols, data }: Matrix<Float64Array>, from: number, to: number): Matrix<Float64Array> {
  return { rows: to - from, cols, data: data.subarray(from * cols, to * cols) };
}
