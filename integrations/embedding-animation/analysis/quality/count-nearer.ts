/** Ranks in embedding space: how many images are nearer to an image than another one is. */
import type { Matrix } from '../../contracts.ts';
import type { Gemm } from '../linalg/gemm.ts';
import type { IndexRange } from '../ranges.ts';
import { openDistances, writeRow, type ScaledRows } from '../knn/scaled-rows.ts';

/**
 * Images whose distances are computed at once; ranges begin at multiples of it. So products, and with them their rounding,
 * are the same for any number of threads.
 */
export const RANK_BLOCK = 512;

/**
 * Squared distances that differ by less than this share of the squared lengths count as equal: products of rows round
 * otherwise than differences.
 */
const TOLERANCES = { float32: 1e-6, float64: 1e-13 } as const;

/** Whose ranks are counted. */
export interface RankTask {
  readonly scaled: ScaledRows;
  /** `[d]`, taken from all rows: it changes no distance, and short rows keep more digits of theirs. */
  readonly origin: Float64Array;
  /** `[m]`, the images from which distances are measured. */
  readonly sample: Int32Array;
  /** `[m × w]`, the images whose ranks are wanted; −1 stands for none. */
  readonly others: Int32Array;
  /** Images that are counted. */
  readonly range: IndexRange;
  /** What products are computed in. */
  readonly precision: keyof typeof TOLERANCES;
}

/** Rows less the origin, and the squares of their lengths. */
interface PackedRows {
  readonly rows: Matrix<Float32Array> | Matrix<Float64Array>;
  readonly squares: Float64Array;
}

/** Counts, `[m × w]`, the images of a range that are nearer to a sampled image than each of the others is. */
export async function countNearer(task: RankTask, gemm: Gemm): Promise<Int32Array> {
  const { sample, others, range } = task;
  const width = others.length / sample.length;
  const from = packRows(task, sample);
  const limits = measureLimits(task, from.squares);
  const counts = new Int32Array(others.length);
  for (let first = range.from; first < range.to; first += RANK_BLOCK) {
    const size = Math.min(RANK_BLOCK, range.to - first);
    const block = Int32Array.from({ length: size }, (_, at) => first + at);
    const to = packRows(task, block);
    const products = await multiplyRows(from, to, gemm);
    for (const [s, i] of sample.entries()) {
      countRow({
        products: products.subarray(s * size, (s + 1) * size),
        squares: to.squares,
        square: from.squares[s]!,
        skipped: i - first,
        limits: limits.subarray(s * width, (s + 1) * width),
        counts: counts.subarray(s * width, (s + 1) * width),
      });
    }
  }
  return counts;
}

function packRows({ scaled, origin, precision }: RankTask, images: Int32Array): PackedRows {
  const { cols } = scaled;
  const data =
    precision === 'float32' ? new Float32Array(images.length * cols) : new Float64Array(images.length * cols);
  const squares = new Float64Array(images.length);
  for (const [at, i] of images.entries()) squares[at] = writeRow(scaled, i, origin, data, at * cols);
  const size = { rows: images.length, cols };
  return {
    rows: data instanceof Float32Array ? { ...size, data } : { ...size, data },
    squares,
  };
}

/** `[m × images of the block]` */
async function multiplyRows(a: PackedRows, b: PackedRows, gemm: Gemm): Promise<Float32Array | Float64Array> {
  const size = { rows: a.rows.rows, cols: b.rows.rows };
  const length = size.rows * size.cols;
  if (isSingle(a.rows) && isSingle(b.rows)) {
    const data = new Float32Array(length);
    await gemm.multiply(a.rows, b.rows, { ...size, data }, 'second');
    return data;
  }
  if (isSingle(a.rows) || isSingle(b.rows)) throw new TypeError('rows of two precisions are not multiplied');
  const data = new Float64Array(length);
  await gemm.multiply(a.rows, b.rows, { ...size, data }, 'second');
  return data;
}

function isSingle(matrix: PackedRows['rows']): matrix is Matrix<Float32Array> {
  return matrix.data instanceof Float32Array;
}

/** `[m × w]`, squared distances below which an image is nearer than the other one, for sure; none is below −∞. */
function measureLimits(
  { scaled, sample, others, precision, origin }: RankTask,
  squares: Float64Array,
): Float64Array {
  const width = others.length / sample.length;
  const distance = openDistances(scaled);
  const scratch = new Float64Array(scaled.cols);
  return Float64Array.from(others, (j, at) => {
    if (j === -1) return -Infinity;
    const s = Math.floor(at / width);
    const lengths = squares[s]! + writeRow(scaled, j, origin, scratch, 0);
    return distance(sample[s]!, j) - TOLERANCES[precision] * lengths;
  });
}

/** One sampled image and the images of a block. */
interface CountedRow {
  readonly products: Float32Array | Float64Array;
  readonly squares: Float64Array;
  readonly square: number;
  /** Position in the block of the image itself, which is not counted. */
  readonly skipped: number;
  readonly limits: Float64Array;
  readonly counts: Int32Array;
}

function countRow({ products, squares, square, skipped, limits, counts }: CountedRow): void {
  let farthest = -Infinity;
  for (const limit of limits) if (limit > farthest) farthest = limit;
  if (farthest === -Infinity) return;
  for (let at = 0; at < products.length; at++) {
    const distance = square + squares[at]! - 2 * products[at]!;
    if (distance >= farthest || at === skipped) continue;
    for (let other = 0; other < limits.length; other++) if (distance < limits[other]!) counts[other]!++;
  }
}
