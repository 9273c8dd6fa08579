import type { Matrix } from '../contracts.ts';
import type { Extent } from './frame-input.ts';

/** Share of the points beyond either end that may be left out of the bulk. */
const TAIL = 0.002;
/** How far beyond the bulk the extent may reach, in spans of the bulk. */
const REACH = 0.25;

/**
 * One extent for all frames of a run: everything, unless a few points lie far from all others. Then it ends
 * a quarter of the bulk's span (99.6 % of the points of all frames) beyond the bulk, and the map draws what
 * lies outside on its edge. Never empty: where all points are equal it is one unit wide.
 * @param frames `[n × 2]` aligned coordinates of each frame
 */
export function frameExtent(frames: readonly Matrix<Float64Array>[]): Extent {
  return { x: columnExtent(frames, 0), y: columnExtent(frames, 1) };
}

function columnExtent(frames: readonly Matrix<Float64Array>[], column: number): [number, number] {
  const rows = frames.reduce((sum, frame) => sum + frame.rows, 0);
  const values = new Float64Array(rows);
  let filled = 0;
  for (const { rows: count, cols, data } of frames) {
    for (let row = 0; row < count; row++) values[filled++] = data[row * cols + column]!;
  }
  values.sort();
  if (rows === 0) return [-0.5, 0.5];
  const first = values[0]!;
  const last = values[rows - 1]!;
  const tail = Math.floor(rows * TAIL);
  const low = values[tail]!;
  const high = values[rows - 1 - tail]!;
  const reach = (high - low) * REACH;
  const min = Math.max(first, low - reach);
  const max = Math.min(last, high + reach);
  if (max > min) return [min, max];
  return first < last ? [first, last] : [first - 0.5, first + 0.5];
}
