/** Sprites of markers and rings: masks made once for every place within a pixel, then only drawn. */
import type { RgbImage } from '../../contracts.ts';
import { rasterizePath } from './coverage.ts';
import type { Path, Vertex } from './geometry.ts';
import { markerPath, markerPolygon, type Marker } from './marker-shapes.ts';
import { mixPixel, type Rgb } from './pixels.ts';

/** Places within a pixel, across and down: a marker is at most 1/8 px beside its point. */
export const PHASES = 4;
/** Steps of a mask between "not at all" and "wholly": more can't be seen, fewer make smaller files. */
const SHADES = 16;
/** An opacity of 1. */
const OPAQUE = 255;

/** A square mask; its values are coverage, 0 … 255. */
export interface Mask {
  /** px */
  readonly side: number;
  readonly data: Uint8Array;
}

/** A mask as a list of the pixels that it covers, by their columns and rows from the middle pixel. */
export interface SparseMask extends Mask {
  /** Pixels from the middle to each side. */
  readonly reach: number;
  /** Pixels that are covered wholly: column, row, column, row, … */
  readonly whole: Int16Array;
  /** Pixels that are covered in part: column, row, coverage, … */
  readonly partial: Int16Array;
}

/** Masks of one path, by phase: `phaseY * PHASES + phaseX`. The path's middle is in the middle pixel. */
export type Sprite = readonly SparseMask[];

/** A marker, and its halo, which leaves out what the marker covers anyway. */
export interface MarkerSprites {
  readonly body: Sprite;
  readonly halo: Sprite;
}

/** Makes a marker's sprites, sizes in px. */
export function makeMarkerSprites(marker: Marker, radius: number, halo: number): MarkerSprites {
  const body = makeMasks(markerPath(marker, radius));
  const around = makeMasks(markerPath(marker, radius, halo));
  return {
    body: body.map(toSparse),
    halo: around.map((mask, phase) => toSparse(leaveOut(mask, body[phase]!))),
  };
}

/** `mask` without the pixels that `cover`, a smaller mask of the same middle, covers wholly. */
function leaveOut({ side, data }: Mask, cover: Mask): Mask {
  const shift = (side - cover.side) / 2;
  const rest = data.slice();
  cover.data.forEach((value, i) => {
    const at = (Math.floor(i / cover.side) + shift) * side + (i % cover.side) + shift;
    if (value === 255) rest[at] = 0;
  });
  return { side, data: rest };
}

/** Makes the sprite of a circle's line, sizes in px. */
export function makeRingSprite(radius: number, width: number): Sprite {
  const outer = makeMasks([markerPolygon('disc', radius + width / 2)]);
  const inner = [markerPolygon('disc', radius - width / 2)];
  return makeMasks(inner, outer[0]!.side).map(({ side, data }, phase) =>
    toSparse({ side, data: outer[phase]!.data.map((value, i) => value - data[i]!) }),
  );
}

/** @param side of the masks, odd; as small as the path allows unless it is given */
function makeMasks(path: Path, side = sideOf(path.flat())): Mask[] {
  const reach = (side - 1) / 2;
  return Array.from({ length: PHASES * PHASES }, (_, phase) => {
    const x = reach + (phase % PHASES) / PHASES;
    const y = reach + Math.floor(phase / PHASES) / PHASES;
    const covered = rasterizePath(path, { x: 0, y: 0, width: side, height: side }, x, y);
    return { side, data: Uint8Array.from(covered, toShade) };
  });
}

function toSparse({ side, data }: Mask): SparseMask {
  const reach = (side - 1) / 2;
  const whole: number[] = [];
  const partial: number[] = [];
  data.forEach((coverage, i) => {
    const [column, row] = [(i % side) - reach, Math.floor(i / side) - reach];
    if (coverage === 255) whole.push(column, row);
    else if (coverage > 0) partial.push(column, row, coverage);
  });
  return { side, data, reach, whole: Int16Array.from(whole), partial: Int16Array.from(partial) };
}

/**
 * Draws a sprite with its middle at the nearest phase to (x, y) px.
 * What lies outside the picture is left out.
 * @param opacity 0 … 255
 */
export function drawSprite(
  picture: RgbImage,
  sprite: Sprite,
  colour: Rgb,
  x: number,
  y: number,
  opacity = OPAQUE,
): void {
  const { width, height } = picture;
  const phaseX = Math.round(x * PHASES);
  const phaseY = Math.round(y * PHASES);
  const left = Math.floor(phaseX / PHASES);
  const top = Math.floor(phaseY / PHASES);
  const mask = sprite[(phaseY - top * PHASES) * PHASES + phaseX - left * PHASES]!;
  const { reach } = mask;
  const fits = left >= reach && top >= reach && left + reach < width && top + reach < height;
  const drawn = fits ? mask : clipMask(mask, picture, left, top);
  if (opacity === OPAQUE) drawMask(picture, drawn, colour, top * width + left);
  else drawFaintMask(picture, drawn, colour, top * width + left, opacity);
}

/** @param middle the pixel at which the mask's middle is; all of it must lie inside */
function drawMask(
  { data, width }: RgbImage,
  { whole, partial }: SparseMask,
  colour: Rgb,
  middle: number,
): void {
  const red = colour[0];
  const green = colour[1];
  const blue = colour[2];
  for (let i = 0; i < whole.length; i += 2) {
    const to = 3 * (middle + whole[i + 1]! * width + whole[i]!);
    data[to] = red;
    data[to + 1] = green;
    data[to + 2] = blue;
  }
  for (let i = 0; i < partial.length; i += 3) {
    const to = 3 * (middle + partial[i + 1]! * width + partial[i]!);
    mixPixel(data, to, colour, partial[i + 2]!);
  }
}

/** The same with a colour that lets what is under it show through. */
function drawFaintMask(
  { data, width }: RgbImage,
  { whole, partial }: SparseMask,
  colour: Rgb,
  middle: number,
  opacity: number,
): void {
  for (let i = 0; i < whole.length; i += 2) {
    mixPixel(data, 3 * (middle + whole[i + 1]! * width + whole[i]!), colour, opacity);
  }
  for (let i = 0; i < partial.length; i += 3) {
    const share = Math.round((partial[i + 2]! * opacity) / OPAQUE);
    mixPixel(data, 3 * (middle + partial[i + 1]! * width + partial[i]!), colour, share);
  }
}

/** The part of a mask that lies in the picture when its middle is at (left, top). */
function clipMask(
  { side, data, reach }: SparseMask,
  { width, height }: { readonly width: number; readonly height: number },
  left: number,
  top: number,
): SparseMask {
  const inside = data.map((coverage, i) => {
    const [column, row] = [left - reach + (i % side), top - reach + Math.floor(i / side)];
    return column >= 0 && column < width && row >= 0 && row < height ? coverage : 0;
  });
  return toSparse({ side, data: inside });
}

/** A phase moves a path by less than a pixel to the right and down. */
function sideOf(vertices: readonly Vertex[]): number {
  return 2 * Math.ceil(Math.max(...vertices.flat().map(Math.abs))) + 1;
}

function toShade(coverage: number): number {
  return Math.round((Math.round(coverage * (SHADES - 1)) * 255) / (SHADES - 1));
}
