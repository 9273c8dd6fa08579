/** The leading principal axes of a point set. */
import type { Matrix } from '../contracts.ts';
import { findLeadingEigenpairs } from './block-krylov.ts';
import { addScaled, gramMatrix, multiplyByScatter, norm, rowOf, scatterMatrix } from './dense.ts';
import type { Products } from './products.ts';
import { multiplyScatter, openScatter } from './scatter.ts';
import { diagonalise, type Eigenpair } from './symmetric-eigen.ts';

/** Up to this many rows or columns, finding all eigenvectors at once is cheaper than iterating for a few. */
const DENSE_LIMIT = 160;

/** Residual, relative to the largest value, of axes found by iteration: coordinates keep about nine digits. */
const TOLERANCE = 1e-12;

/** Vectors that are multiplied at once: by the library, eight take little longer than one. */
const WIDTH = 4;
const PRODUCT_WIDTH = 8;

/** Below this share of the largest sum of squares an axis holds rounding noise: points on a line have one axis. */
const NOISE_SHARE = 1e-14;

/**
 * At most `count` principal axes of centred rows `[n × d]`, as unit vectors of length d with the sum of the squared
 * coordinates along each, largest first. Points that extend in fewer directions have fewer axes; points that all
 * coincide have none. Signs are arbitrary.
 */
export async function findPrincipalAxes(
  centred: Matrix<Float64Array>,
  count: number,
  products?: Products,
): Promise<Eigenpair[]> {
  const pairs = await findEigenpairs(centred, count, products);
  const noise = NOISE_SHARE * (pairs[0]?.value ?? 0);
  return pairs.filter(({ value }) => value > noise);
}

async function findEigenpairs(
  centred: Matrix<Float64Array>,
  count: number,
  products?: Products,
): Promise<Eigenpair[]> {
  const { rows, cols } = centred;
  if (Math.min(rows, cols) > DENSE_LIMIT) {
    const wanted = { size: cols, count, tolerance: TOLERANCE };
    return products === undefined
      ? findLeadingEigenpairs((vectors) => multiplyByScatter(centred, vectors), { ...wanted, width: WIDTH })
      : findLeadingEigenpairs(openScatter(centred, products), { ...wanted, width: PRODUCT_WIDTH });
  }
  if (cols <= rows) {
    const scatter =
      products === undefined ? scatterMatrix(centred) : await multiplyScatter(centred, products);
    return diagonalise(scatter, count);
  }
  // XXᵀ has the same eigenvalues as XᵀX, and its eigenvectors u give those of XᵀX as Xᵀu, scaled to length 1.
  return diagonalise(gramMatrix(centred), count).map(({ value, vector }) => {
    const axis = new Float64Array(cols);
    for (const [i, factor] of vector.entries()) addScaled(axis, factor, rowOf(centred, i));
    const length = norm(axis);
    return { value, vector: length === 0 ? axis : axis.map((entry) => entry / length) };
  });
}
