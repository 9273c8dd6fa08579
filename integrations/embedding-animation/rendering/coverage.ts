/** How much of each pixel a polygon covers, exactly. */

/** A corner, px. */
export type Corner = readonly [x: number, y: number];

/**
 * Area of the polygon in every pixel of a `width` × `height` grid, row-major, 0 … 1. Found from the edges alone:
 * cut at the grid's lines, a piece adds its signed height to all pixels right of it, and to its own pixel the
 * part that lies right of it.
 * @param corners of a polygon that doesn't cross itself, in either direction, inside the grid
 */
export function coverPolygon(corners: readonly Corner[], width: number, height: number): Float64Array {
  const stride = width + 1; // a piece in the last column hands its rest to one more
  const steps = new Float64Array(stride * height);
  corners.forEach((from, index) => {
    const to = corners[(index + 1) % corners.length]!;
    for (const [x0, y0, x1, y1] of cutAtGrid(from, to)) {
      const [x, rise] = [(x0 + x1) / 2, y1 - y0];
      const column = Math.floor(x);
      const at = Math.floor((y0 + y1) / 2) * stride + column;
      steps[at]! += rise * (column + 1 - x);
      steps[at + 1]! += rise * (x - column);
    }
  });
  return sumRows(steps, stride, width, height);
}

/** The pieces of an edge between two lines of the grid; horizontal edges have no height and give none. */
function cutAtGrid([x0, y0]: Corner, [x1, y1]: Corner): [number, number, number, number][] {
  if (y0 === y1) return [];
  const cuts = [...linesBetween(x0, x1), ...linesBetween(y0, y1), 0, 1].sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index]!;
    const [dx, dy] = [x1 - x0, y1 - y0];
    return [x0 + start * dx, y0 + start * dy, x0 + end * dx, y0 + end * dy];
  });
}

/** Where on the way from `a` to `b`, 0 … 1, the whole numbers between them lie. */
function linesBetween(a: number, b: number): number[] {
  const first = Math.floor(Math.min(a, b)) + 1;
  const last = Math.ceil(Math.max(a, b)) - 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i - a) / (b - a));
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
