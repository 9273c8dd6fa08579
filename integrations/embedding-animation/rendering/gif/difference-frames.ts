/** Pixels of frames as entries of their palettes. */
import type { RgbImage } from '../../contracts.ts';
import { buildPalette, matchColours, NONE, TRANSPARENT_INDEX } from './colour-tables.ts';

/** A picture as indices into a palette, row-major. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  readonly indices: Uint8Array;
}

/** A picture, and its indices where its colours are common ones; transparent elsewhere. */
export interface Draft extends IndexedImage {
  readonly picture: RgbImage;
}

/** A frame that is ready to be written. */
export interface IndexedFrame {
  /** Transparent where a colour that is not a common one stays as it is. */
  readonly image: IndexedImage;
  /** What the canvas shows, where that is a common colour, and transparent elsewhere. Absent for a first frame. */
  readonly shown: IndexedImage | undefined;
  /** `[256 × 3]`; absent where all colours are common or stay. */
  readonly palette: Uint8Array | undefined;
}

/** @param commonOf entry of the common colour that stands for a colour `0xrrggbb`, or `NONE` */
export function draftFrame(picture: RgbImage, commonOf: (colour: number) => number): Draft {
  const { width, height, data } = picture;
  const indices = new Uint8Array(width * height);
  let [last, index] = [-1, 0];
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const colour = colourAt(data, pixel);
    if (colour !== last) {
      const found = commonOf(colour);
      [last, index] = [colour, found === NONE ? TRANSPARENT_INDEX : found];
    }
    indices[pixel] = index;
  }
  return { picture, width, height, indices };
}

/**
 * Gives colours that are not common entries of the frame's own palette. Where such a colour stays as it is, it is left
 * alone, whatever palette it was drawn with: nothing flickers.
 * @param before the frame before; absent for the first
 * @param common `[c × 3]`, the first entries of all palettes
 * @throws RangeError when the frames differ in size
 */
export function completeFrame(draft: Draft, before: Draft | undefined, common: Uint8Array): IndexedFrame {
  refuseOtherSize(draft, before);
  const own = findOwnPixels(draft, before);
  if (own.length === 0) return { image: draft, shown: before, palette: undefined };
  const { picture, width, height, indices } = draft;
  const counts = new Map<number, number>();
  for (const pixel of own) {
    const colour = colourAt(picture.data, pixel);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = buildPalette(common, Array.from(counts));
  const entries = matchColours(palette, counts.keys());
  const completed = indices.slice();
  for (const pixel of own) completed[pixel] = entries.get(colourAt(picture.data, pixel))!;
  return { image: { width, height, indices: completed }, shown: before, palette };
}

/** Pixels that have no common colour, and not the one that is there. */
function findOwnPixels({ picture, indices }: Draft, before: Draft | undefined): number[] {
  const pixels: number[] = [];
  for (let pixel = 0; pixel < indices.length; pixel++) {
    if (indices[pixel] !== TRANSPARENT_INDEX) continue;
    const stays =
      before !== undefined && colourAt(before.picture.data, pixel) === colourAt(picture.data, pixel);
    if (!stays) pixels.push(pixel);
  }
  return pixels;
}

function refuseOtherSize({ width, height }: Draft, before: Draft | undefined): void {
  if (before === undefined || (before.width === width && before.height === height)) return;
  throw new RangeError(
    `a frame is ${width}×${height} px, the one before ${before.width}×${before.height} px`,
  );
}

function colourAt(data: Uint8Array, pixel: number): number {
  return (data[3 * pixel]! << 16) | (data[3 * pixel + 1]! << 8) | data[3 * pixel + 2]!;
}
