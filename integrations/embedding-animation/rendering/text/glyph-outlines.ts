/** Outlines of glyphs, as a font has them, as SVG path data and as polygons. */
import type { PathCommand } from 'fontkit';
import type { Path, Vertex } from '../raster/geometry.ts';

/** A glyph in a line of text that starts at the origin: its point (u, v) lies at (x + scale · u, y − scale · v) px. */
export interface PlacedGlyph {
  /** Font units, y up. */
  readonly commands: readonly PathCommand[];
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Most that a polygon may differ from its curve, px. */
const TOLERANCE = 0.02;
const LETTERS = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' };

/** SVG path data in px, y down, rounded to hundredths. */
export function glyphPathData({ commands, x, y, scale }: PlacedGlyph): string {
  return commands
    .map(({ command, args }) => {
      const values = args.map((value, index) => (index % 2 === 0 ? x + value * scale : y - value * scale));
      return LETTERS[command] + values.map((value) => String(Math.round(value * 100) / 100)).join(' ');
    })
    .join('');
}

/** Polygons in px, y down. */
export function flattenGlyph({ commands, x, y, scale }: PlacedGlyph): Path {
  const path: Vertex[][] = [];
  let polygon: Vertex[] = [];
  const toVertex = (args: readonly number[], first: number): Vertex => [
    x + args[first]! * scale,
    y - args[first + 1]! * scale,
  ];
  for (const { command, args } of commands) {
    const from = polygon.at(-1);
    if (command === 'closePath') continue; // polygons are closed anyway
    if (command === 'moveTo' || from === undefined) path.push((polygon = [toVertex(args, 0)]));
    else if (command === 'lineTo') polygon.push(toVertex(args, 0));
    else if (command === 'bezierCurveTo')
      addCubic(polygon, from, toVertex(args, 0), toVertex(args, 2), toVertex(args, 4));
    else addQuadratic(polygon, from, toVertex(args, 0), toVertex(args, 2));
  }
  return path;
}

/** Adds a Bézier curve of three points, but for its first one. */
function addQuadratic(polygon: Vertex[], [x0, y0]: Vertex, [x1, y1]: Vertex, [x2, y2]: Vertex): void {
  const bend = Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2);
  const pieces = countPieces(2, bend);
  for (let piece = 1; piece <= pieces; piece++) {
    const t = piece / pieces;
    const [a, b, c] = [(1 - t) * (1 - t), 2 * (1 - t) * t, t * t];
    polygon.push([a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2]);
  }
}

/** Adds a Bézier curve of four points, but for its first one. */
function addCubic(
  polygon: Vertex[],
  [x0, y0]: Vertex,
  [x1, y1]: Vertex,
  [x2, y2]: Vertex,
  [x3, y3]: Vertex,
): void {
  const bend = Math.max(
    Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2),
    Math.hypot(x1 - 2 * x2 + x3, y1 - 2 * y2 + y3),
  );
  const pieces = countPieces(3, bend);
  for (let piece = 1; piece <= pieces; piece++) {
    const t = piece / pieces;
    const s = 1 - t;
    const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    polygon.push([a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3]);
  }
}

/**
 * Pieces of equal parameter that stay within the tolerance: Wang's bound.
 * @param bend the largest second difference of the curve's points
 */
function countPieces(degree: number, bend: number): number {
  return Math.max(1, Math.ceil(Math.sqrt((degree * (degree - 1) * bend) / (8 * TOLERANCE))));
}
