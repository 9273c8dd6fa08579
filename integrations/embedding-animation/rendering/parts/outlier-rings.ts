/** Rings and numbers that mark the leaderboard's images on the map. */
import type { RgbImage } from '../../contracts.ts';
import type { FrameInput } from '../frame-input.ts';
import { LEADERBOARD_ROWS, type FrameLayout } from '../layout.ts';
import { rasterizePaths, rasterizeStrokes, type Coverage } from '../raster/coverage.ts';
import { boundsOf, growBox, moveBox, type Box, type Vertex } from '../raster/geometry.ts';
import { drawSprite, makeRingSprite, type Sprite } from '../raster/marker-sprites.ts';
import { fillCoverage, parseRgb } from '../raster/pixels.ts';
import { flattenGlyph } from '../text/glyph-outlines.ts';
import { boxOfLine, type TextBox } from '../text/placed-text.ts';
import type { Typesetter } from '../text/typesetter.ts';
import type { Theme } from '../theme.ts';
import { placeLabels, type LabelledPoint, type PlacedLabel } from './label-placement.ts';
import type { PixelPositions } from './map-extent.ts';
import { markerSize } from './map-points.ts';

/** Units: least radius, room around a marker, from the radius to the line's middle, and the two lines' widths. */
const RING = { radius: 11, room: 4, offset: 1.5, width: 2.5, halo: 5.5 };
const NUMBER_SIZE = 23;
/** How far a number's halo reaches beyond it, in em. */
const NUMBER_HALO = 0.1;

/** Rings and numbers as all frames of a run have them. */
export interface RingSprites {
  /** Radius that numbers keep clear of, px. */
  readonly clear: number;
  readonly ring: Sprite;
  readonly halo: Sprite;
  readonly numbers: readonly NumberSprite[];
}

/** A number around the middle of the pixel (0, 0), on which it stands centred. */
interface NumberSprite {
  readonly body: Coverage;
  readonly halo: Coverage;
  readonly box: TextBox;
}

/** Where a frame's rings and numbers go, px of the map. */
export interface PlacedRings {
  readonly rings: readonly LabelledPoint[];
  readonly numbers: readonly PlacedLabel[];
}

/** Makes the rings and numbers of frames of `points` points. */
export function makeRingSprites(layout: FrameLayout, points: number, typesetter: Typesetter): RingSprites {
  const { unit } = layout;
  const clear = Math.max(RING.radius * unit, markerSize(layout, points).radius + RING.room * unit);
  const radius = clear + RING.offset * unit;
  return {
    clear,
    ring: makeRingSprite(radius, RING.width * unit),
    halo: makeRingSprite(radius, RING.halo * unit),
    numbers: Array.from({ length: LEADERBOARD_ROWS }, (_, index) =>
      makeNumberSprite(String(index + 1), NUMBER_SIZE * unit, typesetter),
    ),
  };
}

function makeNumberSprite(text: string, size: number, typesetter: Typesetter): NumberSprite {
  const outline = typesetter.layOut(text, { size, weight: 700 });
  const paths = outline.glyphs.map(flattenGlyph);
  const [x, y] = [0.5 - outline.width / 2, 0.5];
  const outlines = paths
    .flat()
    .map((polygon) => [...polygon, ...polygon.slice(0, 1)].map(([u, v]): Vertex => [x + u, y + v]));
  const reach = NUMBER_HALO * size;
  const around = growBox(boundsOf(outlines, 0, 0), Math.ceil(reach) + 1);
  return {
    body: rasterizePaths(paths, x, y),
    halo: rasterizeStrokes(outlines, 2 * reach, around),
    box: boxOfLine(text, size, outline, x, y),
  };
}

/** The images that get a ring, by their rows, the strongest outlier first. */
export function ringedImages({
  outliers,
}: Pick<FrameInput, 'outliers'>): { readonly row: number; readonly rank: number }[] {
  return outliers
    .slice(0, LEADERBOARD_ROWS)
    .flatMap(({ index: row }, position) => (row === undefined ? [] : [{ row, rank: position + 1 }]));
}

/**
 * Finds where a frame's rings and numbers go.
 * @param written px of the map that numbers keep clear of
 */
export function placeRings(
  { map }: FrameLayout,
  input: Pick<FrameInput, 'outliers'>,
  points: PixelPositions,
  { clear, numbers }: RingSprites,
  written: readonly Box[] = [],
): PlacedRings {
  const rings = ringedImages(input).map(({ row, rank }): LabelledPoint => {
    return { x: points.x[row]!, y: points.y[row]!, text: String(rank) };
  });
  const space = { size: numbers[0]!.box.size, ring: clear, width: map.width, height: map.height };
  const measure = (text: string): number => numbers[Number(text) - 1]!.box.width;
  return { rings, numbers: placeLabels(rings, space, measure, written) };
}

/** Draws the rings, each with a halo that sets it off from the markers, and the numbers, on whole px. */
export function drawRings(
  picture: RgbImage,
  { map }: FrameLayout,
  { rings, numbers }: PlacedRings,
  sprites: RingSprites,
  theme: Theme,
): void {
  const [ground, ink] = [parseRgb(theme.ground), parseRgb(theme.ink)];
  for (const { x, y } of rings) drawSprite(picture, sprites.halo, ground, map.x + x, map.y + y);
  for (const { x, y } of rings) drawSprite(picture, sprites.ring, ink, map.x + x, map.y + y);
  for (const number of numbers) {
    const { halo, body } = sprites.numbers[Number(number.text) - 1]!;
    const { x, y } = pixelOf(number, map);
    fillCoverage(picture, { ...halo, box: moveBox(halo.box, x, y) }, ground);
    fillCoverage(picture, { ...body, box: moveBox(body.box, x, y) }, ink);
  }
}

/** The numbers as lines of text, px of the frame. */
export function describeNumbers({ map }: FrameLayout, placed: PlacedRings, sprites: RingSprites): TextBox[] {
  return placed.numbers.map((number) => {
    const { box } = sprites.numbers[Number(number.text) - 1]!;
    const { x, y } = pixelOf(number, map);
    return { ...box, ...moveBox(box, x, y) };
  });
}

/** The pixel of the frame on whose middle a number stands. */
function pixelOf({ x, y }: PlacedLabel, map: Box): { readonly x: number; readonly y: number } {
  return { x: Math.floor(map.x + x), y: Math.floor(map.y + y) };
}
