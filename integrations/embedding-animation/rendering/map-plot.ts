/** The map: one marker an image, coloured by class, the leaderboard's images ringed and numbered. */
import * as Plot from '@observablehq/plot';
import type { Extent, FrameInput } from './frame-input.ts';
import { placeNumbers } from './label-placement.ts';
import type { Box, FrameLayout } from './layout.ts';
import { markerPath, round } from './markers.ts';
import { textMarks, type Page } from './panel.ts';
import { shuffledIndices } from './shuffle.ts';
import type { Typesetter } from './text.ts';
import type { ClassStyle, Theme } from './theme.ts';

/** px of the map's box. */
export interface MapPoints {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Points are painted in this many layers, each with some of every class in a fixed random order: no class
 * always lies on top.
 */
const LAYERS = 16;
const INSET = 20;
const CORNER = 12;
const RADIUS = { least: 2.2, most: 7, share: 0.3 };
const HALO = 1.1;
const RING = 11;
const NUMBER_SIZE = 23;

/** Draws the map into its box. */
export function drawMap(
  page: Page,
  { map, unit }: FrameLayout,
  input: FrameInput,
  styles: readonly ClassStyle[],
  theme: Theme,
  typesetter: Typesetter,
): void {
  const points = projectPoints(input, map, INSET * unit);
  const radius = markerRadius(map, input.points.rows, unit);
  const ringed = input.outliers.flatMap(({ index }, rank) =>
    index === undefined ? [] : [{ x: points.x[index]!, y: points.y[index]!, rank: rank + 1 }],
  );
  const ring = Math.max(RING * unit, radius + 4 * unit);
  const numberSize = NUMBER_SIZE * unit;
  const numbers = placeNumbers(
    ringed,
    { size: numberSize, ring, width: map.width, height: map.height },
    (text) => typesetter.measure(text, { size: numberSize, weight: 700 }),
  );
  page.draw(map, [
    Plot.rect([map], { x1: 0, y1: 0, x2: map.width, y2: map.height, rx: CORNER * unit, fill: theme.ground }),
    classMarkers(points, input.labels, styles, { radius, halo: HALO * unit, ground: theme.ground }),
    ringMark(ringed, ring + 1.5 * unit, { stroke: theme.ground, strokeWidth: 5.5 * unit }),
    ringMark(ringed, ring + 1.5 * unit, { stroke: theme.ink, strokeWidth: 2.5 * unit }),
    ...textMarks(
      numbers.map(({ text, x, y }) => ({
        text,
        x,
        y,
        size: numberSize,
        weight: 700,
        anchor: 'middle',
        fill: theme.ink,
        halo: theme.ground,
      })),
    ),
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

/** Smaller where there are more points, so that the paper shows through. */
function markerRadius({ width, height }: Box, count: number, unit: number): number {
  const room = Math.sqrt((width * height) / Math.max(1, count));
  return Math.min(RADIUS.most * unit, Math.max(RADIUS.least * unit, RADIUS.share * room));
}

/**
 * A Plot mark that draws each layer's points of one class as a single path: much faster than an element a
 * point. Discs are zero-length strokes with round caps.
 */
function classMarkers(
  points: MapPoints,
  labels: Int32Array,
  styles: readonly ClassStyle[],
  { radius, halo, ground }: { readonly radius: number; readonly halo: number; readonly ground: string },
): Plot.Markish {
  const order = shuffledIndices(labels.length);
  return Plot.dot(order, {
    x: (row: number) => points.x[row],
    y: (row: number) => points.y[row],
    render(index, _scales, { x, y }, _dimensions, { document }) {
      if (x === undefined || y === undefined) throw new Error('the map has no coordinates');
      const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
      const perLayer = Math.ceil(index.length / LAYERS);
      for (let first = 0; first < index.length; first += perLayer) {
        const paths = new Map<number, string>();
        for (const at of index.slice(first, first + perLayer)) {
          const label = labels[order[at]!]!;
          const { marker } = styles[label]!;
          const [px, py] = [Number(x[at]), Number(y[at])];
          const piece =
            marker === 'disc' ? `M${round(px)} ${round(py)}h0` : markerPath(marker, px, py, radius);
          paths.set(label, (paths.get(label) ?? '') + piece);
        }
        for (const [label, path] of paths) {
          group.append(...paintMarkers(document, path, styles[label]!, { radius, halo, ground }));
        }
      }
      return group;
    },
  });
}

/** A path of markers over the same path in the ground's colour, a little wider. */
function paintMarkers(
  document: Document,
  path: string,
  { colour, marker }: ClassStyle,
  { radius, halo, ground }: { readonly radius: number; readonly halo: number; readonly ground: string },
): Element[] {
  const disc = marker === 'disc';
  const widths: [string, number][] = disc
    ? [[ground, 2 * (radius + halo)], [colour, 2 * radius]] // prettier-ignore
    : [[ground, 2 * halo], [colour, 0]]; // prettier-ignore
  return widths.map(([stroke, width]) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    element.setAttribute('d', path);
    element.setAttribute('fill', disc ? 'none' : stroke);
    if (width > 0) {
      element.setAttribute('stroke', stroke);
      element.setAttribute('stroke-width', String(round(width)));
      element.setAttribute('stroke-linecap', 'round');
    }
    return element;
  });
}
