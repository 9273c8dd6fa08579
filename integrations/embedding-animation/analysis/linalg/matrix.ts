/** The few dense products that the analysis needs, in float64. */
import type { Matrix } from '../../contracts.ts';

/**
 * Σ aᵢbᵢ over the length of the shorter. Four sums that do not wait for each other run twice as fast as one, and
 * twice again when V8 sees from the loop's end that neither index is out of bounds.
 */
export function dot(a: Float64Array, b: Float64Array): number {
  const length = Math.min(a.length, b.length);
  const whole = length & ~3;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}

/** Σ (aᵢ − bᵢ)² over the length of the shorter. */
export function squaredDistance(a: Float64Array, b: Float64Array): number {
  const length = Math.min(a.length, b.length);
  const whole = length & ~3;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    const d0 = a[i]! - b[i]!;
    const d1 = a[i + 1]! - b[i + 1]!;
    const d2 = a[i + 2]! - b[i + 2]!;
    const d3 = a[i + 3]! - b[i + 3]!;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (let i = whole; i < length; i++) s0 += (a[i]! - b[i]!) ** 2;
  return s0 + s1 + (s2 + s3);
}

/** Euclidean length. */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** target += factor · a, in place. */
export function addScaled(target: Float64Array, factor: number, a: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * a[i]!;
}

/** Σ factorᵢ · vectorᵢ: four vectors share each load and store of the sum. At least one vector. */
export function combine(vectors: readonly Float64Array[], factors: Float64Array): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  const whole = vectors.length & ~3;
  for (let k = 0; k < whole; k += 4) {
    addFour(sum, factors.subarray(k), vectors[k]!, vectors[k + 1]!, vectors[k + 2]!, vectors[k + 3]!);
  }
  for (let k = whole; k < vectors.length; k++) addScaled(sum, factors[k]!, vectors[k]!);
  return sum;
}

function addFour(
  sum: Float64Array,
  [fp, fq, fr, fs]: Float64Array,
  p: Float64Array,
  q: Float64Array,
  r: Float64Array,
  s: Float64Array,
): void {
  for (let i = 0; i < sum.length; i++) {
    sum[i]! += fp! * p[i]! + fq! * q[i]! + (fr! * r[i]! + fs! * s[i]!);
  }
}

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

/** A float64 copy of `[n × d]` rows, each column's mean taken away. A constant column comes out as exact zeros. */
export function centreColumns(points: Matrix): Matrix<Float64Array> {
  const { rows, cols, data } = points;
  const centred = new Float64Array(data.length);
  const means = columnMeans(points);
  for (let i = 0; i < data.length; i += cols) {
    for (let c = 0; c < cols; c++) centred[i + c] = data[i + c]! - means[c]!;
  }
  return { rows, cols, data: centred };
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
