/** Colours of a GIF: what is flat and its edges share a few in all frames, pictures get the rest anew in each. */
import type { RgbImage } from '../../contracts.ts';
import { loadGifenc } from './load-gifenc.ts';

/** Entries of every palette. */
export const PALETTE_SIZE = 256;
/** Last entry of every palette: "what was there stays". */
export const TRANSPARENT_INDEX = PALETTE_SIZE - 1;
/** No common colour is near. */
export const NONE = -1;
/** Colours that cover the most pixels are kept as they are: paper, ink, classes. */
const EXACT_COLOURS = 24;
/** First entries of every palette, the exact ones among them. A colour near to them takes one: few compress well. */
const COMMON_COLOURS = 64;
/** Most that a channel may differ from a common colour that stands for it. */
const TOLERANCE = 16;
const COLOURS_IN_ALL = 2 ** 24;
/** What is known of a colour before it was asked for. */
const UNKNOWN = 0;
/** What is known of a colour without a common one, which has its entry plus 1. */
const RARE = PALETTE_SIZE - 1;

type Rgb = readonly [red: number, green: number, blue: number];
/** A colour `0xrrggbb` and the pixels that have it. */
export type Counted = readonly [colour: number, count: number];

/** The palette's entries that all frames share, `[c × 3]`, the most frequent first; c is at most 64. */
export function chooseCommonColours(images: readonly RgbImage[]): Uint8Array {
  const ranked = countColours(images).sort(byCount);
  const exact = ranked.slice(0, EXACT_COLOURS).map(([colour]) => toRgb(colour));
  const edges = quantiseColours(ranked.slice(EXACT_COLOURS), COMMON_COLOURS - exact.length);
  return Uint8Array.from([...exact, ...edges].flat());
}

/** Entry of the nearest common colour to a colour `0xrrggbb`, by squared distance in RGB, if it is near; or `NONE`. */
export function openCommonLookup(common: Uint8Array): (colour: number) => number {
  const known = new Uint8Array(COLOURS_IN_ALL); // memory is only taken where colours are
  const find = (colour: number): number => {
    const rgb = toRgb(colour);
    const index = findNearest(common, rgb);
    return isNear(entryOf(common, index), rgb) ? index + 1 : RARE;
  };
  return (colour) => {
    let found = known[colour]!;
    if (found === UNKNOWN) known[colour] = found = find(colour);
    return found === RARE ? NONE : found - 1;
  };
}

/** A frame's palette, `[256 × 3]`: the common colours, and what stands for its own. Unused entries are black. */
export function buildPalette(common: Uint8Array, own: readonly Counted[]): Uint8Array {
  const palette = new Uint8Array(3 * PALETTE_SIZE);
  palette.set(common);
  const room = TRANSPARENT_INDEX - common.length / 3;
  palette.set(quantiseColours(own.toSorted(byCount), room).flat(), common.length);
  return palette;
}

/** The entries of a palette that are nearest to some colours `0xrrggbb`; never the transparent one. */
export function matchColours(palette: Uint8Array, colours: Iterable<number>): Map<number, number> {
  const opaque = palette.subarray(0, 3 * TRANSPARENT_INDEX);
  return new Map(Array.from(colours, (colour) => [colour, findNearest(opaque, toRgb(colour))]));
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

function byCount([a, m]: Counted, [b, n]: Counted): number {
  return n - m || a - b;
}

/**
 * Each colour counts by the square root of its pixels, so that small pictures are not lost against edges. Colours that
 * share the upper four bits of each channel are merged first: finer cells take many times longer and look no better.
 */
function quantiseColours(colours: readonly Counted[], most: number): Rgb[] {
  if (colours.length <= most) return colours.map(([colour]) => toRgb(colour));
  const pixels: number[] = [];
  for (const [colour, count] of colours) {
    const [red, green, blue] = toRgb(colour);
    for (let n = Math.ceil(Math.sqrt(count)); n > 0; n--) pixels.push(red, green, blue, 255);
  }
  const quantised = loadGifenc().quantize(Uint8Array.from(pixels), most, { format: 'rgb444' });
  return quantised.map(([red = 0, green = 0, blue = 0]) => [red, green, blue]);
}

/** The first of equals. */
function findNearest(palette: Uint8Array, [red, green, blue]: Rgb): number {
  let best = 0;
  let least = Infinity;
  for (let at = 0; at < palette.length; at += 3) {
    const [r, g, b] = [palette[at]! - red, palette[at + 1]! - green, palette[at + 2]! - blue];
    const distance = r * r + g * g + b * b;
    if (distance < least) [best, least] = [at / 3, distance];
  }
  return best;
}

function isNear([r, g, b]: Rgb, [red, green, blue]: Rgb): boolean {
  return Math.max(Math.abs(r - red), Math.abs(g - green), Math.abs(b - blue)) <= TOLERANCE;
}

function entryOf(palette: Uint8Array, index: number): Rgb {
  return [palette[3 * index]!, palette[3 * index + 1]!, palette[3 * index + 2]!];
}

function toRgb(colour: number): Rgb {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}
