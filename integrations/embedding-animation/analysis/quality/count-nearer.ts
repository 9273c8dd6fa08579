/** Ranks in embedding space: how many images are nearer to an image than another one is. */
import type { Matrix } from '../../contracts.ts';
import { openDistances, writeRow, type ScaledRows } from '../knn/scaled-rows.ts';
import type { Gemm } from '../linalg/gemm.ts';
import type { IndexRange } from '../ranges.ts';
import { countBelow, openLimitCounter, writeCounts, type LimitCounter } from './limit-counter.ts';

/**
 * Images whose distances are computed at once; ranges begin at multiples of it. So products, and with them their rounding,
 * are the same for any number of threads.
 */
export const RANK_BLOCK = 512;

/**
 * Squared distances that differ by less than this share of the rows' squared lengths count as equal: products of rows
 * round otherwise than differences.
 */
const TOLERANCES = { float32: 5e-7, float64: 1e-13 } as const;

/** Whose ranks are counted. */
export interface RankTask {
  readonly scaled: ScaledRows;
  /** `[d]`, taken from all rows: it changes no distance, and short rows keep more digits of theirs. */
  readonly origin: Float64Array;
  /** `[m]`, the images from which distances are measured. */
  readonly sample: Int32Array;
  /** `[m × w]`, squared distances from them, as `measurePairs` gives them. */
  readonly distances: Float64Array;
  /** Images that are counted. */
  readonly range: IndexRange;
  /** What products are computed in. */
  readonly precision: keyof typeof TOLERANCES;
}

/** Pairs of images. */
export interface PairTask {
  readonly scaled: ScaledRows;
  /** `[m]` */
  readonly sample: Int32Array;
  /** `[m × w]`, others of each of them; −1 stands for none. */
  readonly others: Int32Array;
}

/** Measures squared distances, `[m × w]`, of sampled images to others: −∞ where there is no other. */
export function measurePairs({ scaled, sample, others }: PairTask): Float64Array {
  const width = others.length / sample.length;
  const distance = openDistances(scaled);
  return Float64Array.from(others, (j, at) =>
    j === -1 ? -Infinity : distance(sample[Math.floor(at / width)]!, j),
  );
}

/** Counts, `[m × w]`, the images of a range that are nearer to a sampled image than each of the distances; 0 for −∞. */
export function countNearer(task: RankTask, gemm: Gemm): Promise<Int32Array> {
  const single = (length: number) => new Float32Array(length);
  const double = (length: number) => new Float64Array(length);
  const { length } = task.sample;
  const { cols } = task.scaled;
  return task.precision === 'float32'
    ? countByProducts(task, openPackedRows(length, cols, single), single, gemm)
    : countByProducts(task, openPackedRows(length, cols, double), double, gemm);
}

/** @param from takes the sampled images */
async function countByProducts<Data extends Float32Array | Float64Array>(
  task: RankTask,
  from: PackedRows<Data>,
  allocate: (length: number) => Data,
  gemm: Gemm,
): Promise<Int32Array> {
  const { sample, range } = task;
  packRows(from, task, (at) => sample[at]!);
  const largest = largestDistance(task.scaled);
  const counters = openCounters(task, from.squares);
  for (let first = range.from, block: Block<Data> | undefined; first < range.to; first += RANK_BLOCK) {
    const size = Math.min(RANK_BLOCK, range.to - first);
    if (block?.to.rows !== size) block = openBlock(from, size, allocate);
    const { to, products, distances } = block;
    packRows(to, task, (at) => first + at);
    await gemm.multiply(from, to, products, 'second');
    for (const [s, counter] of counters.entries()) {
      measureRow(block, s, from.squares[s]!);
      const itself = sample[s]! - first;
      if (itself >= 0 && itself < size) distances[itself] = largest; // is not counted
      countBelow(counter, distances);
    }
  }
  return gatherCounts(counters, task.distances.length);
}

/** Rows less the origin. */
interface PackedRows<Data extends Float32Array | Float64Array> extends Matrix<Data> {
  /** Squares of their lengths. */
  readonly squares: Float64Array;
}

/** Images whose distances from sampled images are computed at once; filled again for each block. */
interface Block<Data extends Float32Array | Float64Array> {
  readonly to: PackedRows<Data>;
  /** `[m × images of the block]`, dot products. */
  readonly products: Matrix<Data>;
  /** Squared distances from one sampled image. */
  readonly distances: Float64Array;
}

function openPackedRows<Data extends Float32Array | Float64Array>(
  rows: number,
  cols: number,
  allocate: (length: number) => Data,
): PackedRows<Data> {
  return { rows, cols, data: allocate(rows * cols), squares: new Float64Array(rows) };
}

function openBlock<Data extends Float32Array | Float64Array>(
  { rows, cols }: Matrix<Data>,
  size: number,
  allocate: (length: number) => Data,
): Block<Data> {
  return {
    to: openPackedRows(size, cols, allocate),
    products: { rows, cols: size, data: allocate(rows * size) },
    distances: new Float64Array(size),
  };
}

function packRows(
  { rows, cols, data, squares }: PackedRows<Float32Array | Float64Array>,
  { scaled, origin }: RankTask,
  imageAt: (row: number) => number,
): void {
  for (let row = 0; row < rows; row++) {
    squares[row] = writeRow(scaled, imageAt(row), origin, data, row * cols);
  }
}

/** Counters of the images that are nearer to each sampled image than its distances, for sure. */
function openCounters({ scaled, distances, precision }: RankTask, squares: Float64Array): LimitCounter[] {
  const width = distances.length / squares.length;
  const largest = largestDistance(scaled);
  return Array.from(squares, (square, s) => {
    const limits = distances.slice(s * width, (s + 1) * width).map((distance) => {
      const reach = Math.sqrt(square) + Math.sqrt(Math.max(distance, 0)); // no image that is as near is longer
      return distance - TOLERANCES[precision] * (square + reach * reach);
    });
    return openLimitCounter(limits, largest);
  });
}

/** No squared distance is larger: scaled rows hold no number of 2 or more, be it that their length is 1. */
function largestDistance({ cols }: ScaledRows): number {
  return 4 ** 2 * cols;
}

/** Squared distances of sampled image s to the images of a block. */
function measureRow(
  { to: { squares }, products: { cols, data }, distances }: Block<Float32Array | Float64Array>,
  s: number,
  square: number,
): void {
  for (let at = 0, product = s * cols; at < cols; at++, product++) {
    distances[at] = square + squares[at]! - 2 * data[product]!;
  }
}

function gatherCounts(counters: readonly LimitCounter[], length: number): Int32Array {
  const counts = new Int32Array(length);
  const width = length / counters.length;
  for (const [s, counter] of counters.entries()) {
    writeCounts(counter, counts.subarray(s * width, (s + 1) * width));
  }
  return counts;
}
