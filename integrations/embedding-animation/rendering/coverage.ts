/** How much of each pixel a shape covers, exactly. */

import type { Box } from './layout.ts';

/** A corner, px. */
export type Corner = readonly [x: number, y: number];

/** Closed polygons that together make a shape: one that turns the other way inside another is a hole. */
export type Shape = readonly (readonly Corner[])[];

/**
 * Area of the polygon in every pixel of a `width` × `height` grid, row-major, 0 … 1.
 * @param corners of a polygon that doesn't cross itself, in either direction, inside the grid
 */
export function coverPolygon(corners: readonly Corner[], width: number, height: number): Float64Array {
  return coverShape([corners], width, height);
}

/**
 * Area of the shape in every pixel of a `width` × `height` grid, row-major, 0 … 1. Found from the edges alone:
 * cut at the grid's lines, a piece adds its signed height to all pixels right of it, and to its own pixel the
 * part that lies right of it.
 * @param shape inside the grid
 */
export function coverShape(shape: Shape, width: number, height: number): Float64Array {
  const stride = width + 1; // a piece in the last column hands its rest to one more
  const steps = new Float64Array(stride * height + 1);
  for (const corners of shape) {
    let [x0, y0] = corners.at(-1) ?? [0, 0];
    for (const [x1, y1] of corners) {
      if (y0 < y1) addEdge(steps, stride, x0, y0, x1, y1, 1);
      else if (y1 < y0) addEdge(steps, stride, x1, y1, x0, y0, -1);
      [x0, y0] = [x1, y1];
    }
  }
  return sumRows(steps, stride, width, height);
}

/** How much shapes cover of the whole pixels around them, 0 … 255, row-major. */
export interface Cover {
  readonly box: Box;
  readonly data: Uint8Array;
}

/** The most that any of the shapes, moved by (x, y) px, covers of each pixel around them all. */
export function coverShapes(shapes: readonly Shape[], x: number, y: number): Cover {
  const moved = shapes.map((shape) =>
    shape.map((corners) => corners.map(([cx, cy]): Corner => [cx + x, cy + y])),
  );
  const box = boundsOf(moved.flat());
  const data = new Uint8Array(box.width * box.height);
  for (const shape of moved) {
    const own = boundsOf(shape);
    const inside = shape.map((corners) => corners.map(([cx, cy]): Corner => [cx - own.x, cy - own.y]));
    const covered = coverShape(inside, own.width, own.height);
    for (let row = 0; row < own.height; row++) {
      const to = (own.y - box.y + row) * box.width + own.x - box.x;
      for (let column = 0; column < own.width; column++) {
        const share = Math.round(255 * covered[row * own.width + column]!);
        if (share > data[to + column]!) data[to + column] = share;
      }
    }
  }
  return { box, data };
}

/** The whole pixels around polygons; none where there is no corner. */
function boundsOf(polygons: Shape): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const corners of polygons) {
    for (const [x, y] of corners) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (left > right) return { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [Math.floor(left), Math.floor(top)];
  return { x, y, width: Math.ceil(right) - x, height: Math.ceil(bottom) - y };
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
