/** What threads do to form the scatter matrix of large embeddings block by block: only those of its upper triangle. */
import type { Embeddings, Matrix } from '../../contracts.ts';
import type { Gemm } from '../linalg/gemm.ts';
import { rowsOf } from '../linalg/matrix.ts';
import type { IndexRange } from '../ranges.ts';

/** Side of the tiles in which numbers are transposed: they stay in the processor's first cache. */
const TILE = 32;

/** Rows to centre. */
export interface TransposeTask {
  readonly embeddings: Embeddings;
  readonly means: Float64Array;
  readonly range: IndexRange;
  /** `[d × n]` */
  readonly columns: Matrix<Float64Array>;
}

/** Writes a range's rows less the means, transposed. A constant column comes out as exact zeros. */
export function transposeCentred({
  embeddings: { rows, cols, data },
  means,
  range,
  columns,
}: TransposeTask): void {
  for (let from = range.from; from < range.to; from += TILE) {
    const to = Math.min(from + TILE, range.to);
    for (let first = 0; first < cols; first += TILE) {
      const end = Math.min(first + TILE, cols);
      for (let c = first; c < end; c++) {
        const mean = means[c]!;
        for (let i = from; i < to; i++) columns.data[c * rows + i] = data[i * cols + c]! - mean;
      }
    }
  }
}

/** Two ranges of columns. */
export interface ScatterBlockTask {
  /** `[d × n]`, centred. */
  readonly columns: Matrix<Float64Array>;
  readonly down: IndexRange;
  readonly across: IndexRange;
  readonly block: Matrix<Float64Array>;
  /** Whether onnxruntime multiplies, which rounds otherwise. */
  readonly isNative: boolean;
}

/** Writes one block of the scatter matrix. */
export async function formScatterBlock(
  { columns, down, across, block }: ScatterBlockTask,
  gemm: Gemm | undefined,
): Promise<void> {
  if (gemm === undefined) throw new Error('blocks of a scatter matrix are formed by onnxruntime');
  await gemm.multiply(rowsOf(columns, down), rowsOf(columns, across), block, 'second');
}
