/** Rings and numbers that mark the leaderboard's images on the map. */
import type { RgbImage } from '../../contracts.ts';
import { rasterizeOverlay } from '../../images/index.ts';
import type { FrameInput } from '../frame-input.ts';
import { LEADERBOARD_ROWS, type FrameLayout } from '../layout.ts';
import { drawSprite, makeRingSprite, type Sprite } from '../raster/marker-sprites.ts';
import { compositeImage, parseRgb } from '../raster/pixels.ts';
import { openSvgDrawing } from '../svg-drawing.ts';
import type { TextBox } from '../text/placed-text.ts';
import { outlineSvgText } from '../text/svg-text.ts';
import type { Typesetter } from '../text/typesetter.ts';
import type { Theme } from '../theme.ts';
import { placeNumbers, type PlacedNumber, type RingedPoint } from './label-placement.ts';
import { markerSize, type MapPoints } from './map-points.ts';

/** Units: least radius, room around a marker, from the radius to the line's middle, and the two lines' widths. */
const RING = { radius: 11, room: 4, offset: 1.5, width: 2.5, halo: 5.5 };
const NUMBER_SIZE = 23;
/** In em: a number with its halo fits in. */
const NUMBER_SIDE = 2.2;

/** Rings and numbers as all frames of a run have them. */
export interface RingSprites {
  /** Radius that numbers keep clear of, px. */
  readonly clear: number;
  readonly ring: Sprite;
  readonly halo: Sprite;
  readonly numbers: readonly NumberDrawing[];
}

/** A number as a square drawing: its middle on the baseline is the square's middle. */
interface NumberDrawing {
  /** px */
  readonly side: number;
  readonly svg: string;
  /** px of the square */
  readonly text: TextBox;
}

/** Where a frame's rings and numbers go, px of the map. */
export interface PlacedRings {
  readonly rings: readonly RingedPoint[];
  readonly numbers: readonly PlacedNumber[];
}

/** Makes the rings and draws the numbers that frames of `points` points use. */
export function makeRingSprites(
  layout: FrameLayout,
  points: number,
  theme: Theme,
  typesetter: Typesetter,
): RingSprites {
  const { unit } = layout;
  const clear = Math.max(RING.radius * unit, markerSize(layout, points).radius + RING.room * unit);
  const radius = clear + RING.offset * unit;
  return {
    clear,
    ring: makeRingSprite(radius, RING.width * unit),
    halo: makeRingSprite(radius, RING.halo * unit),
    numbers: Array.from({ length: LEADERBOARD_ROWS }, (_, i) =>
      drawNumber(String(i + 1), NUMBER_SIZE * unit, theme, typesetter),
    ),
  };
}

/** The numbers' pixels, `[side × side × 4]` each, not multiplied by alpha. */
export function rasterizeNumbers({ numbers }: RingSprites): Promise<Uint8Array[]> {
  return Promise.all(numbers.map(({ svg, side }) => rasterizeOverlay(svg, { width: side, height: side })));
}

/** The images that get a ring, by their rows, the strongest outlier first. */
export function ringedImages({
  outliers,
}: Pick<FrameInput, 'outliers'>): { readonly row: number; readonly rank: number }[] {
  return outliers
    .slice(0, LEADERBOARD_ROWS)
    .flatMap(({ index: row }, place) => (row === undefined ? [] : [{ row, rank: place + 1 }]));
}

/** Finds the places of a frame's rings and numbers. */
export function placeRings(
  { map }: FrameLayout,
  input: Pick<FrameInput, 'outliers'>,
  points: MapPoints,
  { clear, numbers }: RingSprites,
): PlacedRings {
  const rings = ringedImages(input).map(({ row, rank }) => ({ x: points.x[row]!, y: points.y[row]!, rank }));
  const space = { size: numbers[0]!.text.size, ring: clear, width: map.width, height: map.height };
  return { rings, numbers: placeNumbers(rings, space, (text) => numbers[Number(text) - 1]!.text.width) };
}

/** Draws the rings, each with a halo that sets it off from the markers, and the numbers on whole px. */
export function drawRings(
  picture: RgbImage,
  { map }: FrameLayout,
  { rings, numbers }: PlacedRings,
  sprites: RingSprites,
  pixels: readonly Uint8Array[],
  { ground, ink }: Theme,
): void {
  for (const { x, y } of rings) drawSprite(picture, sprites.halo, parseRgb(ground), map.x + x, map.y + y);
  for (const { x, y } of rings) drawSprite(picture, sprites.ring, parseRgb(ink), map.x + x, map.y + y);
  for (const number of numbers) {
    const index = Number(number.text) - 1;
    const { side } = sprites.numbers[index]!;
    compositeImage(picture, pixels[index]!, { ...cornerOf(number, side, map), width: side, height: side });
  }
}

/** The numbers as lines of text, px of the frame. */
export function describeNumbers({ map }: FrameLayout, placed: PlacedRings, sprites: RingSprites): TextBox[] {
  return placed.numbers.map((number) => {
    const { side, text } = sprites.numbers[Number(number.text) - 1]!;
    const { x, y } = cornerOf(number, side, map);
    return { ...text, x: x + text.x, y: y + text.y };
  });
}

function cornerOf({ x, y }: PlacedNumber, side: number, map: { readonly x: number; readonly y: number }) {
  return { x: Math.round(map.x + x - side / 2), y: Math.round(map.y + y - side / 2) };
}

function drawNumber(text: string, size: number, theme: Theme, typesetter: Typesetter): NumberDrawing {
  const side = Math.ceil(NUMBER_SIDE * size);
  const box = { x: 0, y: 0, width: side, height: side };
  const drawing = openSvgDrawing(box);
  const line = { text, x: side / 2, y: side / 2, size, weight: 700, anchor: 'middle' } as const;
  drawing.addTexts(box, [{ ...line, fill: theme.ink, halo: theme.ground }]);
  const [placed] = outlineSvgText(drawing.root, typesetter);
  return { side, svg: drawing.root.outerHTML, text: placed! }; // one line was drawn
}
