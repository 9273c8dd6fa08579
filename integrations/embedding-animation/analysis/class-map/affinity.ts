/** How much classes are confused with each other, whichever is the true one. */
import type { Matrix } from '../../contracts.ts';

/** How much two classes are confused, symmetric: `[C × C]`, with zeros on the diagonal. */
export type Affinity = Matrix<Float64Array>;

/** Confusion of neighbours, summed around the circle. */
export function lengthOf(tour: readonly number[], { cols, data }: Affinity): number {
  return tour.reduce((sum, k, at) => sum + data[k * cols + tour[(at + 1) % tour.length]!]!, 0);
}

/** Confusion of k for c plus that of c for k. */
export function makeSymmetric({ rows, cols, data }: Matrix<Float64Array>): Affinity {
  const sums = new Float64Array(rows * cols);
  for (let k = 0; k < rows; k++) {
    for (let c = 0; c < cols; c++) {
      if (k !== c) sums[k * cols + c] = data[k * cols + c]! + data[c * cols + k]!;
    }
  }
  return { rows, cols, data: sums };
}
