import type { Matrix } from '../contracts.ts';
import { addScaled, norm } from './dense.ts';
import { orthonormalise } from './orthonormal.ts';
import type { Products } from './products.ts';
import { fixedVectors } from './pseudo-random.ts';
import { diagonalise } from './symmetric-eigen.ts';

/** Rows from which the axes are found. */
const SAMPLE_ROWS = 768;

/** Products with the scatter matrix of the sample: each brings the axes closer to the principal ones. */
const ROUNDS = 2;

/**
 * About the `count` leading principal axes of rows `[n × d]`, orthonormal, the longest first: by a few power iterations
 * on a sample (Halko, Martinsson and Tropp, 2011, algorithm 4.3). Fewer where the sample extends in fewer directions.
 * @param means of the columns
 */
export async function findRoughAxes(
  points: Matrix<Float64Array>,
  means: Float64Array,
  count: number,
  products: Products,
): Promise<Float64Array[]> {
  const sample = takeSample(points, means);
  let vectors: readonly Float64Array[] = fixedVectors(points.cols, count);
  for (let round = 0; round < ROUNDS; round++) vectors = await multiplyByScatter(sample, vectors, products);
  const axes = orthonormalise(vectors, [], Math.max(...vectors.map(norm)));
  return axes.length === 0 ? [] : turnToPrincipal(axes, await project(sample, axes, products));
}

/** Products with the scatter matrix, in float32, at a scale that stays the same. */
async function multiplyByScatter(
  sample: Matrix<Float32Array>,
  vectors: readonly Float64Array[],
  products: Products,
): Promise<Float64Array[]> {
  const { cols } = sample;
  const images = await project(sample, vectors, products);
  const turned = { rows: vectors.length, cols, data: new Float32Array(vectors.length * cols) };
  await products.multiply(images, sample, turned, 'first');
  const rows = vectors.map((_, a) => Float64Array.from(turned.data.subarray(a * cols, (a + 1) * cols)));
  const longest = Math.max(...rows.map(norm));
  return longest === 0 ? rows : rows.map((row) => row.map((value) => value / longest));
}

/** `[sample × axes]` */
async function project(
  sample: Matrix<Float32Array>,
  axes: readonly Float64Array[],
  products: Products,
): Promise<Matrix<Float32Array>> {
  const factors = { rows: axes.length, cols: sample.cols, data: new Float32Array(axes.length * sample.cols) };
  for (const [a, axis] of axes.entries()) factors.data.set(axis, a * sample.cols);
  const images = { rows: sample.rows, cols: axes.length, data: new Float32Array(sample.rows * axes.length) };
  await products.multiply(sample, factors, images, 'second');
  return images;
}

/** Axes of the same space, those along which the sample varies most first. */
function turnToPrincipal(
  axes: readonly Float64Array[],
  { data, cols }: Matrix<Float32Array>,
): Float64Array[] {
  const scatter = axes.map(() => new Float64Array(cols));
  for (let first = 0; first < data.length; first += cols) {
    for (const [a, sums] of scatter.entries()) {
      const factor = data[first + a]!;
      for (let b = 0; b < cols; b++) sums[b]! += factor * data[first + b]!;
    }
  }
  return diagonalise(scatter, cols).map(({ vector }) => {
    const axis = new Float64Array(axes[0]!.length);
    for (const [a, factor] of vector.entries()) addScaled(axis, factor, axes[a]!);
    return axis;
  });
}

/** Rows evenly spread over all, less the mean of all. */
function takeSample({ rows, cols, data }: Matrix<Float64Array>, means: Float64Array): Matrix<Float32Array> {
  const stride = Math.ceil(rows / SAMPLE_ROWS);
  const taken = Math.ceil(rows / stride);
  const sample = new Float32Array(taken * cols);
  for (let i = 0; i < taken; i++) {
    for (let c = 0; c < cols; c++) sample[i * cols + c] = data[i * stride * cols + c]! - means[c]!;
  }
  return { rows: taken, cols, data: sample };
}
