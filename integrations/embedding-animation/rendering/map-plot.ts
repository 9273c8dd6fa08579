/** The map around its markers: the ground below them, rings and numbers above, and where each point lies. */
import * as Plot from '@observablehq/plot';
import type { Extent, FrameInput } from './frame-input.ts';
import { placeNumbers } from './label-placement.ts';
import type { Box, FrameLayout } from './layout.ts';
import { textMarks, type Page } from './panel.ts';
import type { Typesetter } from './text.ts';
import type { Theme } from './theme.ts';

/** px of the map's box. */
export interface MapPoints {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const INSET = 20;
const CORNER = 12;
const RADIUS = { least: 2.2, most: 7, share: 0.3 };
const HALO = 1.1;
const RING = 11;
const NUMBER_SIZE = 23;

/** Draws the ground that the map's markers stand on. */
export function drawGround(page: Page, { map, unit }: FrameLayout, { ground }: Theme): void {
  const sheet = { x1: 0, y1: 0, x2: map.width, y2: map.height, rx: CORNER * unit, fill: ground };
  page.draw(map, [Plot.rect([map], sheet)]);
}

/** Draws a ring and a number at each of the leaderboard's images. */
export function drawRings(
  page: Page,
  { map, unit }: FrameLayout,
  input: Pick<FrameInput, 'points' | 'outliers'>,
  points: MapPoints,
  theme: Theme,
  typesetter: Typesetter,
): void {
  const ringed = input.outliers.flatMap(({ index }, rank) =>
    index === undefined ? [] : [{ x: points.x[index]!, y: points.y[index]!, rank: rank + 1 }],
  );
  const ring = Math.max(RING * unit, markerRadius(map, input.points.rows, unit) + 4 * unit);
  const size = NUMBER_SIZE * unit;
  const numbers = placeNumbers(ringed, { size, ring, width: map.width, height: map.height }, (text) =>
    typesetter.measure(text, { size, weight: 700 }),
  );
  const style = { size, weight: 700, anchor: 'middle', fill: theme.ink, halo: theme.ground } as const;
  page.draw(map, [
    ringMark(ringed, ring + 1.5 * unit, { stroke: theme.ground, strokeWidth: 5.5 * unit }),
    ringMark(ringed, ring + 1.5 * unit, { stroke: theme.ink, strokeWidth: 2.5 * unit }),
    ...textMarks(numbers.map((number) => ({ ...style, ...number }))),
  ]);
}

function ringMark(
  centres: readonly { readonly x: number; readonly y: number }[],
  radius: number,
  stroke: { readonly stroke: string; readonly strokeWidth: number },
): Plot.Markish {
  return Plot.dot(centres, { x: 'x', y: 'y', r: radius, fill: 'none', ...stroke });
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
    return Float64Array.from({ length: points.rows }, (_, row) => {
      const value = Math.min(max, Math.max(min, points.data[row * points.cols + offset]!));
      return middle + direction * scale * (value - (min + max) / 2);
    });
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
