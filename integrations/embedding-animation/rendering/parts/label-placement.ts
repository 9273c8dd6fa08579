/** Puts labels beside points of the map without covering one another. */
import type { Box } from '../raster/geometry.ts';
import { CAP_HEIGHT } from '../text/placed-text.ts';

/** A point that a label names, px of the map. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** A label's middle on its baseline, px of the map. */
export interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its edges, from which overlaps are told. */
interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const DIRECTIONS = 16;
const DISTANCES = [1, 1.6, 2.4, 3.4];

/**
 * Each label goes to the free place nearest to its point, to the right first, the first point first. Where every place
 * is taken the label is left out.
 * @param space size: px per em; ring: radius in px that stays free around every point; width and height of the map in px
 * @param measure width of a label in px
 * @param written px of the map that are taken already
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  space: { readonly size: number; readonly ring: number; readonly width: number; readonly height: number },
  measure: (text: string) => number,
  written: readonly Box[] = [],
): PlacedLabel[] {
  const { ring, width, height } = space;
  const taken: Edges[] = [
    ...points.map(({ x, y }) => around(x, y, 2 * ring, 2 * ring)),
    ...written.map(({ x, y, width: w, height: h }) => around(x + w / 2, y + h / 2, w, h)),
  ];
  const placed: PlacedLabel[] = [];
  for (const { x, y, text } of points) {
    const [w, h] = [measure(text), CAP_HEIGHT * space.size];
    for (const [dx, dy] of candidates(ring, w, h)) {
      const box = around(x + dx, y + dy, w + 6, h + 6);
      const inside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
      if (!inside || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      placed.push({ text, x: x + dx, y: y + dy + h / 2 });
      break;
    }
  }
  return placed;
}

/** Offsets of a label's middle from its point, nearest first, alternating down and up from the right. */
function* candidates(ring: number, width: number, height: number): Generator<[number, number]> {
  for (const distance of DISTANCES) {
    for (let turn = 0; turn < DIRECTIONS; turn++) {
      const steps = turn % 2 === 0 ? turn / 2 : -(turn + 1) / 2;
      const angle = (2 * Math.PI * steps) / DIRECTIONS;
      yield [
        Math.cos(angle) * (distance * ring + width / 2 + 4),
        Math.sin(angle) * (distance * ring + height / 2 + 4),
      ];
    }
  }
}

function around(x: number, y: number, width: number, height: number): Edges {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

function overlap(a: Edges, b: Edges): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
