/** Difference frames: the smallest rectangle that holds every change since the frame before, transparent where none is. */
import type { RgbImage } from '../../contracts.ts';
import { buildColourTable, colourAt, matchColours, TRANSPARENT_INDEX } from './colour-table.ts';
import type { ColourTable } from './gifenc.ts';

/** A picture and, row-major, its pixels' entries among the common colours; transparent where none stands for them. */
export interface IndexedFrame {
  readonly picture: RgbImage;
  readonly indices: Uint8Array;
}

/** What is written of a frame: a rectangle at (`x`, `y`) of the canvas, px. */
export interface DifferenceFrame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Row-major; transparent where the canvas stays as it is. */
  readonly indices: Uint8Array;
  /** The frame's own; absent where common colours do, but for the first frame, whose table serves those. */
  readonly colourTable: ColourTable | undefined;
}

/** @param commonOf entry of the common colour that stands for a colour `0xrrggbb`, or `TRANSPARENT_INDEX` */
export function indexCommonColours(picture: RgbImage, commonOf: (colour: number) => number): IndexedFrame {
  const indices = new Uint8Array(picture.width * picture.height);
  let [last, index] = [-1, 0];
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const colour = colourAt(picture, pixel);
    if (colour !== last) [last, index] = [colour, commonOf(colour)];
    indices[pixel] = index;
  }
  return { picture, indices };
}

/**
 * Subtracts the frame before. A colour without a common one gets an entry of the frame's own table; where such a colour
 * stays as it is, it is left alone, whatever table it was drawn with: nothing flickers.
 * @param before absent for the first frame, of which all is written
 * @param commonColours what all tables begin with
 * @throws RangeError when the frames differ in size
 */
export function subtractFrame(
  { picture, indices: common }: IndexedFrame,
  before: IndexedFrame | undefined,
  commonColours: ColourTable,
): DifferenceFrame {
  refuseOtherSize(picture, before?.picture);
  const indices = new Uint8Array(common.length).fill(TRANSPARENT_INDEX);
  const own: number[] = [];
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const index = common[pixel]!;
    if (index !== TRANSPARENT_INDEX) {
      if (index !== before?.indices[pixel]) indices[pixel] = index;
      continue;
    }
    const colour = colourAt(picture, pixel);
    if (before !== undefined && colourAt(before.picture, pixel) === colour) continue;
    own.push(pixel);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  if (before !== undefined && own.length === 0)
    return { ...cropTransparent(indices, picture.width), colourTable: undefined };
  const colourTable = buildColourTable(commonColours, counts);
  const entries = matchColours(colourTable, counts.keys());
  for (const pixel of own) indices[pixel] = entries.get(colourAt(picture, pixel))!;
  return { ...cropTransparent(indices, picture.width), colourTable };
}

/** The smallest rectangle that holds every pixel that is not transparent; one pixel where all are. */
function cropTransparent(indices: Uint8Array, width: number): Omit<DifferenceFrame, 'colourTable'> {
  const rows = indices.length / width;
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let row = 0, start = 0; row < rows; row++, start += width) {
    let first = 0;
    while (first < width && indices[start + first] === TRANSPARENT_INDEX) first++;
    if (first === width) continue;
    let last = width - 1;
    while (indices[start + last] === TRANSPARENT_INDEX) last--;
    [left, right] = [Math.min(left, first), Math.max(right, last)];
    [top, bottom] = [top === -1 ? row : top, row];
  }
  if (bottom === -1) return { x: 0, y: 0, width: 1, height: 1, indices: Uint8Array.of(TRANSPARENT_INDEX) };
  const area = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  const cropped = new Uint8Array(area.width * area.height);
  for (let row = 0; row < area.height; row++) {
    const start = (top + row) * width + left;
    cropped.set(indices.subarray(start, start + area.width), row * area.width);
  }
  return { ...area, indices: cropped };
}

function refuseOtherSize({ width, height }: RgbImage, before: RgbImage | undefined): void {
  if (before === undefined || (before.width === width && before.height === height)) return;
  throw new RangeError(
    `a frame is ${width}×${height} px, the one before ${before.width}×${before.height} px`,
  );
}
