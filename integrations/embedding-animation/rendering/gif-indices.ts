/** Pixels of frames as choices among the entries of their palettes. */
import type { RgbImage } from '../contracts.ts';
import { NO_CHOICE, type Choices } from './gif-choices.ts';
import { buildPalette, matchColours } from './gif-palette.ts';

/** A picture as its colours `0xrrggbb`, row-major. */
export interface ColourImage {
  readonly width: number;
  readonly height: number;
  readonly colours: Uint32Array;
}

/** A frame that is ready to be written. */
export interface ChosenFrame {
  readonly width: number;
  readonly height: number;
  /** Of each pixel's choice, row-major. */
  readonly numbers: Uint16Array;
  /** `[256 × 3]`; absent where all colours are common or stay. */
  readonly palette: Uint8Array | undefined;
}

/** Takes the colours of a picture. */
export function readColours({ width, height, data }: RgbImage): ColourImage {
  const colours = new Uint32Array(width * height);
  for (let pixel = 0, at = 0; pixel < colours.length; pixel++, at += 3) {
    colours[pixel] = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
  }
  return { width, height, colours };
}

/**
 * Finds each pixel's choice. Colours that are not common get entries of the frame's own palette, and pixels are let
 * alone where what is there does: where a colour stays as it is, so does what it was drawn with, and nothing flickers.
 * @param before the frame before; absent for the first
 * @param common `[c × 3]`, the first entries of all palettes
 * @throws RangeError when the frames differ in size
 */
export function chooseFrame(
  image: ColourImage,
  before: ColourImage | undefined,
  common: Uint8Array,
  choices: Choices,
): ChosenFrame {
  refuseOtherSize(image, before);
  const { width, height, colours } = image;
  const numbers = new Uint16Array(colours.length);
  const own: number[] = [];
  let last = -1;
  let lastBefore = -1;
  let number = NO_CHOICE;
  for (let pixel = 0; pixel < colours.length; pixel++) {
    const colour = colours[pixel]!;
    const colourBefore = before === undefined ? -1 : before.colours[pixel]!;
    if (colour !== last || colourBefore !== lastBefore) {
      number = choose(colour, colourBefore, choices);
      last = colour;
      lastBefore = colourBefore;
    }
    if (number === NO_CHOICE) own.push(pixel);
    else numbers[pixel] = number;
  }
  if (own.length === 0) return { width, height, numbers, palette: undefined };
  const counts = new Map<number, number>();
  for (const pixel of own) counts.set(colours[pixel]!, (counts.get(colours[pixel]!) ?? 0) + 1);
  const palette = buildPalette(common, Array.from(counts));
  const entries = matchColours(palette, counts.keys());
  for (const pixel of own) numbers[pixel] = choices.ofEntry(entries.get(colours[pixel]!)!);
  return { width, height, numbers, palette };
}

/** @param before the pixel's colour in the frame before, or -1 */
function choose(colour: number, before: number, choices: Choices): number {
  const number = choices.ofColour(colour);
  if (before === -1) return number;
  return colour === before ? choices.ofStaying(number) : choices.ofChange(choices.ofColour(before), number);
}

function refuseOtherSize({ width, height }: ColourImage, before: ColourImage | undefined): void {
  if (before === undefined || (before.width === width && before.height === height)) return;
  throw new RangeError(
    `a frame is ${width}×${height} px, the one before ${before.width}×${before.height} px`,
  );
}
