/** Rectangles and paths in px, y down. */

/** A rectangle in px of the frame. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A corner of a path, px. */
export type Vertex = readonly [x: number, y: number];

/** Closed polygons that are filled together: one that turns the other way inside another is a hole. */
export type Path = readonly (readonly Vertex[])[];

/** An open line from vertex to vertex. */
export type Polyline = readonly Vertex[];

/** The whole pixels around a path that is moved by (dx, dy); none where it has no vertex. */
export function boundsOf(path: Path, dx: number, dy: number): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of path) {
    for (const vertex of polygon) {
      left = Math.min(left, vertex[0]);
      right = Math.max(right, vertex[0]);
      top = Math.min(top, vertex[1]);
      bottom = Math.max(bottom, vertex[1]);
    }
  }
  if (left > right) return { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [Math.floor(left + dx), Math.floor(top + dy)];
  return { x, y, width: Math.ceil(right + dx) - x, height: Math.ceil(bottom + dy) - y };
}

/** `box`, moved by (dx, dy) px. */
export function moveBox({ x, y, width, height }: Box, dx: number, dy: number): Box {
  return { x: x + dx, y: y + dy, width, height };
}

/** `box` with `room` px around it. */
export function growBox({ x, y, width, height }: Box, room: number): Box {
  return { x: x - room, y: y - room, width: width + 2 * room, height: height + 2 * room };
}

/** The whole pixels around `box`. */
export function roundOut({ x, y, width, height }: Box): Box {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top };
}

/** What two boxes share; of no width or height where that is nothing. */
export function intersectBoxes(a: Box, b: Box): Box {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
  };
}
