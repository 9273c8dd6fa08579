/** Pairs of blocks, closest first, with what their bounding boxes tell of the distances of their rows. */
import type { Matrix } from '../../contracts.ts';
import { BLOCK_ROWS } from './blocks.ts';

/** The smallest boxes around the rows of blocks. */
export interface BoundingBoxes {
  /** Boxes. */
  readonly count: number;
  /** Numbers of a corner. */
  readonly cols: number;
  /** Each box's corners, `[boxes × cols]`. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
}

/** Puts a box around the rows of each block. */
export function findBoundingBoxes(
  { rows, cols, data }: Matrix<Float32Array>,
  order: Int32Array,
): BoundingBoxes {
  const count = Math.ceil(rows / BLOCK_ROWS);
  const lowest = new Float64Array(count * cols).fill(Infinity);
  const highest = new Float64Array(count * cols).fill(-Infinity);
  for (let position = 0; position < rows; position++) {
    const corner = Math.floor(position / BLOCK_ROWS) * cols;
    const first = order[position]! * cols;
    for (let c = 0; c < cols; c++) {
      const value = data[first + c]!;
      if (value < lowest[corner + c]!) lowest[corner + c] = value;
      if (value > highest[corner + c]!) highest[corner + c] = value;
    }
  }
  return { count, cols, lowest, highest };
}

/** The distance that rows in box a have at least to those in box b. */
export function minimumDistance({ cols, lowest, highest }: BoundingBoxes, a: number, b: number): number {
  let squares = 0;
  for (let c = 0; c < cols; c++) {
    const [inA, inB] = [a * cols + c, b * cols + c];
    const gap = Math.max(lowest[inB]! - highest[inA]!, lowest[inA]! - highest[inB]!);
    if (gap > 0) squares += gap * gap;
  }
  return Math.sqrt(squares);
}

/** The distance of the boxes' centres. */
function centreDistance({ cols, lowest, highest }: BoundingBoxes, a: number, b: number): number {
  let squares = 0;
  for (let c = 0; c < cols; c++) {
    const [inA, inB] = [a * cols + c, b * cols + c];
    squares += ((lowest[inA]! + highest[inA]! - lowest[inB]! - highest[inB]!) / 2) ** 2;
  }
  return Math.sqrt(squares);
}

/** Two blocks each. */
export interface BlockPairs {
  readonly count: number;
  /** Numbers of the blocks, `[count × 2]`. */
  readonly blocks: Int32Array;
  /** `[count]`: a squared distance that their rows have at least; −Infinity for a block with itself. */
  readonly bounds: Float64Array;
}

/**
 * All pairs of blocks, those that lie closest together first, in `shares` shares.
 * @param error the most by which a row of the boxes is moved from the row it stands for
 */
export function partitionBlockPairs(boxes: BoundingBoxes, error: number, shares: number): BlockPairs[] {
  const pairs = listPairs(boxes.count)
    .map(([a, b]) => ({ a, b, distance: a === b ? -1 : centreDistance(boxes, a, b) }))
    .sort((one, other) => one.distance - other.distance);
  return Array.from({ length: shares }, (_, share) => {
    const shared = pairs.filter((_, at) => at % shares === share);
    return {
      count: shared.length,
      blocks: Int32Array.from(shared.flatMap(({ a, b }) => [a, b])),
      bounds: Float64Array.from(shared, ({ a, b }) =>
        a === b ? -Infinity : Math.max(0, minimumDistance(boxes, a, b) - 2 * error) ** 2,
      ),
    };
  });
}

function listPairs(count: number): [number, number][] {
  return Array.from({ length: count }, (_, a) => a).flatMap((a) =>
    Array.from({ length: count - a }, (_, steps): [number, number] => [a, a + steps]),
  );
}
