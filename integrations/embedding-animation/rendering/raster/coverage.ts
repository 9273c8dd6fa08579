/** How much of each pixel a filled path covers, by its exact area, and a stroke, by its distance. */
import {
  boundsOf,
  growBox,
  intersectBoxes,
  type Box,
  type Path,
  type Polyline,
  type Vertex,
} from './geometry.ts';

/**
 * Area of the path in every pixel of a box, row-major, 0 … 1. Found from the edges alone: cut at the grid's lines,
 * a piece adds its signed height to all pixels right of it, and to its own pixel the part that lies right of it.
 * @param box whole px; all of the path must lie inside when it is moved by (dx, dy)
 */
export function rasterizePath(path: Path, box: Box, dx = 0, dy = 0): Float64Array {
  const stride = box.width + 1; // a piece in the last column hands its rest to one more
  const steps = new Float64Array(stride * box.height + 1);
  const [right, down] = [dx - box.x, dy - box.y];
  for (const polygon of path) {
    let last = polygon.at(-1);
    for (const vertex of polygon) {
      const [x0, y0] = last!; // set: there is a vertex
      const [x1, y1] = vertex;
      if (y0 < y1) addEdge(steps, stride, x0 + right, y0 + down, x1 + right, y1 + down, 1);
      else if (y1 < y0) addEdge(steps, stride, x1 + right, y1 + down, x0 + right, y0 + down, -1);
      last = vertex;
    }
  }
  return sumRows(steps, stride, box.width, box.height);
}

/** How much is covered of each pixel of a box of whole px, 0 … 255, row-major. */
export interface Coverage {
  readonly box: Box;
  readonly data: Uint8Array;
}

/** The most that any of the paths, moved by (x, y) px, covers of each pixel around them all. */
export function rasterizePaths(paths: readonly Path[], x: number, y: number): Coverage {
  const box = boundsOf(paths.flat(), x, y);
  const data = new Uint8Array(box.width * box.height);
  for (const path of paths) {
    const own = boundsOf(path, x, y);
    const covered = rasterizePath(path, own, x, y);
    for (let row = 0; row < own.height; row++) {
      const from = row * own.width;
      const to = (own.y - box.y + row) * box.width + own.x - box.x;
      for (let column = 0; column < own.width; column++) {
        const share = Math.round(255 * covered[from + column]!);
        if (share > data[to + column]!) data[to + column] = share;
      }
    }
  }
  return { box, data };
}

/**
 * How much strokes with round joins and caps cover of each pixel around them. A pixel's coverage is that of its
 * middle's distance from the nearest line: exact along rows and columns, and the same in all directions. Where two
 * edges meet within a pixel the larger share counts, not their sum: strokes that almost touch are a little lighter there.
 * @param lines of finite vertices; one of a single vertex is a dot
 * @param width of the strokes, px
 * @param clip whole px; what lies outside is left out
 */
export function rasterizeStrokes(lines: readonly Polyline[], width: number, clip: Box): Coverage {
  const reach = width / 2 + 0.5;
  const box = intersectBoxes(clip, growBox(boundsOf(lines, 0, 0), Math.ceil(reach)));
  const nearest = new Float64Array(box.width * box.height).fill(reach * reach);
  for (const line of lines) {
    let last = line[0];
    for (const vertex of line.length === 1 ? line : line.slice(1)) {
      measureDistances(nearest, box, last!, vertex, reach); // set: there is a vertex
      last = vertex;
    }
  }
  const data = new Uint8Array(nearest.length);
  for (let pixel = 0; pixel < data.length; pixel++) {
    if (nearest[pixel]! >= reach * reach) continue;
    const distance = Math.sqrt(nearest[pixel]!);
    const covered = Math.min(0.5, distance + width / 2) - Math.max(-0.5, distance - width / 2);
    data[pixel] = Math.round(255 * covered);
  }
  return { box, data };
}

/** Lowers the squared distances of pixels' middles to those from the line between two vertices. */
function measureDistances(
  nearest: Float64Array,
  box: Box,
  [x0, y0]: Vertex,
  [x1, y1]: Vertex,
  reach: number,
): void {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = Math.hypot(dx, dy);
  const perLength = length > 0 ? 1 / (length * length) : 0;
  const left = Math.max(box.x, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(box.x + box.width, Math.ceil(Math.max(x0, x1) + reach));
  const bottom = Math.min(box.y + box.height, Math.ceil(Math.max(y0, y1) + reach));
  const half = Math.abs(dy) > 0.01 * length ? (reach * length) / Math.abs(dy) : Infinity; // of the stroke in a row
  for (let row = Math.max(box.y, Math.floor(Math.min(y0, y1) - reach)); row < bottom; row++) {
    const y = row + 0.5 - y0;
    const middle = half < Infinity ? x0 + (dx * y) / dy : 0;
    const first = Math.max(left, Math.floor(middle - half));
    const end = Math.min(right, Math.ceil(middle + half));
    const start = (row - box.y) * box.width - box.x;
    for (let column = first; column < end; column++) {
      const x = column + 0.5 - x0;
      const share = Math.min(1, Math.max(0, (x * dx + y * dy) * perLength));
      const awayX = x - share * dx;
      const awayY = y - share * dy;
      const squared = awayX * awayX + awayY * awayY;
      if (squared < nearest[start + column]!) nearest[start + column] = squared;
    }
  }
}

/** Cuts an edge that goes down from (x0, y0) at the grid's rows. */
function addEdge(
  steps: Float64Array,
  stride: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  sign: number,
): void {
  const slope = (x1 - x0) / (y1 - y0);
  let x = x0;
  for (let row = Math.floor(y0), y = y0; y < y1; row++) {
    const isLast = row + 1 >= y1;
    const nextY = isLast ? y1 : row + 1;
    const nextX = isLast ? x1 : x0 + slope * (nextY - y0);
    addPiece(steps, row * stride, x, nextX, sign * (nextY - y));
    [x, y] = [nextX, nextY];
  }
}

/** Cuts the part of an edge that lies in one row at the grid's columns. */
function addPiece(steps: Float64Array, start: number, from: number, to: number, rise: number): void {
  const left = Math.min(from, to);
  const right = Math.max(from, to);
  const first = Math.floor(left);
  if (right <= first + 1) {
    addStep(steps, start + first, (left + right) / 2 - first, rise);
    return;
  }
  const perPixel = rise / (right - left);
  for (let column = first, x = left; x < right; column++) {
    const end = Math.min(right, column + 1);
    addStep(steps, start + column, (x + end) / 2 - column, perPixel * (end - x));
    x = end;
  }
}

/** @param offset of the piece's middle from the pixel's left edge, 0 … 1 */
function addStep(steps: Float64Array, pixel: number, offset: number, rise: number): void {
  steps[pixel]! += rise * (1 - offset);
  steps[pixel + 1]! += rise * offset;
}

function sumRows(steps: Float64Array, stride: number, width: number, height: number): Float64Array {
  const covered = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += steps[row * stride + column]!;
      covered[row * width + column] = Math.min(1, Math.abs(sum));
    }
  }
  return covered;
}
