/** The block filter: pairs of rows of two blocks that may be near each other, by the matrix product of the blocks. */
import type { Gemm } from '../linalg/gemm.ts';
import type { BlockPairs } from './block-pairs.ts';
import { BLOCK_ROWS, blockAt, slackBetween, type Block, type PackedBlocks } from './blocks.ts';
import { startCandidates, type RowCandidates, type Candidates } from './candidates.ts';

/** No negative number's bits lie before: a difference of two such numbers is a whole number of 32 bits. */
const NO_BITS = -(2 ** 31);

/** What it takes to look through the pairs of two blocks. */
export interface BlockFilter {
  readonly gemm: Gemm;
  /** `[BLOCK_ROWS × BLOCK_ROWS]` */
  readonly product: { readonly rows: number; readonly cols: number; readonly data: Float32Array };
  /** The same memory, read as whole numbers: those of negative dot products are negative, and rise as these fall. */
  readonly bits: Int32Array;
  /** Bits from which on a negative dot product is too low for the column's row, `[BLOCK_ROWS]`. */
  readonly ends: Int32Array;
  /** One number, and its bits. */
  readonly number: Float32Array;
  readonly numberBits: Int32Array;
  /** Filled again for each row: passing numbers one by one would allocate each of them. */
  readonly pairs: RowCandidates;
}

/** Opens a filter for any number of blocks. */
export function openBlockFilter(gemm: Gemm): BlockFilter {
  const data = new Float32Array(BLOCK_ROWS * BLOCK_ROWS);
  const number = new Float32Array(1);
  return {
    gemm,
    product: { rows: BLOCK_ROWS, cols: BLOCK_ROWS, data },
    bits: new Int32Array(data.buffer),
    ends: new Int32Array(BLOCK_ROWS),
    number,
    numberBits: new Int32Array(number.buffer),
    pairs: { i: 0, count: 0, others: new Int32Array(BLOCK_ROWS), bounds: new Float64Array(BLOCK_ROWS) },
  };
}

/**
 * Takes, row by row of block a, all pairs of two blocks whose bound lies below the limit of either row, and some others.
 * Of a block with itself each pair comes up once.
 * @param error the most by which a row of the blocks is moved from the row it stands for
 * @param limits squared distances, by position; may fall while pairs are taken
 * @param limitsOfColumns of block b; without them a's alone decide
 */
export async function filterBlockPair(
  filter: BlockFilter,
  a: Block,
  b: Block,
  error: number,
  limits: Float64Array,
  limitsOfColumns: Float64Array | undefined,
  take: (pairs: RowCandidates) => void,
): Promise<void> {
  const { pairs, product } = filter;
  await filter.gemm.multiply(a.rows, b.factors, product, 'second');
  const slack = slackBetween(a, b, error);
  const size = b.to - b.from;
  filter.ends.fill(NO_BITS);
  if (limitsOfColumns !== undefined) {
    for (let column = 0; column < size; column++) {
      filter.ends[column] = endFor(filter, limitsOfColumns[b.from + column]!, slack);
    }
  }
  for (let i = a.from, first = 0; i < a.to; i++, first += BLOCK_ROWS) {
    filterRow(filter, first, a === b ? i + 1 - b.from : 0, size, endFor(filter, limits[i]!, slack));
    if (pairs.count === 0) continue;
    pairs.i = i;
    for (let at = 0; at < pairs.count; at++) {
      pairs.bounds[at] = -2 * product.data[first + pairs.others[at]!]! - slack;
      pairs.others[at]! += b.from;
    }
    take(pairs);
  }
}

/**
 * Notes the columns from … to − 1 of a row of the matrix product, which starts at `first`, whose dot products are not negative, or
 * their bits lie before the row's end or the column's. This is where time goes. All of it is told from signs of whole
 * numbers, four columns at once, so that the processor has one branch to foresee, which is seldom taken.
 */
function filterRow(
  { pairs, bits, ends }: BlockFilter,
  first: number,
  from: number,
  to: number,
  end: number,
): void {
  const { others } = pairs;
  let count = 0;
  for (let start = from & ~3; start < to; start += 4) {
    const at = first + start;
    const b0 = bits[at]!;
    const b1 = bits[at + 1]!;
    const b2 = bits[at + 2]!;
    const b3 = bits[at + 3]!;
    const ofRow = (b0 - end) | (b1 - end) | (b2 - end) | (b3 - end);
    const ofColumns =
      (b0 - ends[start]!) | (b1 - ends[start + 1]!) | (b2 - ends[start + 2]!) | (b3 - ends[start + 3]!);
    if ((ofRow | ofColumns | ~(b0 & b1 & b2 & b3)) >= 0) continue;
    for (let column = Math.max(from, start); column < Math.min(to, start + 4); column++) {
      const bit = bits[first + column]!;
      if (((bit - end) | (bit - ends[column]!) | ~bit) < 0) others[count++] = column;
    }
  }
  pairs.count = count;
}

/** The bits of the largest float32 that is at most the dot product of rows at a limit. */
function endFor({ number, numberBits }: BlockFilter, limit: number, slack: number): number {
  const least = -(limit + slack) / 2;
  if (least > 0) return NO_BITS;
  number[0] = least;
  return number[0] > least ? numberBits[0]! + 1 : numberBits[0]!;
}

/** Which pairs of blocks are searched. */
export interface FilterTask {
  readonly blocks: PackedBlocks;
  readonly pairs: BlockPairs;
  /** The most by which a row is moved from the row it stands for. */
  readonly error: number;
  /** `[n]`: limits to begin with. */
  readonly limits: Float64Array;
  /** What is found, by position. */
  readonly candidates: Candidates;
}

/** Looks for candidates of all rows among pairs of blocks. */
export async function findCandidates(
  { blocks, pairs, error, limits: first, candidates }: FilterTask,
  gemm: Gemm,
): Promise<void> {
  const add = startCandidates(candidates, first);
  const { limits } = candidates;
  const filter = openBlockFilter(gemm);
  const all = Array.from({ length: blocks.count }, (_, index) => blockAt(blocks, index));
  for (let pair = 0; pair < pairs.count; pair++) {
    const a = all[pairs.blocks[2 * pair]!]!;
    const b = all[pairs.blocks[2 * pair + 1]!]!;
    if (Math.max(largestOf(limits, a), largestOf(limits, b)) <= pairs.bounds[pair]!) continue;
    await filterBlockPair(filter, a, b, error, limits, limits, add);
  }
}

function largestOf(limits: Float64Array, { from, to }: Block): number {
  let largest = -Infinity;
  for (let i = from; i < to; i++) if (limits[i]! > largest) largest = limits[i]!;
  return largest;
}
