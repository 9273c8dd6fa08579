/** Rows in float32, whole or in short, from whose products the distances of the true rows are bounded from below. */
import type { Matrix } from '../../contracts.ts';
import { norm } from '../linalg/matrix.ts';
import { writeRow, type Points } from './scaled-rows.ts';
import type { Span } from '../spans.ts';
import type { Products } from '../linalg/gemm.ts';
import type { Frame } from './range-finder.ts';

/** Axes of a short sketch, at most: with what makes a tile of them, 64 numbers a row. */
export const SKETCH_AXES = 61;

/** Rows that are projected at once: they stay in the processor's cache. */
const BLOCK = 256;

/** Unit roundoff of float32. */
const ROUNDOFF = 2 ** -24;

/** Unit roundoff of float64. */
const FINE_ROUNDOFF = 2 ** -53;

/** Roundings in float64 of a number of a row: of its scale, its product with it, and its difference to the origin's. */
const ROUNDINGS = 8;

/**
 * Roundings in float64 for each number of a row in the square of what axes leave out: 2√61 of its coordinates' products,
 * the rest of squares, sums, and axes that are orthonormal but for rounding.
 */
const REST_ROUNDINGS = 24;

/** What is sketched, and where the sketches go. */
export interface SketchTask {
  readonly points: Points;
  readonly frame: Frame;
  readonly span: Span;
  /** `[n × (axes + 1)]` */
  readonly sketches: Matrix<Float32Array>;
}

/**
 * Writes the coordinates of a span's rows on the frame's axes, and the length of what these leave out:
 * ‖xᵢ − xⱼ‖² ≥ ‖pᵢ − pⱼ‖² + (rᵢ − rⱼ)², by Pythagoras and the reversed triangle inequality.
 * @returns the greatest distance of a row to the frame's origin
 */
export async function sketchRows(
  { points, frame: { origin, axes }, span, sketches }: SketchTask,
  products: Products,
): Promise<number> {
  let longest = 0;
  let block = openBlock(BLOCK, points.cols, axes.rows);
  for (let first = span.from; first < span.to; first += BLOCK) {
    const count = Math.min(BLOCK, span.to - first);
    if (count < block.rows.rows) block = openBlock(count, points.cols, axes.rows);
    const { rows, squares, images } = block;
    for (let i = 0; i < count; i++) {
      squares[i] = writeRow(points, first + i, origin, rows.data, i * rows.cols);
      longest = Math.max(longest, squares[i]!);
    }
    if (axes.rows > 0) await products.multiply(rows, axes, images, 'second');
    for (let i = 0, at = first * sketches.cols; i < count; i++) {
      let rest = squares[i]!;
      for (let a = 0; a < axes.rows; a++) {
        const coordinate = images.data[i * axes.rows + a]!;
        sketches.data[at++] = coordinate;
        rest -= coordinate * coordinate;
      }
      sketches.data[at++] = Math.sqrt(Math.max(0, rest));
    }
  }
  return Math.sqrt(longest);
}

/** Room for a block's rows, the squares of their lengths, and their coordinates. */
function openBlock(count: number, cols: number, axes: number) {
  return {
    rows: { rows: count, cols, data: new Float64Array(count * cols) },
    squares: new Float64Array(count),
    images: { rows: count, cols: axes, data: new Float64Array(count * axes) },
  };
}

/**
 * The most by which rounding may have moved a sketch: it lifts the distance of two by twice as much at most.
 * @param longest the greatest distance of a row to the frame's origin
 */
export function errorOfSketches({ origin }: Frame, longest: number): number {
  // The last number is the root of a difference of sums: where that is 0 but for rounding, so is the root of rounding.
  const ofRest = Math.sqrt(REST_ROUNDINGS * origin.length * FINE_ROUNDOFF);
  return (2 * ROUNDOFF + ofRest) * longest + errorOfRows(origin, longest);
}

/** The same of whole rows, less the frame's origin, in float32. */
export function errorOfWholeRows({ origin }: Frame, longest: number): number {
  return ROUNDOFF * longest + errorOfRows(origin, longest);
}

/** What rounding in float64 does to a row less the origin. */
function errorOfRows(origin: Float64Array, longest: number): number {
  return ROUNDINGS * FINE_ROUNDOFF * (longest + norm(origin));
}
