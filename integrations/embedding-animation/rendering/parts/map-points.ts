/** All images of a map as markers, painted straight into the picture: thousands a frame. */
import type { RgbImage } from '../../contracts.ts';
import { parseRgb, press } from '../raster/pixels.ts';
import type { Box } from '../layout.ts';
import type { MapPoints } from './map-plot.ts';
import { shuffledIndices } from '../shuffle.ts';
import type { MarkerStamps } from '../raster/marker-sprites.ts';
import type { ClassStyle, Marker } from '../theme.ts';

/**
 * Points are painted in this many layers, each with some of every class in a fixed random order: no class
 * always lies on top.
 */
const LAYERS = 16;

/** What markers look like. */
export interface MarkerLook {
  readonly styles: readonly ClassStyle[];
  readonly stamps: ReadonlyMap<Marker, MarkerStamps>;
  /** Colour of the halos, `#rrggbb`. */
  readonly ground: string;
}

/**
 * Paints the markers of `points` into `box` of the canvas. In a layer a class's halos come before its markers,
 * so that neighbours of one class grow together.
 * @param labels index of each point's class
 * @param above rows that are painted once more above all, the first of them last
 */
export function paintMarkers(
  canvas: RgbImage,
  box: Box,
  points: MapPoints,
  labels: Int32Array,
  { styles, stamps, ground }: MarkerLook,
  above: readonly number[] = [],
): void {
  const halo = parseRgb(ground);
  const colours = styles.map(({ colour }) => parseRgb(colour));
  for (const group of [...layerGroups(labels), ...above.toReversed().map((row) => [row])]) {
    const label = labels[group[0]!]!;
    const stamp = stamps.get(styles[label]!.marker)!;
    for (const row of group) press(canvas, stamp.halo, halo, box.x + points.x[row]!, box.y + points.y[row]!);
    for (const row of group) {
      press(canvas, stamp.body, colours[label]!, box.x + points.x[row]!, box.y + points.y[row]!);
    }
  }
}

/** The rows of one class in one layer after the other, in the order in which they are painted. */
export function* layerGroups(labels: Int32Array): Generator<readonly number[]> {
  const order = shuffledIndices(labels.length);
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
