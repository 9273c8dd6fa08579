/** Rows with each column's mean taken away, in parts. */
import type { Embeddings, Matrix } from '../../contracts.ts';
import type { Span } from '../spans.ts';

/** Rows whose sums are taken together: the order of sums, and so their rounding, is the same for any number of threads. */
export const CHUNK = 512;

/** Rows to sum: spans begin at multiples of `CHUNK`. */
export interface SumTask {
  readonly embeddings: Embeddings;
  readonly span: Span;
  /** `[chunks × d]`: of each chunk, the sums of differences to the first row of all. */
  readonly sums: Float64Array;
}

/** Sums a span's columns, chunk by chunk. */
export function sumColumns({ embeddings: { cols, data }, span, sums }: SumTask): void {
  for (let from = span.from; from < span.to; from += CHUNK) {
    const first = (from / CHUNK) * cols;
    const sum = sums.subarray(first, first + cols).fill(0);
    const end = Math.min(from + CHUNK, span.to) * cols;
    for (let i = from * cols; i < end; i += cols) {
      for (let c = 0; c < cols; c++) sum[c]! += data[i + c]! - data[c]!;
    }
  }
}

/** Means of columns from what `sumColumns` wrote: of a constant column exactly its value. */
export function meansFrom({ rows, cols, data }: Embeddings, sums: Float64Array): Float64Array {
  const means = new Float64Array(cols);
  for (let at = 0; at < sums.length; at++) means[at % cols]! += sums[at]!;
  for (let c = 0; c < cols; c++) means[c] = means[c]! / rows + data[c]!;
  return means;
}

/** Rows to centre: spans begin at multiples of `CHUNK`. */
export interface CentreTask {
  readonly embeddings: Embeddings;
  readonly means: Float64Array;
  readonly span: Span;
  /** `[n × d]`: what is left. */
  readonly centred: Matrix<Float64Array>;
  /** `[chunks]`: sums of its squares. */
  readonly squares: Float64Array;
}

/** Writes a span's rows less the means. A constant column comes out as exact zeros. */
export function centreRows({ embeddings: { cols, data }, means, span, centred, squares }: CentreTask): void {
  for (let from = span.from; from < span.to; from += CHUNK) {
    const end = Math.min(from + CHUNK, span.to) * cols;
    let sum = 0;
    for (let i = from * cols; i < end; i += cols) {
      for (let c = 0; c < cols; c++) {
        const value = data[i + c]! - means[c]!;
        centred.data[i + c] = value;
        sum += value * value;
      }
    }
    squares[from / CHUNK] = sum;
  }
}
