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

/** `box` with `room` px around it, as far as the frame reaches; whole px. */
export function widenBox(box: Box, room: number, frame: Pick<Box, 'width' | 'height'>): Box {
  const x = Math.max(0, Math.floor(box.x - room));
  const y = Math.max(0, Math.floor(box.y - room));
  return {
    x,
    y,
    width: Math.min(frame.width, Math.ceil(box.x + box.width + room)) - x,
    height: Math.min(frame.height, Math.ceil(box.y + box.height + room)) - y,
  };
}
