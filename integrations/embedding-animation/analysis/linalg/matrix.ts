/** Dense row-major matrices in float64: their rows and columns, means, and the small products that need no library. */
import type { Matrix } from '../../contracts.ts';
import type { IndexRange } from '../ranges.ts';
import { addScaled, dot } from './vectors.ts';

/** Vectors of length `cols` as the rows of a matrix. */
export function stack(vectors: readonly Float64Array[], cols: number): Matrix<Float64Array> {
  const data = new Float64Array(vectors.length * cols);
  for (const [i, vector] of vectors.entries()) data.set(vector, i * cols);
  return { rows: vectors.length, cols, data };
}

/** All rows as views. */
export function listRows(matrix: Matrix<Float64Array>): Float64Array[] {
  return Array.from({ length: matrix.rows }, (_, i) => rowOf(matrix, i));
}

/** Row `i` as a view. */
export function rowOf({ cols, data }: Matrix<Float64Array>, i: number): Float64Array {
  return data.subarray(i * cols, (i + 1) * cols);
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

/** Writes vectors as the columns of a matrix. */
export function writeColumns(vectors: readonly Float64Array[], { cols, data }: Matrix<Float64Array>): void {
  for (const [k, vector] of vectors.entries()) {
    for (let c = 0; c < vector.length; c++) data[c * cols + k] = vector[c]!;
  }
}

/** Rows from … to − 1 as a view. */
export function rowsOf({ cols, data }: Matrix<Float64Array>, { from, to }: IndexRange): Matrix<Float64Array> {
  return { rows: to - from, cols, data: data.subarray(from * cols, to * cols) };
}

/** The mean of each column of `[n × d]` rows: exactly its value where a column is constant. */
export function columnMeans({ rows, cols, data }: Matrix): Float64Array {
  const means = new Float64Array(cols);
  // Means of differences to the first row: less rounding, and none at all in a constant column.
  for (let i = 0; i < data.length; i += cols) {
    for (let c = 0; c < cols; c++) means[c]! += data[i + c]! - data[c]!;
  }
  for (let c = 0; c < cols; c++) means[c] = means[c]! / rows + data[c]!;
  return means;
}

/** XᵀX of `[n × d]` rows, as d rows of length d. */
export function scatterMatrix(points: Matrix<Float64Array>): Float64Array[] {
  const { rows, cols } = points;
  const sums = Array.from({ length: cols }, () => new Float64Array(cols));
  const padding = new Float64Array(cols);
  for (let i = 0; i < rows; i += 4) {
    const four = [i, i + 1, i + 2, i + 3].map((k) => (k < rows ? rowOf(points, k) : padding));
    addOuterProducts(sums, four[0]!, four[1]!, four[2]!, four[3]!);
  }
  return mirror(sums);
}

/** XXᵀ of `[n × d]` rows, as n rows of length n. */
export function gramMatrix(points: Matrix<Float64Array>): Float64Array[] {
  const rows = listRows(points);
  return mirror(rows.map((row, a) => Float64Array.from(rows, (other, b) => (b < a ? 0 : dot(row, other)))));
}

/** XᵀX·v for each v of length d, without forming XᵀX. */
export function multiplyByScatter(
  points: Matrix<Float64Array>,
  vectors: readonly Float64Array[],
): Float64Array[] {
  const products = vectors.map(() => new Float64Array(points.cols));
  for (let i = 0; i < points.rows; i++) {
    const row = rowOf(points, i);
    for (const [k, vector] of vectors.entries()) addScaled(products[k]!, dot(vector, row), row);
  }
  return products;
}

/** Adds the upper triangles of pᵀp, qᵀq, rᵀr and sᵀs: four rows share each load and store of a sum. */
function addOuterProducts(
  sums: readonly Float64Array[],
  p: Float64Array,
  q: Float64Array,
  r: Float64Array,
  s: Float64Array,
): void {
  for (let a = 0; a < p.length; a++) {
    const sum = sums[a]!;
    const pa = p[a]!;
    const qa = q[a]!;
    const ra = r[a]!;
    const sa = s[a]!;
    for (let b = a; b < p.length; b++) sum[b]! += pa * p[b]! + qa * q[b]! + ra * r[b]! + sa * s[b]!;
  }
}

/** Copies the upper triangle onto the lower one, in place. */
function mirror(matrix: Float64Array[]): Float64Array[] {
  for (let a = 1; a < matrix.length; a++) for (let b = 0; b < a; b++) matrix[a]![b] = matrix[b]![a]!;
  return matrix;
}
