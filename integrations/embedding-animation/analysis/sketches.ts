/** Rows in float32, whole or in short, from whose products the distances of the true rows are bounded from below. */
import type { Matrix } from '../contracts.ts';
import { columnMeans, dot, norm, rowOf } from './dense.ts';
import { findRoughAxes } from './rough-axes.ts';
import type { Products } from './products.ts';

/** Axes of a short sketch, at most. */
const AXES = 47;

/** Unit roundoff of float32. */
const ROUNDOFF = 2 ** -24;

/** Unit roundoff of float64. */
const FINE_ROUNDOFF = 2 ** -53;

/** Roundings in float64 for each term of a sum: of the term, the sum, and what they were made from. */
const ROUNDINGS = 8;

/** Float32 rows that are no farther apart than the rows they stand for, but for rounding. */
export interface Sketches {
  /** `[n × w]` */
  readonly rows: Matrix<Float32Array>;
  /** The most by which rounding may have moved a row: it lifts the distance of two rows by twice as much at most. */
  readonly error: number;
}

/** The rows themselves, less their mean. */
export function roundRows(points: Matrix<Float64Array>): Sketches {
  const { rows, cols, data } = points;
  const means = columnMeans(points);
  const rounded = new Float32Array(data.length);
  let longest = 0;
  for (let first = 0; first < data.length; first += cols) {
    let squares = 0;
    for (let c = 0; c < cols; c++) {
      const value = data[first + c]! - means[c]!;
      rounded[first + c] = value;
      squares += value * value;
    }
    longest = Math.max(longest, squares);
  }
  const error = ROUNDOFF * Math.sqrt(longest) + ROUNDINGS * FINE_ROUNDOFF * longestRow(points);
  return { rows: { rows, cols, data: rounded }, error };
}

/**
 * The rows' coordinates on about their leading principal axes, longest first, and the length of what these leave out:
 * ‖xᵢ − xⱼ‖² ≥ ‖pᵢ − pⱼ‖² + (rᵢ − rⱼ)², by Pythagoras and the reversed triangle inequality.
 */
export async function sketchRows(points: Matrix<Float64Array>, products: Products): Promise<Sketches> {
  const { rows, cols } = points;
  const means = columnMeans(points);
  const axes = await findRoughAxes(points, means, Math.min(AXES, cols - 1), products);
  const images = await projectRows(points, [...axes, means], products);
  const origin = axes.map((axis) => dot(axis, means));
  const squareOfMean = dot(means, means);
  const width = images.cols;
  const data = new Float32Array(rows * width);
  let longest = 0;
  for (let i = 0, first = 0; i < rows; i++, first += width) {
    const square = dot(rowOf(points, i), rowOf(points, i));
    let rest = square - 2 * images.data[first + width - 1]! + squareOfMean;
    for (let a = 0; a < width - 1; a++) {
      const coordinate = images.data[first + a]! - origin[a]!;
      data[first + a] = coordinate;
      rest -= coordinate * coordinate;
    }
    data[first + width - 1] = Math.sqrt(Math.max(0, rest));
    longest = Math.max(longest, square);
  }
  // The last column is the root of a difference of sums: where that is 0 but for rounding, so is the root of rounding.
  const error = (2 * ROUNDOFF + Math.sqrt(ROUNDINGS * cols * FINE_ROUNDOFF)) * Math.sqrt(longest);
  return { rows: { rows, cols: width, data }, error };
}

/** Each row's products with some vectors, `[n × vectors]`. */
async function projectRows(
  points: Matrix<Float64Array>,
  vectors: readonly Float64Array[],
  products: Products,
): Promise<Matrix<Float64Array>> {
  const factors = {
    rows: vectors.length,
    cols: points.cols,
    data: new Float64Array(vectors.length * points.cols),
  };
  for (const [a, vector] of vectors.entries()) factors.data.set(vector, a * points.cols);
  const images = {
    rows: points.rows,
    cols: vectors.length,
    data: new Float64Array(points.rows * vectors.length),
  };
  await products.multiply(points, factors, images, 'second');
  return images;
}

function longestRow(points: Matrix<Float64Array>): number {
  let longest = 0;
  for (let i = 0; i < points.rows; i++) longest = Math.max(longest, norm(rowOf(points, i)));
  return longest;
}
