/** The randomized range finder: a few axes along which rows vary most, roughly. */
import type { Matrix } from '../../contracts.ts';
import type { Gemm } from '../linalg/gemm.ts';
import { orthonormalise } from '../linalg/gram-schmidt.ts';
import { columnMeans, stack } from '../linalg/matrix.ts';
import { diagonalise } from '../linalg/symmetric-eigen.ts';
import { fixedVectors, norm } from '../linalg/vectors.ts';
import { writeRow, type ScaledRows } from './scaled-rows.ts';

/** Rows from which the axes are found. */
const SAMPLE_ROWS = 768;

/** Power iterations: each brings the axes closer to the principal ones. */
const ROUNDS = 2;

/** A point, and axes from it. */
export interface Basis {
  /** `[d]` */
  readonly origin: Float64Array;
  /** Orthonormal rows, `[axes × d]`. */
  readonly axes: Matrix<Float64Array>;
}

/**
 * The mean of a sample of rows and about its `count` leading principal axes, the longest first: by a few power
 * iterations (Halko, Martinsson and Tropp, 2011, algorithm 4.3). Fewer where the sample extends in fewer directions.
 */
export async function findBasis(
  { scaled, count }: { readonly scaled: ScaledRows; readonly count: number },
  gemm: Gemm,
): Promise<Basis> {
  const { sample, origin } = takeSample(scaled);
  let vectors: readonly Float64Array[] = fixedVectors(scaled.cols, count);
  for (let round = 0; round < ROUNDS; round++) vectors = await iteratePower(sample, vectors, gemm);
  const axes = stack(orthonormalise(vectors, [], Math.max(...vectors.map(norm))), scaled.cols);
  return { origin, axes: axes.rows === 0 ? axes : await rotateToPrincipal(axes, sample, gemm) };
}

/** A power iteration: vectors times the scatter matrix, in float32, at a scale that stays the same. */
async function iteratePower(
  sample: Matrix<Float32Array>,
  vectors: readonly Float64Array[],
  gemm: Gemm,
): Promise<Float64Array[]> {
  const { cols } = sample;
  const images = await project(sample, stack(vectors, cols), gemm);
  const transposed = { rows: vectors.length, cols, data: new Float32Array(vectors.length * cols) };
  await gemm.multiply(images, sample, transposed, 'first');
  const rows = vectors.map((_, a) => Float64Array.from(transposed.data.subarray(a * cols, (a + 1) * cols)));
  const longest = Math.max(...rows.map(norm));
  return longest === 0 ? rows : rows.map((row) => row.map((value) => value / longest));
}

/** Axes of the same space, those along which the sample varies most first. */
async function rotateToPrincipal(
  axes: Matrix<Float64Array>,
  sample: Matrix<Float32Array>,
  gemm: Gemm,
): Promise<Matrix<Float64Array>> {
  const count = axes.rows;
  const images = await project(sample, axes, gemm);
  const scatter = { rows: count, cols: count, data: new Float32Array(count * count) };
  await gemm.multiply(images, images, scatter, 'first');
  const rows = Array.from({ length: count }, (_, a) => scatter.data.subarray(a * count, (a + 1) * count));
  const rotation = stack(
    diagonalise(rows, count).map(({ vector }) => vector),
    count,
  );
  const rotated = { ...axes, data: new Float64Array(axes.data.length) };
  await gemm.multiply(rotation, axes, rotated, 'neither');
  return rotated;
}

/** `[sample × axes]` */
async function project(
  sample: Matrix<Float32Array>,
  axes: Matrix<Float64Array>,
  gemm: Gemm,
): Promise<Matrix<Float32Array>> {
  const factors = { ...axes, data: Float32Array.from(axes.data) };
  const images = { rows: sample.rows, cols: axes.rows, data: new Float32Array(sample.rows * axes.rows) };
  await gemm.multiply(sample, factors, images, 'second');
  return images;
}

/** Rows evenly spread over all, less their mean. */
function takeSample(scaled: ScaledRows): { sample: Matrix<Float32Array>; origin: Float64Array } {
  const { rows, cols } = scaled;
  const stride = Math.ceil(rows / SAMPLE_ROWS);
  const taken = { rows: Math.ceil(rows / stride), cols };
  const data = new Float64Array(taken.rows * cols);
  const zero = new Float64Array(cols);
  for (let i = 0; i < taken.rows; i++) writeRow(scaled, i * stride, zero, data, i * cols);
  const origin = columnMeans({ ...taken, data });
  const sample = { ...taken, data: new Float32Array(data.length) };
  for (let at = 0; at < data.length; at++) sample.data[at] = data[at]! - origin[at % cols]!;
  return { sample, origin };
}
