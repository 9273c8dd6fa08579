/** The leading principal axes of a point set. */
import { findLeadingEigenpairs } from '../linalg/symmetric-eigen.ts';
import type { CentredRows } from './centred-rows.ts';
import { norm } from '../linalg/matrix.ts';
import { diagonalise, type Eigenpair } from '../linalg/dense-eigen.ts';

/** Up to this many rows or columns, finding all eigenvectors at once is cheaper than iterating for a few. */
const DENSE_LIMIT = 160;

/**
 * Residual, relative to the largest value, of axes found by iteration: coordinates keep about nine digits where the next
 * value differs by a hundredth of the largest.
 */
const TOLERANCE = 1e-11;

/** Vectors that are multiplied at once: by the library, eight take little longer than one. */
const WIDTH = 4;
const LIBRARY_WIDTH = 8;

/** Below this share of the largest sum of squares an axis holds rounding noise: points on a line have one axis. */
const NOISE_SHARE = 1e-14;

/**
 * At most `count` principal axes of centred rows `[n × d]`, as unit vectors of length d with the sum of the squared
 * coordinates along each, largest first. Points that extend in fewer directions have fewer axes; points that all
 * coincide have none. Signs are arbitrary.
 */
export async function findPrincipalAxes(centred: CentredRows, count: number): Promise<Eigenpair[]> {
  const pairs = await findEigenpairs(centred, count);
  const noise = NOISE_SHARE * (pairs[0]?.value ?? 0);
  return pairs.filter(({ value }) => value > noise);
}

async function findEigenpairs(centred: CentredRows, count: number): Promise<Eigenpair[]> {
  const { rows, cols, byLibrary } = centred;
  if (Math.min(rows, cols) > DENSE_LIMIT) {
    const width = byLibrary ? LIBRARY_WIDTH : WIDTH;
    return findLeadingEigenpairs(centred.multiply, { size: cols, count, tolerance: TOLERANCE, width });
  }
  if (cols <= rows) return diagonalise(await centred.formScatter(), count);
  // XXᵀ has the same eigenvalues as XᵀX, and its eigenvectors u give those of XᵀX as Xᵀu, scaled to length 1.
  return diagonalise(await centred.formGram(), count).map(({ value, vector }) => {
    const axis = centred.combine(vector);
    const length = norm(axis);
    return { value, vector: length === 0 ? axis : axis.map((entry) => entry / length) };
  });
}
