import type { Matrix } from '../contracts.ts';
import type { Multiply } from './block-krylov.ts';
import { rowOf } from './dense.ts';
import type { Products } from './products.ts';

/** Products with the rows after which it pays to form their scatter matrix, which multiplies at once. */
const PATIENCE = 12;

/**
 * XᵀX·v for rows `[n × d]` and vectors of length d, in float64: as Xᵀ(Xv), which reads all rows twice, until it turns
 * out that many products are wanted.
 */
export function openScatter(rows: Matrix<Float64Array>, products: Products): Multiply {
  const { cols } = rows;
  let scatter: Matrix<Float64Array> | undefined;
  let calls = 0;
  return async (vectors) => {
    const width = vectors.length;
    const factors = asColumns(vectors, cols);
    const results = matrix(cols, width);
    if (++calls > PATIENCE) scatter ??= await formScatter(rows, products);
    if (scatter === undefined) {
      const images = matrix(rows.rows, width);
      await products.multiply(rows, factors, images, 'neither');
      await products.multiply(rows, images, results, 'first');
    } else await products.multiply(scatter, factors, results, 'neither');
    return vectors.map((_, k) => Float64Array.from({ length: cols }, (_, c) => results.data[c * width + k]!));
  };
}

/** XᵀX of rows `[n × d]`, as d rows of length d. */
export async function multiplyScatter(
  rows: Matrix<Float64Array>,
  products: Products,
): Promise<Float64Array[]> {
  const scatter = await formScatter(rows, products);
  return Array.from({ length: rows.cols }, (_, c) => rowOf(scatter, c));
}

async function formScatter(rows: Matrix<Float64Array>, products: Products): Promise<Matrix<Float64Array>> {
  const scatter = matrix(rows.cols, rows.cols);
  await products.multiply(rows, rows, scatter, 'first');
  return scatter;
}

function asColumns(vectors: readonly Float64Array[], rows: number): Matrix<Float64Array> {
  const columns = matrix(rows, vectors.length);
  for (const [k, vector] of vectors.entries()) {
    for (let c = 0; c < rows; c++) columns.data[c * vectors.length + k] = vector[c]!;
  }
  return columns;
}

function matrix(rows: number, cols: number): Matrix<Float64Array> {
  return { rows, cols, data: new Float64Array(rows * cols) };
}
