/** Short shadows of long rows, from which the distance of two rows is bounded from below. */
import type { Matrix } from '../../contracts.ts';
import { findLeadingEigenpairs } from '../linalg/symmetric-eigen.ts';
import { centreColumns, dot, multiplyByScatter, norm, rowOf } from '../linalg/matrix.ts';
import { orthonormalise, removeComponents } from '../linalg/gram-schmidt.ts';

/** Principal coordinates kept of a row. `boundDistances` is written out for this many. */
const AXES = 8;

/** Numbers in a shadow: the coordinates, and the length of what they leave out. */
const WIDTH = AXES + 1;

/** Rows from which the axes are found. Poorer axes make bounds looser, never wrong. */
const SAMPLE_ROWS = 512;

/** Axes need not be accurate: any orthonormal ones bound the distance. */
const TOLERANCE = 1e-2;

/** Rounding in a shadow for each number of a row, relative to the longest: many times what sums of products gather. */
const ROUNDING = 2 ** -49;

/** The shadows of `[n × d]` rows. */
export interface Shadows {
  /** `[n × 9]`, row-major. */
  readonly data: Float64Array;
  /** The most by which rounding may lift the root of a shadow distance over the true distance. */
  readonly slack: number;
}

/** Projects rows on their leading principal axes; where they extend in fewer directions the rest is 0. */
export async function castShadows(points: Matrix<Float64Array>): Promise<Shadows> {
  const centred = centreColumns(points);
  const sample = sampleRows(centred);
  const leading = await findLeadingEigenpairs((vectors) => multiplyByScatter(sample, vectors), {
    size: points.cols,
    count: AXES,
    tolerance: TOLERANCE,
    width: AXES,
  });
  const axes = orthonormalise(
    leading.map(({ vector }) => vector),
    [],
    1,
  );
  const data = new Float64Array(points.rows * WIDTH);
  let longest = 0;
  for (let i = 0; i < points.rows; i++) {
    const row = rowOf(centred, i);
    for (const [c, axis] of axes.entries()) data[i * WIDTH + c] = dot(axis, row);
    data[i * WIDTH + AXES] = norm(removeComponents(row, axes));
    longest = Math.max(longest, norm(row));
  }
  return { data, slack: ROUNDING * points.cols * longest };
}

/**
 * Lower bounds, up to rounding, of the squared distances of row i to the rows from … to − 1, written to the start of
 * `bounds`: for coordinates p on orthonormal axes and lengths r of the rest, ‖xᵢ − xⱼ‖² ≥ ‖pᵢ − pⱼ‖² + (rᵢ − rⱼ)², by
 * Pythagoras and the reversed triangle inequality. Written out: this is where a search spends its time.
 */
export function boundDistances(
  { data }: Shadows,
  i: number,
  from: number,
  to: number,
  bounds: Float64Array,
): void {
  const a = i * WIDTH;
  const [p0, p1, p2, p3] = [data[a]!, data[a + 1]!, data[a + 2]!, data[a + 3]!];
  const [p4, p5, p6, p7] = [data[a + 4]!, data[a + 5]!, data[a + 6]!, data[a + 7]!];
  const rest = data[a + 8]!;
  for (let j = from, b = from * WIDTH; j < to; j++, b += WIDTH) {
    const c0 = p0 - data[b]!;
    const c1 = p1 - data[b + 1]!;
    const c2 = p2 - data[b + 2]!;
    const c3 = p3 - data[b + 3]!;
    const c4 = p4 - data[b + 4]!;
    const c5 = p5 - data[b + 5]!;
    const c6 = p6 - data[b + 6]!;
    const c7 = p7 - data[b + 7]!;
    const r = rest - data[b + 8]!;
    bounds[j - from] =
      c0 * c0 + c1 * c1 + (c2 * c2 + c3 * c3) + (c4 * c4 + c5 * c5) + (c6 * c6 + c7 * c7 + r * r);
  }
}

/** Rows evenly spread over all, about `SAMPLE_ROWS` of them. */
function sampleRows(points: Matrix<Float64Array>): Matrix<Float64Array> {
  const stride = Math.ceil(points.rows / SAMPLE_ROWS);
  const rows = Math.ceil(points.rows / stride);
  const data = new Float64Array(rows * points.cols);
  for (let i = 0; i < rows; i++) data.set(rowOf(points, i * stride), i * points.cols);
  return { rows, cols: points.cols, data };
}
