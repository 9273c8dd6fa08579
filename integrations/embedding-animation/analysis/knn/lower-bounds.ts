/**
 * Rows projected on a few axes, in float32, from which the distances of the true rows are bounded from below:
 * ‖xᵢ − xⱼ‖² ≥ ‖pᵢ − pⱼ‖² + (rᵢ − rⱼ)² for coordinates p on orthonormal axes and lengths r of what these leave out, by
 * Pythagoras and the reversed triangle inequality.
 */
import type { Matrix } from '../../contracts.ts';
import { FLOAT32_ROUNDOFF, type Gemm } from '../linalg/gemm.ts';
import { norm } from '../linalg/vectors.ts';
import type { IndexRange } from '../ranges.ts';
import type { Basis } from './range-finder.ts';
import { writeRow, type ScaledRows } from './scaled-rows.ts';

/** Axes of a projection, at most: with what makes a block of projected rows, 64 numbers a row. */
export const PROJECTION_AXES = 61;

/** Rows that are projected at once: they stay in the processor's cache. */
const CHUNK = 256;

/** Unit roundoff of float64. */
const FINE_ROUNDOFF = 2 ** -53;

/** Roundings in float64 of a number of a row: of its scale, its product with it, and its difference to the origin's. */
const ROUNDINGS = 8;

/**
 * Roundings in float64 for each number of a row in the square of what axes leave out: 2√61 of products of its coordinates,
 * the rest of squares, sums, and axes that are orthonormal but for rounding.
 */
const REST_ROUNDINGS = 24;

/** What is projected, and where to. */
export interface ProjectTask {
  readonly scaled: ScaledRows;
  readonly basis: Basis;
  readonly range: IndexRange;
  /** `[n × (axes + 1)]` */
  readonly projected: Matrix<Float32Array>;
}

/**
 * Writes the coordinates of a range's rows on the basis' axes, and the length of what these leave out.
 * @returns the greatest distance of a row to the basis' origin
 */
export async function projectRows(
  { scaled, basis: { origin, axes }, range, projected }: ProjectTask,
  gemm: Gemm,
): Promise<number> {
  let longest = 0;
  let chunk = openChunk(CHUNK, scaled.cols, axes.rows);
  for (let first = range.from; first < range.to; first += CHUNK) {
    const count = Math.min(CHUNK, range.to - first);
    if (count < chunk.rows.rows) chunk = openChunk(count, scaled.cols, axes.rows);
    const { rows, squares, images } = chunk;
    for (let i = 0; i < count; i++) {
      squares[i] = writeRow(scaled, first + i, origin, rows.data, i * rows.cols);
      longest = Math.max(longest, squares[i]!);
    }
    if (axes.rows > 0) await gemm.multiply(rows, axes, images, 'second');
    for (let i = 0, at = first * projected.cols; i < count; i++) {
      let rest = squares[i]!;
      for (let a = 0; a < axes.rows; a++) {
        const coordinate = images.data[i * axes.rows + a]!;
        projected.data[at++] = coordinate;
        rest -= coordinate * coordinate;
      }
      projected.data[at++] = Math.sqrt(Math.max(0, rest));
    }
  }
  return Math.sqrt(longest);
}

/** Room for a chunk's rows, the squares of their lengths, and their coordinates. */
function openChunk(count: number, cols: number, axes: number) {
  return {
    rows: { rows: count, cols, data: new Float64Array(count * cols) },
    squares: new Float64Array(count),
    images: { rows: count, cols: axes, data: new Float64Array(count * axes) },
  };
}

/**
 * The most by which rounding may have moved a projected row: it lifts the distance of two by twice as much at most.
 * @param longest the greatest distance of a row to the basis' origin
 */
export function errorOfProjected({ origin }: Basis, longest: number): number {
  // The last number is the root of a difference of sums: where that is 0 but for rounding, so is the root of rounding.
  const ofRest = Math.sqrt(REST_ROUNDINGS * origin.length * FINE_ROUNDOFF);
  return (2 * FLOAT32_ROUNDOFF + ofRest) * longest + errorOfRows(origin, longest);
}

/** The same of whole rows, less the basis' origin, in float32. */
export function errorOfWhole({ origin }: Basis, longest: number): number {
  return FLOAT32_ROUNDOFF * longest + errorOfRows(origin, longest);
}

/** What rounding in float64 does to a row less the origin. */
function errorOfRows(origin: Float64Array, longest: number): number {
  return ROUNDINGS * FINE_ROUNDOFF * (longest + norm(origin));
}
