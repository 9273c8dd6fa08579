/** Outlines of glyphs as polygons. */
import type { Corner, Shape } from './coverage.ts';

/** Most that a polygon may differ from its curve, px. */
const TOLERANCE = 0.02;
const COMMAND = /([MLQCZ])([^MLQCZ]*)/g;

/**
 * Path data of filled outlines as polygons.
 * @param path of absolute `M`, `L`, `Q`, `C` and `Z`, as a `TextOutline` has it
 */
export function flattenPath(path: string): Shape {
  const shape: Corner[][] = [];
  let polygon: Corner[] = [];
  for (const [, letter, values = ''] of path.matchAll(COMMAND)) {
    if (letter === 'Z') continue; // polygons are closed anyway
    const points = readPoints(values);
    const from = polygon.at(-1);
    if (letter === 'M' || from === undefined) shape.push((polygon = points));
    else if (letter === 'L') polygon.push(...points);
    else addCurve(polygon, letter === 'Q' ? raise(from, points) : [from, ...points]);
  }
  return shape;
}

/** Adds a cubic Bézier curve of four points, but for its first one. */
function addCurve(polygon: Corner[], points: readonly Corner[]): void {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = points as [Corner, Corner, Corner, Corner]; // see `flattenPath`
  const bend = Math.max(
    Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2),
    Math.hypot(x1 - 2 * x2 + x3, y1 - 2 * y2 + y3),
  );
  const pieces = Math.max(1, Math.ceil(Math.sqrt((0.75 * bend) / TOLERANCE))); // Wang's bound
  for (let piece = 1; piece <= pieces; piece++) {
    const t = piece / pieces;
    const s = 1 - t;
    const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    polygon.push([a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3]);
  }
}

/** A quadratic curve as a cubic one. */
function raise(from: Corner, points: readonly Corner[]): Corner[] {
  const [middle, to] = points as [Corner, Corner]; // a `Q` has two
  const towards = ([x, y]: Corner): Corner => [x + (2 / 3) * (middle[0] - x), y + (2 / 3) * (middle[1] - y)];
  return [from, towards(from), towards(to), to];
}

function readPoints(values: string): Corner[] {
  const numbers = values.split(/[\s,]+/).map(Number);
  return Array.from({ length: numbers.length >> 1 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
}
