/** Centred rows, known by their products. */
import type { Embeddings, Matrix } from '../../contracts.ts';
import type { ArrayAllocator } from '../../threads/buffer-pool.ts';
import { runOne, type Executor } from '../executor.ts';
import { asColumns, columnsOf, listRows, stack } from '../linalg/matrix.ts';
import type { Multiply } from '../linalg/symmetric-eigen.ts';
import { combine } from '../linalg/vectors.ts';
import { splitRange, type IndexRange } from '../ranges.ts';
import { CHUNK, meansFrom } from './row-tasks.ts';

/** Multiplications of a scatter matrix below which products by onnxruntime don't pay. */
const SMALL = 1e7;

/** Products with the rows after which it pays to form their scatter matrix, which multiplies at once. */
const PATIENCE = 12;

/** Parts in which a scatter matrix is formed: each takes the room of one. */
const FORM_PARTS = 2;

/** X: rows `[n × d]`, less the means of their columns, in float64. */
export interface CentredRows {
  readonly rows: number;
  readonly cols: number;
  /** Of the columns, before they were taken off. */
  readonly means: Float64Array;
  /** The sum of all squares. */
  readonly total: number;
  /** Whether onnxruntime multiplies. */
  readonly isNative: boolean;
  /** XᵀX·v for vectors of length d: as Xᵀ(Xv), until it turns out that many products are wanted. */
  readonly multiply: Multiply;
  /** XᵀX, as d rows of length d. */
  formScatter(): Promise<Float64Array[]>;
  /** XXᵀ, as n rows of length n. */
  formGram(): Promise<Float64Array[]>;
  /** Each row's products with axes of length d, `[n × axes]`. */
  transform(axes: readonly Float64Array[]): Promise<Matrix<Float64Array>>;
  /** Xᵀu for a vector of length n. */
  combine(factors: Float64Array): Float64Array;
}

/** Centres embeddings, in pooled arrays. */
export async function openCentredRows(
  embeddings: Embeddings,
  executor: Executor,
  arrays: ArrayAllocator,
): Promise<CentredRows> {
  const { rows, cols } = embeddings;
  const { centred, means, total } = await centre(embeddings, executor, arrays);
  const isNative = rows * cols * cols >= SMALL && (await executor.hasNativeGemm());
  const ranges = splitRange(rows, executor.threads, CHUNK);
  const parts: Parts = { centred, ranges, isNative, executor, arrays };
  const multiplyByRows = openRowProducts(parts);
  let calls = 0;
  let formed: Matrix<Float64Array> | undefined;
  return {
    rows,
    cols,
    isNative,
    means,
    total,
    async multiply(vectors) {
      const columns = asColumns(vectors, cols);
      if (isNative && ++calls > PATIENCE) formed ??= await form(parts);
      const data =
        formed === undefined
          ? await multiplyByRows(columns)
          : await runOne(executor, 'multiplyMatrix', { matrix: formed, vectors: columns });
      return columnsOf({ ...columns, data });
    },
    async formScatter() {
      return listRows(await form(parts));
    },
    formGram: () => runOne(executor, 'gramMatrix', centred),
    async transform(axes) {
      const points = { rows, cols: axes.length, data: arrays.float64(rows * axes.length) };
      const directions = stack(axes, cols);
      await executor.run(
        'transformRows',
        ranges.map((range) => ({ centred, range, axes: directions, points, isNative })),
      );
      return { ...points, data: points.data.slice() };
    },
    combine: (factors) => combine(listRows(centred), factors),
  };
}

/** The rows less the means of their columns, those means, and the sum of all squares that are left. */
async function centre(
  embeddings: Embeddings,
  executor: Executor,
  arrays: ArrayAllocator,
): Promise<{ centred: Matrix<Float64Array>; means: Float64Array; total: number }> {
  const { rows, cols } = embeddings;
  const ranges = splitRange(rows, executor.threads, CHUNK);
  const chunks = Math.ceil(rows / CHUNK);
  const sums = arrays.float64(chunks * cols);
  await executor.run(
    'sumColumns',
    ranges.map((range) => ({ embeddings, range, sums })),
  );
  const means = meansFrom(embeddings, sums);
  const centred = { rows, cols, data: arrays.float64(rows * cols) };
  const squares = arrays.float64(chunks);
  await executor.run(
    'centreRows',
    ranges.map((range) => ({ embeddings, means, range, centred, squares })),
  );
  return { centred, means, total: squares.reduce((sum, part) => sum + part, 0) };
}

/** What products with the rows are made of. */
interface Parts {
  readonly centred: Matrix<Float64Array>;
  /** One a thread. */
  readonly ranges: readonly IndexRange[];
  readonly isNative: boolean;
  readonly executor: Executor;
  readonly arrays: ArrayAllocator;
}

/** XᵀX·V for matrices V of at most as many columns as the first. */
function openRowProducts({
  centred,
  ranges,
  isNative,
  executor,
  arrays,
}: Parts): (vectors: Matrix<Float64Array>) => Promise<Float64Array> {
  const chunks = Math.ceil(centred.rows / CHUNK);
  let room: Float64Array | undefined;
  return async (vectors) => {
    const { length } = vectors.data;
    room ??= arrays.float64(chunks * length);
    const sums = room.subarray(0, chunks * length);
    await executor.run(
      'multiplyRangeByScatter',
      ranges.map((range) => ({ centred, vectors, range, sums, isNative })),
    );
    const result = sums.slice(0, length);
    for (let chunk = 1; chunk < chunks; chunk++) {
      addTo(result, sums.subarray(chunk * length, (chunk + 1) * length));
    }
    return result;
  };
}

/** XᵀX. */
async function form({ centred, isNative, executor, arrays }: Parts): Promise<Matrix<Float64Array>> {
  const { rows, cols } = centred;
  const parts = splitRange(rows, FORM_PARTS, CHUNK).map((range) => ({
    range,
    scatter: { rows: cols, cols, data: arrays.float64(cols * cols) },
  }));
  await executor.run(
    'formScatter',
    parts.map((part) => ({ centred, isNative, ...part })),
  );
  const [first, ...others] = parts.map(({ scatter }) => scatter);
  for (const { data } of others) addTo(first!.data, data);
  return first!;
}

function addTo(target: Float64Array, values: Float64Array): void {
  for (let at = 0; at < target.length; at++) target[at]! += values[at]!;
}
