/** Frames of a GIF as blocks of its file: each holds the rectangle that changed since the frame before. */
import type { RgbImage } from '../contracts.ts';
import { compressIndices } from './gif-lzw.ts';
import { TRANSPARENT_INDEX } from './gif-palette.ts';

/** A rectangle of the canvas, px. */
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A picture as indices into the palette, row-major. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  readonly indices: Uint8Array;
}

const GRAPHIC_CONTROL = [0x21, 0xf9, 4];
/** The canvas stays as it is after the frame, and one index is transparent. */
const KEEP_TRANSPARENT = 0b101;
const KEEP_OPAQUE = 0b100;
const IMAGE_SEPARATOR = 0x2c;
const HEADER_BYTES = 18;

/** @param indexOf the palette's index of a colour `0xrrggbb` */
export function indexImage(
  { width, height, data }: RgbImage,
  indexOf: (colour: number) => number,
): IndexedImage {
  const indices = new Uint8Array(width * height);
  let [last, index] = [-1, 0];
  for (let pixel = 0, at = 0; pixel < indices.length; pixel++, at += 3) {
    const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
    if (colour !== last) [last, index] = [colour, indexOf(colour)];
    indices[pixel] = index;
  }
  return { width, height, indices };
}

/**
 * One frame's blocks.
 * @param shown the frame before; absent for the first
 * @param ticks how long it is shown, hundredths of a second
 * @throws RangeError when the frames differ in size
 */
export function encodeGifFrame(
  image: IndexedImage,
  shown: IndexedImage | undefined,
  ticks: number,
): Uint8Array {
  const area = shown === undefined ? { x: 0, y: 0, ...sizeOf(image) } : findChange(image, shown);
  const pixels = cut(image, area);
  const data = compressIndices(pixels, shown && cut(shown, area));
  const block = new Uint8Array(HEADER_BYTES + data.length);
  const view = new DataView(block.buffer);
  block.set(GRAPHIC_CONTROL);
  block[3] = shown === undefined ? KEEP_OPAQUE : KEEP_TRANSPARENT;
  view.setUint16(4, ticks, true);
  block[6] = TRANSPARENT_INDEX;
  block[8] = IMAGE_SEPARATOR;
  [area.x, area.y, area.width, area.height].forEach((value, i) => {
    view.setUint16(9 + 2 * i, value, true);
  });
  block.set(data, HEADER_BYTES);
  return block;
}

/** The smallest rectangle that holds every pixel that differs; one pixel where none does. */
function findChange(image: IndexedImage, shown: IndexedImage): Area {
  const { width, height, indices } = image;
  if (shown.width !== width || shown.height !== height) {
    throw new RangeError(
      `a frame is ${width}×${height} px, the one before ${shown.width}×${shown.height} px`,
    );
  }
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let row = 0, start = 0; row < height; row++, start += width) {
    let first = 0;
    while (first < width && indices[start + first] === shown.indices[start + first]) first++;
    if (first === width) continue;
    let last = width - 1;
    while (indices[start + last] === shown.indices[start + last]) last--;
    [left, right] = [Math.min(left, first), Math.max(right, last)];
    [top, bottom] = [top === -1 ? row : top, row];
  }
  if (bottom === -1) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** The pixels of an area. */
function cut({ width, indices }: IndexedImage, area: Area): Uint8Array {
  const pixels = new Uint8Array(area.width * area.height);
  for (let row = 0; row < area.height; row++) {
    const start = (area.y + row) * width + area.x;
    pixels.set(indices.subarray(start, start + area.width), row * area.width);
  }
  return pixels;
}

function sizeOf({ width, height }: IndexedImage): { width: number; height: number } {
  return { width, height };
}
