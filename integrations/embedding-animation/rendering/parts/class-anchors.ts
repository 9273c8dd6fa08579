/** A class map's anchors: the polygon between which all images lie, and the names of the classes around it. */
import type { FrameInput } from '../frame-input.ts';
import type { FrameLayout } from '../layout.ts';
import { markerPathData } from '../raster/marker-shapes.ts';
import type { Box } from '../raster/geometry.ts';
import type { SvgDrawing } from '../svg-drawing.ts';
import { toOneLine, type TextStyle, type Typesetter } from '../text/typesetter.ts';
import { inkOf, type ClassStyle, type Theme } from '../theme.ts';
import { placeAround, type LabelSlot } from './anchor-labels.ts';
import {
  breakName,
  LINE_HEIGHT,
  NAME_GAP,
  placeLines,
  shortenEach,
  type AnchorLabel,
} from './anchor-names.ts';
import type { PlacedCircle } from './map-extent.ts';

type Anchors = NonNullable<FrameInput['anchors']>;

/** Anchors as they will be drawn, px of the map. */
export interface AnchorsPlan {
  readonly circle: PlacedCircle;
  readonly anchors: readonly PlacedAnchor[];
  /** Radius of the anchors' markers. */
  readonly marker: number;
}

/** One anchor with its name, as far as there is room for it. */
interface PlacedAnchor {
  readonly classIndex: number | undefined;
  readonly x: number;
  readonly y: number;
  readonly label: AnchorLabel | undefined;
}

/** Units: room at the edge of the map, from the circle to the names, the anchors' markers, lines. */
const SIZES = { margin: 12, gap: 15, marker: 7.5, tick: 8, line: 1.5 };
/** Units per em: the largest type for so many anchors, from the least number on; and sizes to which it may be made smaller. */
const TYPE = [
  { size: 22, from: 0 },
  { size: 20, from: 10 },
  { size: 18, from: 20 },
  { size: 15.5, from: 31 },
] as const;
const SMALLER_TYPE = [20, 18];
/**
 * Radii that are tried, as shares of the largest: names are rather broken into two lines than the circle made smaller, and
 * type is rather made smaller than the circle below the last of the large ones.
 */
const RADII = Array.from({ length: 21 }, (_, step) => 1 - 0.02 * step);
const LARGE_RADII = RADII.slice(0, 14);
/** The one where names have to be shortened. */
const SHORTENED_RADIUS = 0.8;
/** Share of the anchors' distance on the circle that a marker may take. */
const MARKER_SHARE = 0.4;
/** Room that names should have at least, em. */
const LEAST_NAME = 4;
const MOST_LINES = 2;
/** Names that are broken push others, which then have other room. */
const ROUNDS = 4;

/** Where the map is, how its classes look, and how many images each has. */
export interface AnchorSpace extends Pick<FrameLayout, 'map' | 'unit'> {
  readonly images: readonly number[];
}

/**
 * Chooses the largest circle around which all names can be read whole, in two lines where need be. Where there is none,
 * names are shortened; and where there are more than fit one above the other, the classes with the most images are
 * named.
 */
export function planAnchors(anchors: Anchors, space: AnchorSpace, typesetter: Typesetter): AnchorsPlan {
  const named = chooseNamed(anchors, space);
  const largest = typeSize(anchors);
  const sizes = [largest, ...SMALLER_TYPE.filter((size) => size < largest)];
  const smallest = sizes.at(-1)!; // there is the largest
  for (const size of sizes) {
    for (const share of size === smallest ? RADII : LARGE_RADII) {
      for (const lines of [1, MOST_LINES]) {
        const plan = arrange(anchors, named, { ...space, size, share, lines, mayShorten: false }, typesetter);
        if (plan !== undefined) return plan;
      }
    }
  }
  const last = { ...space, size: smallest, share: SHORTENED_RADIUS, lines: 1, mayShorten: true };
  return arrange(anchors, named, last, typesetter) ?? arrange(anchors, new Set(), last, typesetter)!; // no names fit
}

/** Whether every class is named: a legend would say no more. */
export function namesAll({ anchors }: AnchorsPlan, classes: number): boolean {
  const named = new Set(anchors.flatMap(({ classIndex, label }) => (label === undefined ? [] : classIndex)));
  return named.size - (named.has(undefined) ? 1 : 0) === classes;
}

/** Where names are written, px of the map. */
export function listNameBoxes({ anchors }: AnchorsPlan): Box[] {
  return anchors.flatMap(({ label }) => (label === undefined ? [] : label.box));
}

/**
 * The anchors that are named: all, or where a side has too many for that, as many as stand beside their anchors without
 * overlap, those with more images first.
 */
function chooseNamed(anchors: Anchors, { map, unit, images }: AnchorSpace): ReadonlySet<number> {
  const size = typeSize(anchors) * unit;
  const line = (LINE_HEIGHT + NAME_GAP) * size;
  const perSide = Math.floor((map.height - 2 * SIZES.margin * unit) / line) - 2; // above and below are centred ones
  const sides = [true, false].map((isLeft) =>
    [...anchors.keys()].filter((index) => anchors[index]!.x < 0 === isLeft),
  );
  if (sides.every(({ length }) => length <= perSide)) return new Set(anchors.keys());
  const { radius } = fitCircle(anchors, map, unit, size, SHORTENED_RADIUS);
  const heightOf = (index: number): number => anchors[index]!.y * (radius + SIZES.gap * unit);
  const imagesOf = (index: number): number => images[anchors[index]!.classIndex ?? -1] ?? 0;
  const chosen = sides.flatMap((side) => {
    const taken: number[] = [];
    for (const index of side.toSorted((a, b) => imagesOf(b) - imagesOf(a) || a - b)) {
      const isFree = taken.every((other) => Math.abs(heightOf(other) - heightOf(index)) >= line);
      if (isFree) taken.push(index);
    }
    return taken;
  });
  return new Set(chosen);
}

