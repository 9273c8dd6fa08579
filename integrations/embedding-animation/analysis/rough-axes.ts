import type { Matrix } from '../contracts.ts';
import { dot } from './dense.ts';
import { orthonormalise } from './orthonormal.ts';
import type { Products } from './products.ts';
import { fixedVectors } from './pseudo-random.ts';
import { diagonalise } from './symmetric-eigen.ts';

/** Rounds of the iteration: each brings the axes closer to the principal ones by the ratio of their variances. */
const ROUNDS = 4;

/**
 * About the `count` leading principal axes of centred rows `[n × d]`, orthonormal in float64 before they are rounded,
 * as `[count × d]`, by subspace iteration on a sample (Halko, Martinsson and Tropp, 2011, algorithm 4.4). Fewer where
 * the sample extends in fewer directions.
 */
export async function findRoughAxes(
  centred: Matrix<Float32Array>,
  count: number,
  sampleRows: number,
  products: Products,
): Promise<Matrix<Float32Array>> {
  const sample = takeSample(centred, sampleRows);
  const { cols } = centred;
  let axes = orthonormalise(fixedVectors(cols, count), [], 1);
  let images = await project(sample, axes, products);
  for (let round = 0; round < ROUNDS && axes.length > 0; round++) {
    const turned = roundRows(axes.map(() => new Float64Array(cols)));
    await products.multiply(images, sample, turned, 'first');
    const vectors = axes.map((_, a) => Float64Array.from(turned.data.subarray(a * cols, (a + 1) * cols)));
    axes = orthonormalise(vectors, [], Math.max(...vectors.map((vector) => Math.sqrt(dot(vector, vector)))));
    images = await project(sample, axes, products);
  }
  return axes.length === 0
    ? { rows: 0, cols, data: new Float32Array() }
    : roundRows(turnToPrincipal(axes, images));
}

/** `[sample × axes]` */
async function project(
  sample: Matrix<Float32Array>,
  axes: readonly Float64Array[],
  products: Products,
): Promise<Matrix<Float32Array>> {
  const images = { rows: sample.rows, cols: axes.length, data: new Float32Array(sample.rows * axes.length) };
  if (axes.length > 0) await products.multiply(sample, roundRows(axes), images, 'second');
  return images;
}

/** The same space's axes, along which the rows vary most first. */
function turnToPrincipal(
  axes: readonly Float64Array[],
  { data, cols }: Matrix<Float32Array>,
): Float64Array[] {
  const scatter = axes.map(() => new Float64Array(cols));
  for (let first = 0; first < data.length; first += cols) {
    for (const [a, sums] of scatter.entries()) {
      for (let b = 0; b < cols; b++) sums[b]! += data[first + a]! * data[first + b]!;
    }
  }
  return diagonalise(scatter, cols).map(({ vector }) =>
    axes[0]!.map((_, c) => axes.reduce((sum, axis, a) => sum + axis[c]! * vector[a]!, 0)),
  );
}

/** Rows evenly spread over all, at most `most` of them. */
function takeSample({ rows, cols, data }: Matrix<Float32Array>, most: number): Matrix<Float32Array> {
  const stride = Math.ceil(rows / most);
  const taken = Math.ceil(rows / stride);
  const sample = new Float32Array(taken * cols);
  for (let i = 0; i < taken; i++) {
    sample.set(data.subarray(i * stride * cols, (i * stride + 1) * cols), i * cols);
  }
  return { rows: taken, cols, data: sample };
}

function roundRows(vectors: readonly Float64Array[]): Matrix<Float32Array> {
  const cols = vectors[0]!.length;
  const data = new Float32Array(vectors.length * cols);
  for (const [a, vector] of vectors.entries()) data.set(vector, a * cols);
  return { rows: vectors.length, cols, data };
}
