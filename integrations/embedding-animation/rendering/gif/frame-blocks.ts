/** Frames of a GIF as blocks of its file: each holds the rectangle that changed since the frame before. */
import type { IndexedFrame, IndexedImage } from './difference-frames.ts';
import { compressIndices } from './lzw.ts';
import { TRANSPARENT_INDEX } from './colour-tables.ts';

/** A rectangle of the canvas, px. */
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const GRAPHIC_CONTROL = [0x21, 0xf9, 4];
/** The canvas stays as it is after the frame, and one index is transparent. */
const KEEP_TRANSPARENT = 0b101;
const KEEP_OPAQUE = 0b100;
const IMAGE_SEPARATOR = 0x2c;
/** The frame has a palette of its own, of 256 entries. */
const PALETTE_OF_256 = 0b1_0_0_00_111;
const HEADER_BYTES = 18;

/**
 * One frame's blocks.
 * @param ticks how long it is shown, hundredths of a second
 */
export function encodeGifFrame({ image, shown, palette }: IndexedFrame, ticks: number): Uint8Array {
  const area = shown === undefined ? { x: 0, y: 0, ...sizeOf(image) } : findChange(image, shown);
  const data = compressIndices(cut(image, area), shown && cut(shown, area));
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(GRAPHIC_CONTROL);
  header[3] = shown === undefined ? KEEP_OPAQUE : KEEP_TRANSPARENT;
  header.writeUInt16LE(ticks, 4);
  header[6] = TRANSPARENT_INDEX;
  header[8] = IMAGE_SEPARATOR;
  [area.x, area.y, area.width, area.height].forEach((value, i) => header.writeUInt16LE(value, 9 + 2 * i));
  if (palette !== undefined) header[17] = PALETTE_OF_256;
  return Buffer.concat(palette === undefined ? [header, data] : [header, palette, data]);
}

/** The smallest rectangle that holds every pixel that differs; one pixel where none does. */
function findChange(image: IndexedImage, shown: IndexedImage): Area {
  const { width, height, indices } = image;
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
