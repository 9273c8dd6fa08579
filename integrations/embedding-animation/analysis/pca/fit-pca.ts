import type { Embeddings, Projection } from '../../contracts.ts';
import { withPooledArrays } from '../../threads/buffer-pool.ts';
import { openCentredRows } from './centred-rows.ts';
import type { Crew } from '../executor.ts';
import { openOwnCrew } from '../own-crew.ts';
import { findPrincipalAxes } from './principal-axes.ts';

/**
 * The two leading principal components of `[n × d]` embeddings, as scikit-learn's
 * `PCA(n_components=2, svd_solver="full").fit_transform` gives them: rows centred, not scaled, and each component
 * signed so that its entry of largest magnitude, the first of equals, is positive. Sums run in float64.
 *
 * Where scikit-learn refuses or divides by zero: a component without extent (all rows equal, rows on a line, d = 1)
 * has coordinates and share 0. Embeddings must be finite.
 *
 * The result is the same to the last bit for any number of threads, and with and without the library for products up
 * to rounding.
 * @param options.crew does the work. @default the calling thread, without a library
 */
export async function fitPca(
  embeddings: Embeddings,
  { crew = openOwnCrew() }: { readonly crew?: Crew } = {},
): Promise<Projection> {
  return withPooledArrays(crew.memory, async (arrays) => {
    const centred = await openCentredRows(embeddings, crew, arrays);
    const axes = await findPrincipalAxes(centred, 2);
    const directions = axes.map(({ vector }) => makeLargestPositive(vector));
    while (directions.length < 2) directions.push(new Float64Array(embeddings.cols)); // no extent
    const [first = 0, second = 0] = axes.map(({ value }) => value / centred.total);
    return { points: await centred.project(directions), explainedVarianceRatio: [first, second] };
  });
}

/** `svd_flip(u_based_decision=False)` of scikit-learn 1.9, for one component. */
function makeLargestPositive(axis: Float64Array): Float64Array {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? axis.map((value) => -value) : axis;
}
