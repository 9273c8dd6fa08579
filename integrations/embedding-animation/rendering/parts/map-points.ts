/** The map: the part of the plane that it shows, where each image's point lies, and all points as markers. */
import type { Matrix, RgbImage } from '../../contracts.ts';
import type { Extent, FrameInput } from '../frame-input.ts';
import type { FrameLayout } from '../layout.ts';
import type { Box } from '../raster/geometry.ts';
import type { Marker } from '../raster/marker-shapes.ts';
import { drawSprite, makeMarkerSprites, type MarkerSprites } from '../raster/marker-sprites.ts';
import { parseRgb } from '../raster/pixels.ts';
import type { SvgDrawing } from '../svg-drawing.ts';
import type { ClassStyle, Theme } from '../theme.ts';

/** Share of the points beyond either end that may be left out of the bulk. */
const TAIL = 0.002;
/** How far beyond the bulk the extent may reach, in spans of the bulk. */
const REACH = 0.25;

const INSET = 20;
const CORNER = 12;
const RADIUS = { least: 2.2, most: 7, share: 0.3 };
const HALO = 1.1;

/**
 * Points are drawn in this many layers, each with some of every class in a fixed random order: no class
 * always lies on top.
 */
const LAYERS = 16;

const ORDER_SEED = 0x9e3779b9;

/** px of the map's box. */
export interface PixelPositions {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What points are drawn with. */
export interface PointSprites {
  readonly styles: readonly ClassStyle[];
  readonly sprites: ReadonlyMap<Marker, MarkerSprites>;
  /** Colour of the halos, `#rrggbb`. */
  readonly ground: string;
}

/**
 * One extent for all frames of a run: everything, unless a few points lie far from all others. Then it ends
 * a quarter of the bulk's span (99.6 % of the points of all frames) beyond the bulk, and the map draws what
 * lies outside on its edge. Never empty: where all points are equal it is one unit wide.
 * @param frames `[n × 2]` aligned coordinates of each frame
 */
export function frameExtent(frames: readonly Matrix<Float64Array>[]): Extent {
  return { x: columnExtent(frames, 0), y: columnExtent(frames, 1) };
}

function columnExtent(frames: readonly Matrix<Float64Array>[], column: number): [number, number] {
  const rows = frames.reduce((sum, frame) => sum + frame.rows, 0);
  const values = new Float64Array(rows);
  let filled = 0;
  for (const { rows: count, cols, data } of frames) {
    for (let row = 0; row < count; row++) values[filled++] = data[row * cols + column]!;
  }
  values.sort();
  if (rows === 0) return [-0.5, 0.5];
  const first = values[0]!;
  const last = values[rows - 1]!;
  const tail = Math.floor(rows * TAIL);
  const low = values[tail]!;
  const high = values[rows - 1 - tail]!;
  const reach = (high - low) * REACH;
  const min = Math.max(first, low - reach);
  const max = Math.min(last, high + reach);
  if (max > min) return [min, max];
  return first < last ? [first, last] : [first - 0.5, first + 0.5];
}

/** Draws the ground that the map's markers stand on. */
export function drawGround(drawing: SvgDrawing, { map, unit }: FrameLayout, { ground }: Theme): void {
  const { width, height } = map;
  drawing.add(map, 'rect', [{ width, height, rx: CORNER * unit, fill: ground }]);
}

/**
 * Coordinates to px of the box: one scale for both axes, the extent centred, y up. What lies outside the
 * extent stands on its edge.
 */
export function scaleToBox(
  { points, extent }: Pick<FrameInput, 'points' | 'extent'>,
  box: Box,
  inset: number,
): PixelPositions {
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
): PixelPositions {
  return scaleToBox(input, map, INSET * unit);
}

/** Radius and halo in px: smaller where there are more points, so that the ground shows through. */
export function markerSize({ map, unit }: FrameLayout, count: number): { radius: number; halo: number } {
  return { radius: markerRadius(map, count, unit), halo: HALO * unit };
}

function markerRadius({ width, height }: Box, count: number, unit: number): number {
  const room = Math.sqrt((width * height) / Math.max(1, count));
  return Math.min(RADIUS.most * unit, Math.max(RADIUS.least * unit, RADIUS.share * room));
}

/** Makes the sprites of `count` points. */
export function makePointSprites(
  layout: FrameLayout,
  styles: readonly ClassStyle[],
  { ground }: Theme,
  count: number,
): PointSprites {
  const { radius, halo } = markerSize(layout, count);
  const markers = new Set(styles.map(({ marker }) => marker));
  const sprites = new Map(Array.from(markers, (marker) => [marker, makeMarkerSprites(marker, radius, halo)]));
  return { styles, sprites, ground };
}

/**
 * Draws the markers of `points` into `box` of the picture. In a layer a class's halos come before its markers,
 * so that neighbours of one class grow together.
 * @param labels index of each point's class
 * @param above rows that are drawn once more above all, the first of them last
 */
export function drawPoints(
  picture: RgbImage,
  box: Box,
  points: PixelPositions,
  labels: Int32Array,
  { styles, sprites, ground }: PointSprites,
  above: readonly number[] = [],
): void {
  const halo = parseRgb(ground);
  const colours = styles.map(({ colour }) => parseRgb(colour));
  for (const group of [...layerGroups(labels), ...above.toReversed().map((row) => [row])]) {
    const label = labels[group[0]!]!;
    const sprite = sprites.get(styles[label]!.marker)!;
    for (const row of group)
      drawSprite(picture, sprite.halo, halo, box.x + points.x[row]!, box.y + points.y[row]!);
    for (const row of group) {
      drawSprite(picture, sprite.body, colours[label]!, box.x + points.x[row]!, box.y + points.y[row]!);
    }
  }
}

/** The rows of one class in one layer after the other, in the order in which they are drawn. */
export function* layerGroups(labels: Int32Array): Generator<readonly number[]> {
  const order = drawOrder(labels.length);
  const perLayer = Math.max(1, Math.ceil(order.length / LAYERS));
  for (let first = 0; first < order.length; first += perLayer) {
    const groups = new Map<number, number[]>();
    for (const row of order.subarray(first, first + perLayer)) {
      const label = labels[row]!;
      const group = groups.get(label);
      if (group === undefined) groups.set(label, [row]);
      else group.push(row);
    }
    yield* groups.values();
  }
}

/** 0 … count − 1 in a random order that depends on nothing but `count` (Fisher–Yates, xorshift32). */
export function drawOrder(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  let state = ORDER_SEED;
  for (let last = count - 1; last > 0; last--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
