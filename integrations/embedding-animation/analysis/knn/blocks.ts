/** Rows packed into blocks that lie close together in space, from whose dot products squared distances are bounded. */
import type { Matrix } from '../../contracts.ts';
import type { ArrayAllocator } from '../../threads/buffer-pool.ts';
import { FLOAT32_ROUNDOFF, type Gemm } from '../linalg/gemm.ts';
import { quickselect } from '../linalg/quickselect.ts';
import type { IndexRange } from '../ranges.ts';
import { writeRow, type ScaledRows } from './scaled-rows.ts';

/** Rows of a block: enough to multiply fast, and so few that blocks far apart can be left out. */
export const BLOCK_ROWS = 256;

/** Smallest float32 with all digits: numbers below may be taken for 0. */
const SMALLEST = 2 ** -126;

/** Roundings of a squared distance besides those of its dot product. */
const OTHER_ROUNDINGS = 8;

/**
 * Rows in an order, in blocks of `BLOCK_ROWS`. What the last lacks is filled up with rows of zeros, which are fast to
 * multiply.
 */
export interface PackedBlocks {
  /** Rows, without those that fill up. */
  readonly size: number;
  /** Blocks. */
  readonly count: number;
  /** Numbers of a row: w + 2. */
  readonly cols: number;
  /** The rows x as `[x, 1, −‖x‖²/2]`, `[count · BLOCK_ROWS × (w + 2)]`. */
  readonly rows: Float32Array;
  /** The rows y as `[y, −‖y‖²/2, 1]`: dot products of the two are −‖x − y‖²/2. */
  readonly factors: Float32Array;
  /** `[count]`: no row of a block is longer. */
  readonly radii: Float64Array;
}

/** One of the blocks. */
export interface Block {
  /** Positions of its first row and after its last that does not fill up. */
  readonly from: number;
  readonly to: number;
  readonly rows: Matrix<Float32Array>;
  readonly factors: Matrix<Float32Array>;
  readonly radius: number;
}

/** Room for blocks of `size` rows of w numbers. */
export function openBlocks(arrays: ArrayAllocator, size: number, w: number): PackedBlocks {
  const count = Math.ceil(size / BLOCK_ROWS);
  const cols = w + 2;
  const length = count * BLOCK_ROWS * cols;
  return {
    size,
    count,
    cols,
    rows: arrays.float32(length),
    factors: arrays.float32(length),
    radii: arrays.float64(count),
  };
}

/** Block number `index`. */
export function blockAt({ size, cols, rows, factors, radii }: PackedBlocks, index: number): Block {
  const part = (data: Float32Array): Matrix<Float32Array> => ({
    rows: BLOCK_ROWS,
    cols,
    data: data.subarray(index * BLOCK_ROWS * cols, (index + 1) * BLOCK_ROWS * cols),
  });
  const from = index * BLOCK_ROWS;
  return {
    from,
    to: Math.min(from + BLOCK_ROWS, size),
    rows: part(rows),
    factors: part(factors),
    radius: radii[index]!,
  };
}

/** Writes the w numbers of the row at a position to `target`, from `at` on. */
export type WriteRow = (position: number, target: Float32Array, at: number) => void;

/** Packs block `index`. */
export function packBlock(blocks: PackedBlocks, index: number, write: WriteRow): void {
  const { size, cols, rows, factors, radii } = blocks;
  const w = cols - 2;
  const from = index * BLOCK_ROWS;
  const end = (from + BLOCK_ROWS) * cols;
  let longest = 0;
  let at = from * cols;
  for (let position = from; position < Math.min(from + BLOCK_ROWS, size); position++, at += cols) {
    write(position, rows, at);
    let square = 0;
    for (let c = at; c < at + w; c++) square += rows[c]! * rows[c]!;
    factors.set(rows.subarray(at, at + w), at);
    rows[at + w] = factors[at + w + 1] = 1;
    rows[at + w + 1] = factors[at + w] = -square / 2;
    longest = Math.max(longest, square);
  }
  rows.fill(0, at, end);
  factors.fill(0, at, end);
  radii[index] = Math.sqrt(longest);
}

/**
 * The most by which −2 · a dot product of rows of two blocks may exceed the squared distance of the rows that they stand
 * for, each moved by `error` at most: what `Gemm.multiply` promises, terms that are too small for float32, and
 * what moving the rows adds. More than 0.
 */
export function slackBetween(a: Block, b: Block, error: number): number {
  const reach = a.radius + b.radius;
  const roundings = a.rows.cols + OTHER_ROUNDINGS;
  const share = (roundings * FLOAT32_ROUNDOFF) / (1 - roundings * FLOAT32_ROUNDOFF);
  return share * reach * reach + 4 * error * reach + 4 * roundings * SMALLEST;
}

/** Which blocks are packed with what. */
export interface PackTask {
  /** Projected rows, or whole rows less an origin. */
  readonly source: Matrix<Float32Array> | { readonly scaled: ScaledRows; readonly origin: Float64Array };
  /** Which row lies at a position. */
  readonly order: Int32Array;
  readonly blocks: PackedBlocks;
  /** Of blocks. */
  readonly range: IndexRange;
  /** The most by which a row is moved from the row it stands for. */
  readonly error: number;
  /** `[n]`, by position: the `kept`-th lowest bound of a row's distances to the others of its block, */
  readonly limits: Float64Array;
  /** which are fewer in a smaller block: then it is infinite. */
  readonly kept: number;
}

/** Packs a range of blocks, and finds a first limit for each of their rows. */
export async function packBlocks(task: PackTask, gemm: Gemm): Promise<void> {
  const { blocks, range, error } = task;
  const write = openWriter(task);
  const product = { rows: BLOCK_ROWS, cols: BLOCK_ROWS, data: new Float32Array(BLOCK_ROWS * BLOCK_ROWS) };
  for (let index = range.from; index < range.to; index++) {
    packBlock(blocks, index, write);
    const block = blockAt(blocks, index);
    await gemm.multiply(block.rows, block.factors, product, 'second');
    findLimits(task, block, product, slackBetween(block, block, error));
  }
}

function openWriter({ source, order }: PackTask): WriteRow {
  if ('scaled' in source) {
    const { scaled, origin } = source;
    return (position, target, at) => void writeRow(scaled, order[position]!, origin, target, at);
  }
  const { cols, data } = source;
  return (position, target, at) => {
    const first = order[position]! * cols;
    target.set(data.subarray(first, first + cols), at);
  };
}

function findLimits(
  { limits, kept }: PackTask,
  { from, to }: Block,
  { data }: Matrix<Float32Array>,
  slack: number,
): void {
  const size = to - from;
  const bounds = new Float64Array(BLOCK_ROWS);
  for (let i = 0, first = 0; i < size; i++, first += BLOCK_ROWS) {
    for (let j = 0; j < size; j++) bounds[j] = -2 * data[first + j]! - slack;
    bounds[i] = Infinity;
    limits[from + i] = kept < size ? quickselect(bounds, size, kept - 1) : Infinity;
  }
}
