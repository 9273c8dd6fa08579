/** Frames of a GIF as blocks of its file: each holds the rectangle that changed since the frame before. */
import type { Choices } from './gif-choices.ts';
import type { ChosenFrame } from './gif-indices.ts';
import { compressChoices } from './gif-lzw.ts';
import { TRANSPARENT_INDEX } from './gif-palette.ts';
import type { Box } from './layout.ts';

const GRAPHIC_CONTROL = [0x21, 0xf9, 4];
/** The canvas stays as it is after the frame, and one index is transparent. */
const KEEP_TRANSPARENT = 0b101;
const IMAGE_SEPARATOR = 0x2c;
/** The frame has a palette of its own, of 256 entries. */
const PALETTE_OF_256 = 0b1_0_0_00_111;
const HEADER_BYTES = 18;

/**
 * One frame's blocks.
 * @param ticks how long it is shown, hundredths of a second
 */
export function encodeGifFrame(frame: ChosenFrame, choices: Choices, ticks: number): Uint8Array {
  const area = findChange(frame, choices);
  const data = compressChoices(cut(frame, area), choices);
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(GRAPHIC_CONTROL);
  header[3] = KEEP_TRANSPARENT;
  header.writeUInt16LE(ticks, 4);
  header[6] = TRANSPARENT_INDEX;
  header[8] = IMAGE_SEPARATOR;
  [area.x, area.y, area.width, area.height].forEach((value, i) => header.writeUInt16LE(value, 9 + 2 * i));
  if (frame.palette !== undefined) header[17] = PALETTE_OF_256;
  return Buffer.concat(frame.palette === undefined ? [header, data] : [header, frame.palette, data]);
}

/** The smallest rectangle that holds every pixel that must be drawn; one pixel where none must. */
function findChange({ width, height, numbers }: ChosenFrame, choices: Choices): Box {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let row = 0, start = 0; row < height; row++, start += width) {
    let first = 0;
    while (first < width && choices.mayStay(numbers[start + first]!)) first++;
    if (first === width) continue;
    let last = width - 1;
    while (choices.mayStay(numbers[start + last]!)) last--;
    [left, right] = [Math.min(left, first), Math.max(right, last)];
    [top, bottom] = [top === -1 ? row : top, row];
  }
  if (bottom === -1) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** The choices of an area. */
function cut({ width, numbers }: ChosenFrame, area: Box): Uint16Array {
  const part = new Uint16Array(area.width * area.height);
  for (let row = 0; row < area.height; row++) {
    const start = (area.y + row) * width + area.x;
    part.set(numbers.subarray(start, start + area.width), row * area.width);
  }
  return part;
}
