import type { Matrix } from '../../contracts.ts';
import { columnMeans, norm, stack } from '../linalg/matrix.ts';
import { orthonormalise } from '../linalg/gram-schmidt.ts';
import { writeRow, type Points } from './scaled-rows.ts';
import type { Products } from '../linalg/gemm.ts';
import { fixedVectors } from '../linalg/pseudo-random.ts';
import { diagonalise } from '../linalg/dense-eigen.ts';

/** Rows from which the axes are found. */
const SAMPLE_ROWS = 768;

/** Products with the scatter matrix of the sample: each brings the axes closer to the principal ones. */
const ROUNDS = 2;

/** A point, and axes on which rows are looked at from it. */
export interface Frame {
  /** `[d]` */
  readonly origin: Float64Array;
  /** Orthonormal rows, `[axes × d]`. */
  readonly axes: Matrix<Float64Array>;
}

/**
 * The mean of a sample of rows and about its `count` leading principal axes, the longest first: by a few power
 * iterations (Halko, Martinsson and Tropp, 2011, algorithm 4.3). Fewer where the sample extends in fewer directions.
 */
export async function findRoughAxes(
  { points, count }: { readonly points: Points; readonly count: number },
  products: Products,
): Promise<Frame> {
  const { sample, origin } = takeSample(points);
  let vectors: readonly Float64Array[] = fixedVectors(points.cols, count);
  for (let round = 0; round < ROUNDS; round++) vectors = await multiplyByScatter(sample, vectors, products);
  const axes = stack(orthonormalise(vectors, [], Math.max(...vectors.map(norm))), points.cols);
  return { origin, axes: axes.rows === 0 ? axes : await turnToPrincipal(axes, sample, products) };
}

/** Products with the scatter matrix, in float32, at a scale that stays the same. */
async function multiplyByScatter(
  sample: Matrix<Float32Array>,
  vectors: readonly Float64Array[],
  products: Products,
): Promise<Float64Array[]> {
  const { cols } = sample;
  const images = await project(sample, stack(vectors, cols), products);
  const turned = { rows: vectors.length, cols, data: new Float32Array(vectors.length * cols) };
  await products.multiply(images, sample, turned, 'first');
  const rows = vectors.map((_, a) => Float64Array.from(turned.data.subarray(a * cols, (a + 1) * cols)));
  const longest = Math.max(...rows.map(norm));
  return longest === 0 ? rows : rows.map((row) => row.map((value) => value / longest));
}

/** Axes of the same space, those along which the sample varies most first. */
async function turnToPrincipal(
  axes: Matrix<Float64Array>,
  sample: Matrix<Float32Array>,
  products: Products,
): Promise<Matrix<Float64Array>> {
  const count = axes.rows;
  const images = await project(sample, axes, products);
  const scatter = { rows: count, cols: count, data: new Float32Array(count * count) };
  await products.multiply(images, images, scatter, 'first');
  const rows = Array.from({ length: count }, (_, a) => scatter.data.subarray(a * count, (a + 1) * count));
  const turn = stack(
    diagonalise(rows, count).map(({ vector }) => vector),
    count,
  );
  const turned = { ...axes, data: new Float64Array(axes.data.length) };
  await products.multiply(turn, axes, turned, 'neither');
  return turned;
}

/** `[sample × axes]` */
async function project(
  sample: Matrix<Float32Array>,
  axes: Matrix<Float64Array>,
  products: Products,
): Promise<Matrix<Float32Array>> {
  const factors = { ...axes, data: Float32Array.from(axes.data) };
  const images = { rows: sample.rows, cols: axes.rows, data: new Float32Array(sample.rows * axes.rows) };
  await products.multiply(sample, factors, images, 'second');
  return images;
}

/** Rows evenly spread over all, less their mean. */
function takeSample(points: Points): { sample: Matrix<Float32Array>; origin: Float64Array } {
  const { rows, cols } = points;
  const stride = Math.ceil(rows / SAMPLE_ROWS);
  const taken = { rows: Math.ceil(rows / stride), cols };
  const data = new Float64Array(taken.rows * cols);
  const zero = new Float64Array(cols);
  for (let i = 0; i < taken.rows; i++) writeRow(points, i * stride, zero, data, i * cols);
  const origin = columnMeans({ ...taken, data });
  const sample = { ...taken, data: new Float32Array(data.length) };
  for (let at = 0; at < data.length; at++) sample.data[at] = data[at]! - origin[at % cols]!;
  return { sample, origin };
}
