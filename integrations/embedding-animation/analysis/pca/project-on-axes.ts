/** Embeddings on axes that were fitted on others. */
import type { Embeddings } from '../../contracts.ts';
import { withPooledArrays } from '../../threads/buffer-pool.ts';
import { openLocalExecutor, type Executor } from '../executor.ts';
import { listRows } from '../linalg/matrix.ts';
import { dot, subtract } from '../linalg/vectors.ts';
import { openCentredRows } from './centred-rows.ts';
import type { PrincipalAxes, PrincipalMap } from './fit-pca.ts';

/**
 * Coordinates (X − means)·axesᵀ of `[n × d]` embeddings X, as scikit-learn's `PCA.transform` gives them. Sums run in
 * float64, from the mean of the rows on, so that rows far from the means of the axes keep their digits.
 *
 * `explainedVarianceRatio` says which share of these embeddings' own variance, about their own mean, lies along each
 * axis: 0 where all rows are equal. The result is the same to the last bit for any number of threads.
 * @param options.executor does the work. @default the calling thread, without onnxruntime
 * @throws RangeError when the axes have another width than the embeddings
 */
export async function projectOnAxes(
  embeddings: Embeddings,
  { means, axes }: PrincipalAxes,
  { executor = openLocalExecutor() }: { readonly executor?: Executor } = {},
): Promise<PrincipalMap> {
  if (axes.cols !== embeddings.cols || means.length !== axes.cols) {
    throw new RangeError(`axes of ${axes.cols} numbers do not fit embeddings of ${embeddings.cols}`);
  }
  return withPooledArrays(executor.buffers, async (arrays) => {
    const centred = await openCentredRows(embeddings, executor, arrays);
    const directions = listRows(axes);
    const points = await centred.transform(directions);
    const between = subtract(centred.means, means);
    const [x = 0, y = 0] = directions.map((axis) => dot(axis, between));
    const squares: [number, number] = [0, 0];
    for (let i = 0; i < points.data.length; i += 2) {
      squares[0] += points.data[i]! ** 2;
      squares[1] += points.data[i + 1]! ** 2;
      points.data[i]! += x;
      points.data[i + 1]! += y;
    }
    const shareOf = (sum: number): number => (centred.total === 0 ? 0 : sum / centred.total);
    return { points, explainedVarianceRatio: [shareOf(squares[0]), shareOf(squares[1])] };
  });
}
