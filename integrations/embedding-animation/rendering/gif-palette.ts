import type { RgbImage } from '../contracts.ts';
import { loadGifenc } from './load-gifenc.ts';

/** Last entry of the palette: "what was there stays". */
export const TRANSPARENT_INDEX = 255;
/** Colours that cover the most pixels are kept as they are: paper, ink, classes. The rest is quantised. */
const EXACT_COLOURS = 96;
const COLOURS_IN_ALL = 16_777_216;
const UNKNOWN = -1;

type Rgb = [red: number, green: number, blue: number];

/** A palette of 256 entries for all of `images`: their commonest colours exactly, then a quantisation of the others. */
export function buildPalette(images: readonly RgbImage[]): Rgb[] {
  const counts = countColours(images);
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  const exact = ranked.slice(0, EXACT_COLOURS).map(([colour]) => toRgb(colour));
  const others = ranked.slice(EXACT_COLOURS);
  const palette = [...exact, ...quantiseColours(others, TRANSPARENT_INDEX - exact.length)];
  while (palette.length <= TRANSPARENT_INDEX) palette.push([0, 0, 0]);
  return palette;
}

/** Index of the entry nearest to a colour `0xrrggbb`, by squared distance in RGB; never the transparent one. */
export function createPaletteLookup(palette: readonly Rgb[]): (colour: number) => number {
  const known = new Int16Array(COLOURS_IN_ALL).fill(UNKNOWN);
  return (colour) => {
    let index = known[colour]!;
    if (index === UNKNOWN) known[colour] = index = findNearest(palette, colour);
    return index;
  };
}

function countColours(images: readonly RgbImage[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { data } of images) {
    for (let at = 0; at < data.length; at += 3) {
      const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  return counts;
}

/** Each colour counts by the square root of its pixels, so that small thumbnails are not lost against edges. */
function quantiseColours(
  colours: readonly (readonly [colour: number, count: number])[],
  most: number,
): Rgb[] {
  if (colours.length <= most) return colours.map(([colour]) => toRgb(colour));
  const pixels: number[] = [];
  for (const [colour, count] of colours) {
    const [red, green, blue] = toRgb(colour);
    for (let n = Math.ceil(Math.sqrt(count)); n > 0; n--) pixels.push(red, green, blue, 255);
  }
  const quantised = loadGifenc().quantize(Uint8Array.from(pixels), most, { format: 'rgb565' });
  return quantised.map(([red = 0, green = 0, blue = 0]) => [red, green, blue]);
}

function findNearest(palette: readonly Rgb[], colour: number): number {
  const [red, green, blue] = toRgb(colour);
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < TRANSPARENT_INDEX; i++) {
    const [r, g, b] = palette[i]!;
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function toRgb(colour: number): Rgb {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}
