/** The points of the map as markers, and the ground that they stand on. */
import type { RgbImage } from '../../contracts.ts';
import type { FrameLayout } from '../layout.ts';
import type { Box } from '../raster/geometry.ts';
import type { Marker } from '../raster/marker-shapes.ts';
import { drawSprite, makeMarkerSprites, type MarkerSprites } from '../raster/marker-sprites.ts';
import { parseRgb } from '../raster/pixels.ts';
import type { SvgDrawing } from '../svg-drawing.ts';
import type { ClassStyle, Theme } from '../theme.ts';
import type { PixelPositions } from './map-extent.ts';

const CORNER = 12;
const RADIUS = { least: 2.2, most: 7, share: 0.3 };
const HALO = 1.1;

/**
 * Points are drawn in this many layers, each with some of every class in a fixed random order: no class
 * always lies on top.
 */
const LAYERS = 16;

const ORDER_SEED = 0x9e3779b9;

/** An opacity of 1. */
const OPAQUE = 255;
/** Opacity of a point none of whose neighbours on the map are its neighbours: it stays to be seen. */
const FAINTEST = 0.25;
/** Share of true neighbours from which on a point is not faded. */
const TRUE_ENOUGH = 0.5;

/** What points are drawn with. */
export interface PointSprites {
  readonly styles: readonly ClassStyle[];
  readonly sprites: ReadonlyMap<Marker, MarkerSprites>;
  /** Colour of the halos, `#rrggbb`. */
  readonly ground: string;
}

/** Draws the ground that the map's markers stand on. */
export function drawGround(drawing: SvgDrawing, { map, unit }: FrameLayout, { ground }: Theme): void {
  const { width, height } = map;
  drawing.add(map, 'rect', [{ width, height, rx: CORNER * unit, fill: ground }]);
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
 * How strongly points are drawn whose neighbours on the map are their neighbours in embedding space, too, or not: from a
 * quarter where none is, rising with their share, to wholly where half of them are.
 * @param trueNeighbours `[n]`, how many of an image's `k` neighbours on the map are
 * @returns `[n]`, 0 … 255
 */
export function fadeDistrusted(trueNeighbours: Uint8Array, k: number): Uint8Array {
  const known = Math.max(1, TRUE_ENOUGH * k);
  return trueNeighbours.map((count) =>
    Math.round(OPAQUE * (FAINTEST + (1 - FAINTEST) * Math.min(1, count / known))),
  );
}

/** The points of a frame as they are drawn. */
export interface DrawnPoints {
  readonly positions: PixelPositions;
  /** Index of each point's class. */
  readonly labels: Int32Array;
  /** `[n]`, 0 … 255, of markers and halos. @default all of them opaque */
  readonly opacities?: Uint8Array | undefined;
  /** Rows that are drawn once more above all, opaque, the first of them last. @default none */
  readonly above?: readonly number[] | undefined;
}

/**
 * Draws the markers of points into `box` of the picture. In a layer a class's halos come before its markers, so that
 * neighbours of one class grow together.
 */
export function drawPoints(
  picture: RgbImage,
  box: Box,
  { positions: { x, y }, labels, opacities, above = [] }: DrawnPoints,
  { styles, sprites, ground }: PointSprites,
): void {
  const halo = parseRgb(ground);
  const colours = styles.map(({ colour }) => parseRgb(colour));
  const drawGroup = (group: readonly number[], opacityOf: (row: number) => number): void => {
    const label = labels[group[0]!]!;
    const sprite = sprites.get(styles[label]!.marker)!;
    for (const row of group) {
      drawSprite(picture, sprite.halo, halo, box.x + x[row]!, box.y + y[row]!, opacityOf(row));
    }
    for (const row of group) {
      drawSprite(picture, sprite.body, colours[label]!, box.x + x[row]!, box.y + y[row]!, opacityOf(row));
    }
  };
  for (const group of layerGroups(labels)) drawGroup(group, (row) => opacities?.[row] ?? OPAQUE);
  for (const row of above.toReversed()) drawGroup([row], () => OPAQUE);
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
