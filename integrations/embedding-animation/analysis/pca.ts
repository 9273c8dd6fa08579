import type { Embeddings, Matrix, Projection } from '../contracts.ts';
import { centreColumns, dot, rowOf } from './dense.ts';
import { findPrincipalAxes } from './principal-axes.ts';
import type { Products } from './products.ts';

/** Multiplications of a scatter matrix below which products by a library don't pay. */
const SMALL = 1e7;

/**
 * The two leading principal components of `[n × d]` embeddings, as scikit-learn's
 * `PCA(n_components=2, svd_solver="full").fit_transform` gives them: rows centred, not scaled, and each component
 * signed so that its entry of largest magnitude, the first of equals, is positive. Sums run in float64.
 *
 * Where scikit-learn refuses or divides by zero: a component without extent (all rows equal, rows on a line, d = 1)
 * has coordinates and share 0. Embeddings must be finite.
 * @param options.products makes large data faster; the result is then the same up to rounding
 */
export async function fitPca(
  embeddings: Embeddings,
  { products }: { readonly products?: Products | undefined } = {},
): Promise<Projection> {
  const { rows, cols } = embeddings;
  return products === undefined || rows * cols * cols < SMALL
    ? projectOnAxes(centreColumns(embeddings))
    : products.lend(embeddings.data.length, (memory) =>
        projectOnAxes(centreColumns(embeddings, memory), products),
      );
}

async function projectOnAxes(centred: Matrix<Float64Array>, products?: Products): Promise<Projection> {
  const axes = await findPrincipalAxes(centred, 2, products);
  const total = dot(centred.data, centred.data);
  const directions = axes.map(({ vector }) => makeLargestPositive(vector));
  const points = await coordinatesOn(directions, centred, products);
  const [first = 0, second = 0] = axes.map(({ value }) => value / total);
  return { points, explainedVarianceRatio: [first, second] };
}

/** Two coordinates of each row, those on missing axes 0. */
async function coordinatesOn(
  axes: readonly Float64Array[],
  centred: Matrix<Float64Array>,
  products?: Products,
): Promise<Matrix<Float64Array>> {
  const { rows, cols } = centred;
  const points = { rows, cols: 2, data: new Float64Array(2 * rows) };
  if (products === undefined) {
    for (const [component, axis] of axes.entries()) {
      for (let i = 0; i < rows; i++) points.data[2 * i + component] = dot(axis, rowOf(centred, i));
    }
  } else {
    const directions = { rows: 2, cols, data: new Float64Array(2 * cols) };
    for (const [component, axis] of axes.entries()) directions.data.set(axis, component * cols);
    await products.multiply(centred, directions, points, 'second');
  }
  return points;
}

/** `svd_flip(u_based_decision=False)` of scikit-learn 1.9, for one component. */
function makeLargestPositive(axis: Float64Array): Float64Array {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? axis.map((value) => -value) : axis;
}