function typeSize({ length }: Anchors): number {
  return TYPE.findLast(({ from }) => length >= from)!.size; // the first is from 0
}

interface Attempt extends AnchorSpace {
  /** Units per em. */
  readonly size: number;
  readonly share: number;
  readonly lines: number;
  readonly mayShorten: boolean;
}

/** The anchors on a circle of one size; `undefined` where a name does not fit. */
function arrange(
  anchors: Anchors,
  named: ReadonlySet<number>,
  { map, unit, size, share, lines, mayShorten }: Attempt,
  typesetter: Typesetter,
): AnchorsPlan | undefined {
  const style: TextStyle = { size: size * unit, weight: 600 };
  const circle = fitCircle(anchors, map, unit, style.size, share);
  const radius = circle.radius + SIZES.gap * unit;
  const edge = SIZES.margin * unit;
  const space = {
    radius,
    left: edge - circle.x,
    right: map.width - edge - circle.x,
    top: edge - circle.y,
    bottom: map.height - edge - circle.y,
  };
  const indices = [...named].sort((a, b) => a - b);
  const names = indices.map((index) => toOneLine(anchors[index]!.name));
  let texts = names.map((name): readonly string[] => [name]);
  let slots: readonly LabelSlot[] | undefined;
  const rounds = lines === 1 ? 0 : ROUNDS;
  for (let round = 0; round <= rounds; round++) {
    const requests = indices.map((index, at) => {
      const { x, y } = anchors[index]!;
      return { x, y: -y, height: (texts[at]!.length * LINE_HEIGHT + NAME_GAP) * style.size };
    });
    slots = placeAround(requests, space);
    if (slots === undefined) return undefined;
    if (round === rounds) break;
    const rooms = slots.map(({ room }) => room);
    texts = names.map((name, at) => breakName(name, style, rooms[at]!, lines, typesetter));
  }
  const rooms = slots!.map(({ room }) => room); // there was a round
  const fits = texts.every((own, at) => own.every((line) => typesetter.measure(line, style) <= rooms[at]!));
  if (!fits && !mayShorten) return undefined;
  if (!fits) texts = shortenEach(names, rooms, style, typesetter).map((line) => [line]);
  const labels = new Map(
    indices.map((index, at) => [index, placeLines(texts[at]!, slots![at]!, circle, style, typesetter)]),
  );
  const spacing = (2 * Math.PI * circle.radius) / Math.max(1, anchors.length);
  return {
    circle,
    marker: Math.min(SIZES.marker * unit, MARKER_SHARE * spacing),
    anchors: anchors.map(({ classIndex, x, y }, index) => ({
      classIndex,
      x: circle.x + circle.radius * x,
      y: circle.y - circle.radius * y,
      label: labels.get(index),
    })),
  };
}

/** The circle in the middle of what is left of the map when names have their least room, made smaller by `share`. */
function fitCircle(anchors: Anchors, map: Box, unit: number, size: number, share: number): PlacedCircle {
  const [xs, ys] = [anchors.map(({ x }) => x), anchors.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
  const around = (SIZES.margin + SIZES.gap) * unit;
  const width = map.width - 2 * (around + LEAST_NAME * size);
  const height = map.height - 2 * (around + LINE_HEIGHT * size);
  const largest = Math.min(width / Math.max(right - left, 1), height / Math.max(top - bottom, 1));
  const radius = Math.max(1, share * largest);
  return {
    radius,
    x: map.width / 2 - (radius * (left + right)) / 2,
    y: map.height / 2 + (radius * (top + bottom)) / 2,
  };
}

/** Draws the polygon of the anchors, their markers and their names; ticks where a class has no room for its name. */
export function drawAnchors(
  drawing: SvgDrawing,
  { map, unit }: Pick<FrameLayout, 'map' | 'unit'>,
  { circle, anchors, marker }: AnchorsPlan,
  styles: readonly ClassStyle[],
  theme: Theme,
): void {
  const outline = anchors.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
  const lines = anchors.flatMap(({ x, y, label }) => {
    const end = label === undefined ? outward(circle, x, y, SIZES.tick * unit) : label.leader;
    return end === undefined ? [] : [`M${px(x)} ${px(y)}L${px(end[0])} ${px(end[1])}`];
  });
  const line = { fill: 'none', 'stroke-width': SIZES.line * unit };
  drawing.add(map, 'path', [
    { ...line, d: `${outline}Z`, stroke: theme.rule, 'stroke-linejoin': 'round' },
    { ...line, d: lines.join(''), stroke: theme.raw },
  ]);
  const named = anchors.filter(({ label }) => label !== undefined);
  const markers = named.flatMap(({ classIndex, x, y }) => {
    const style = classIndex === undefined ? undefined : styles[classIndex];
    if (style === undefined) return [];
    return [{ d: markerPathData(style.marker, x, y, marker), fill: style.colour }];
  });
  drawing.add(map, 'path', markers);
  drawing.addTexts(
    map,
    named.flatMap(({ classIndex, label }) => {
      const style = classIndex === undefined ? undefined : styles[classIndex];
      const fill = style === undefined ? theme.muted : inkOf(style.colour, theme);
      return label!.lines.map((text) => ({ ...text, fill })); // it has a label
    }),
  );
}

/** The point that lies `distance` px further out than (x, y). */
function outward(circle: PlacedCircle, x: number, y: number, distance: number): [number, number] {
  const scale = 1 + distance / circle.radius;
  return [circle.x + (x - circle.x) * scale, circle.y + (y - circle.y) * scale];
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}
