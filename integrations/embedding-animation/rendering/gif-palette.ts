/** One palette for all frames of a GIF: what is flat stays exact, edges get few shades, pictures get the rest. */
import type { RgbImage } from '../contracts.ts';
import { loadGifenc } from './load-gifenc.ts';

/** Last entry of the palette: "what was there stays". */
export const TRANSPARENT_INDEX = 255;
/** Colours that cover the most pixels are kept as they are: paper, ink, classes. */
const EXACT_COLOURS = 24;
/** Entries, the exact ones among them, that a colour near to them takes: few that come often compress well. */
const COMMON_COLOURS = 64;
/** Most that a channel may differ from a common colour that stands for it. */
const TOLERANCE = 24;
const COLOURS_IN_ALL = 2 ** 24;

type Rgb = readonly [red: number, green: number, blue: number];
/** A colour `0xrrggbb` and the pixels that have it. */
type Counted = readonly [colour: number, count: number];

/** The palette as a GIF stores it, `[256 × 3]`. Unused entries are black. */
export function buildPalette(images: readonly RgbImage[]): Uint8Array {
  const ranked = countColours(images).sort(([a, m], [b, n]) => n - m || a - b);
  const exact = ranked.slice(0, EXACT_COLOURS).map(([colour]) => toRgb(colour));
  const common = [...exact, ...quantiseColours(ranked.slice(EXACT_COLOURS), COMMON_COLOURS - exact.length)];
  const rare = ranked.filter(([colour]) => !common.some((entry) => isNear(entry, toRgb(colour))));
  const palette = [...common, ...quantiseColours(rare, TRANSPARENT_INDEX - common.length)];
  const bytes = new Uint8Array(3 * (TRANSPARENT_INDEX + 1));
  bytes.set(palette.flat());
  return bytes;
}

/**
 * Index of the entry that stands for a colour `0xrrggbb`: the nearest common one if it is near, or else the
 * nearest of all, by squared distance in RGB. Never the transparent one.
 */
export function createPaletteLookup(palette: Uint8Array): (colour: number) => number {
  const known = new Uint16Array(COLOURS_IN_ALL); // the index plus 1; memory is only taken where colours are
  const find = (colour: number): number => {
    const [red, green, blue] = toRgb(colour);
    const common = findNearest(palette, COMMON_COLOURS, red, green, blue);
    const entry: Rgb = [palette[3 * common]!, palette[3 * common + 1]!, palette[3 * common + 2]!];
    if (isNear(entry, [red, green, blue])) return common;
    return findNearest(palette, TRANSPARENT_INDEX, red, green, blue);
  };
  return (colour) => {
    let index = known[colour]!;
    if (index === 0) known[colour] = index = find(colour) + 1;
    return index - 1;
  };
}

function countColours(images: readonly RgbImage[]): Counted[] {
  const counts = new Uint32Array(COLOURS_IN_ALL);
  const seen: number[] = [];
  for (const { data } of images) {
    for (let at = 0; at < data.length; at += 3) {
      const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
      if (counts[colour] === 0) seen.push(colour);
      counts[colour]!++;
    }
  }
  return seen.map((colour) => [colour, counts[colour]!]);
}

/** Each colour counts by the square root of its pixels, so that small pictures are not lost against edges. */
function quantiseColours(colours: readonly Counted[], most: number): Rgb[] {
  if (colours.length <= most) return colours.map(([colour]) => toRgb(colour));
  const pixels: number[] = [];
  for (const [colour, count] of colours) {
    const [red, green, blue] = toRgb(colour);
    for (let n = Math.ceil(Math.sqrt(count)); n > 0; n--) pixels.push(red, green, blue, 255);
  }
  const quantised = loadGifenc().quantize(Uint8Array.from(pixels), most, { format: 'rgb565' });
  return quantised.map(([red = 0, green = 0, blue = 0]) => [red, green, blue]);
}

/** Among the first `count` entries; the first of equals. */
function findNearest(palette: Uint8Array, count: number, red: number, green: number, blue: number): number {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < count; i++) {
    const [r, g, b] = [palette[3 * i]! - red, palette[3 * i + 1]! - green, palette[3 * i + 2]! - blue];
    const distance = r * r + g * g + b * b;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function isNear([r, g, b]: Rgb, [red, green, blue]: Rgb): boolean {
  return Math.max(Math.abs(r - red), Math.abs(g - green), Math.abs(b - blue)) <= TOLERANCE;
}

function toRgb(colour: number): Rgb {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}
