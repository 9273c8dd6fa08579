/** The map around its markers: the ground below them, their size, and where each point lies. */
import * as Plot from '@observablehq/plot';
import type { Extent, FrameInput } from '../frame-input.ts';
import type { Box, FrameLayout } from '../layout.ts';
import type { Page } from '../svg-drawing.ts';
import type { Theme } from '../theme.ts';

/** px of the map's box. */
export interface MapPoints {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const INSET = 20;
const CORNER = 12;
const RADIUS = { least: 2.2, most: 7, share: 0.3 };
const HALO = 1.1;

/** Draws the ground that the map's markers stand on. */
export function drawGround(page: Page, { map, unit }: FrameLayout, { ground }: Theme): void {
  const sheet = { x1: 0, y1: 0, x2: map.width, y2: map.height, rx: CORNER * unit, fill: ground };
  page.draw(map, [Plot.rect([map], sheet)]);
}

/**
 * Coordinates to px of the box: one scale for both axes, the extent centred, y up. What lies outside the
 * extent stands on its edge.
 */
export function projectPoints(
  { points, extent }: Pick<FrameInput, 'points' | 'extent'>,
  box: Box,
  inset: number,
): MapPoints {
  const scale = Math.min(
    (box.width - 2 * inset) / (extent.x[1] - extent.x[0]),
    (box.height - 2 * inset) / (extent.y[1] - extent.y[0]),
  );
  const column = (axis: keyof Extent, offset: number, middle: number, direction: number): Float64Array => {
    const [min, max] = extent[axis];
    const placed = new Float64Array(points.rows);
    for (let row = 0; row < placed.length; row++) {
      const value = Math.min(max, Math.max(min, points.data[row * points.cols + offset]!));
      placed[row] = middle + direction * scale * (value - (min + max) / 2);
    }
    return placed;
  };
  return { x: column('x', 0, box.width / 2, 1), y: column('y', 1, box.height / 2, -1) };
}

/** px of the map's box for points of the whole map. */
export function placePoints(
  input: Pick<FrameInput, 'points' | 'extent'>,
  { map, unit }: FrameLayout,
): MapPoints {
  return projectPoints(input, map, INSET * unit);
}

/** Radius and halo in px: smaller where there are more points, so that the ground shows through. */
export function markerSize({ map, unit }: FrameLayout, count: number): { radius: number; halo: number } {
  return { radius: markerRadius(map, count, unit), halo: HALO * unit };
}

function markerRadius({ width, height }: Box, count: number, unit: number): number {
  const room = Math.sqrt((width * height) / Math.max(1, count));
  return Math.min(RADIUS.most * unit, Math.max(RADIUS.least * unit, RADIUS.share * room));
}
