/** Leading eigenpairs of symmetric matrices, dense or known by their products. The only importer of ml-matrix and ml-pca. */
import { Matrix } from 'ml-matrix';
import { PCA } from 'ml-pca';
import { orthonormalise } from './gram-schmidt.ts';
import { combine, dot, fixedVectors, norm, subtract } from './vectors.ts';

/** Size from which on the space is checked less often, as a check costs the cube of its size, */
const SMALL_SPACE = 64;

/** and only after it has grown by this factor. */
const GROWTH = 1.3;

/** Size, in widths, at which a new space starts from the leading eigenvectors of the old one, */
const FULL = 12;

/** and how many of them it takes over, in widths. */
const TAKEN_OVER = 4;

/** An eigenvalue and its unit eigenvector. */
export interface Eigenpair {
  readonly value: number;
  readonly vector: Float64Array;
}

/**
 * The `count` largest eigenpairs of a symmetric matrix, largest first; fewer when it has fewer rows.
 * Takes time in the cube of the rows: 10 ms for 128, 2 s for 768.
 */
export function diagonalise(matrix: readonly ArrayLike<number>[], count: number): Eigenpair[] {
  const size = matrix.length;
  const model = new PCA(new Matrix(matrix.map((row) => Array.from(row))), { isCovarianceMatrix: true });
  const values = model.getEigenvalues();
  const vectors = model.getEigenvectors();
  return values.slice(0, count).map((value, column) => ({
    value,
    vector: Float64Array.from({ length: size }, (_, row) => vectors.get(row, column)),
  }));
}

/** A·v for each of some vectors of length `size`. */
export type Multiply = (
  vectors: readonly Float64Array[],
) => readonly Float64Array[] | Promise<readonly Float64Array[]>;

/** What is wanted of A. */
export interface EigenpairOptions {
  /** Rows of A. */
  readonly size: number;
  readonly count: number;
  readonly tolerance: number;
  readonly width: number;
}

/**
 * The `count` largest eigenpairs, largest first, of a large symmetric positive semidefinite matrix A that is known only
 * by its products: a block Lanczos method with full reorthogonalisation (Golub and Van Loan, Matrix Computations,
 * 4th edition, section 10.3.6). The space starts from fixed pseudo-random vectors and grows until
 * each residual ‖Av − λv‖ is at most `tolerance` · λ₁, at the latest until A leads no further, where they are exact.
 * Fewer pairs come out when A has fewer that differ from 0.
 * @param options.width vectors by which the space grows: finds eigenvalues that repeat up to as often
 */
export async function findLeadingEigenpairs(
  multiply: Multiply,
  { size, count, tolerance, width }: EigenpairOptions,
): Promise<Eigenpair[]> {
  const basis: Float64Array[] = [];
  const projected: Float64Array[] = []; // row j: basisᵀ · A · basis[j], as far as the space reached then
  let block = orthonormalise(fixedVectors(size, width), basis, 1);
  let nextCheck = 2 * Math.max(width, count);
  for (;;) {
    basis.push(...block);
    const images = await multiply(block);
    const rows = images.map((image) => Float64Array.from(basis, (vector) => dot(vector, image)));
    projected.push(...rows);
    const remainders = images.map((image, j) => subtract(image, combine(basis, rows[j]!)));
    const largest = Math.max(...projected.map((row, j) => row[j]!));
    const next = orthonormalise(remainders, basis, largest);
    if (next.length === 0 || basis.length >= nextCheck) {
      const pairs = diagonalise(completed(projected), count);
      const isFound = pairs.every(
        ({ vector }) => residual(remainders, vector) <= tolerance * pairs[0]!.value,
      );
      if (next.length === 0 || isFound) {
        return pairs.map(({ value, vector }) => ({ value, vector: combine(basis, vector) }));
      }
      nextCheck = basis.length < SMALL_SPACE ? 0 : Math.ceil(GROWTH * basis.length);
    }
    if (basis.length >= FULL * width) {
      restart(basis, projected, TAKEN_OVER * width);
      nextCheck = 0;
    }
    block = next;
  }
}

/**
 * Puts the leading eigenvectors found so far in place of the whole basis (thick restart; Wu and Simon, 2000). A moves
 * them out of their span only towards the next block.
 */
function restart(basis: Float64Array[], projected: Float64Array[], count: number): void {
  const pairs = diagonalise(completed(projected), count);
  const vectors = pairs.map(({ vector }) => combine(basis, vector));
  const rows = pairs.map(({ value }, j) => Float64Array.from(pairs, (_, i) => (i === j ? value : 0)));
  basis.splice(0, basis.length, ...vectors);
  projected.splice(0, projected.length, ...rows);
}

/** The full symmetric matrix from rows that end where the space ended when they were made. */
function completed(rows: readonly Float64Array[]): Float64Array[] {
  return rows.map((row, j) => Float64Array.from(rows, (other, i) => (i < row.length ? row[i]! : other[j]!)));
}

/** ‖A·v − λv‖ of a vector given by its coordinates in the space: only the last block's images leave the space. */
function residual(remainders: readonly Float64Array[], coordinates: Float64Array): number {
  return norm(combine(remainders, coordinates.subarray(coordinates.length - remainders.length)));
}
