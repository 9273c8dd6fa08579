/** Colour tables: what is flat and its edges share a few colours in all frames, pictures get the rest anew in each. */
import type { RgbImage } from '../../contracts.ts';
import type { Rgb } from '../raster/pixels.ts';
import { nearestColorIndex, quantize, type ColourTable } from './gifenc.ts';

/** Entries of every table. */
const TABLE_SIZE = 256;
/** Last entry of every table: "what was there stays". */
export const TRANSPARENT_INDEX = TABLE_SIZE - 1;
/** Colours that cover the most pixels are kept as they are: paper, ink, classes. */
const EXACT_COLOURS = 24;
/** First entries of every table, the exact ones among them. A colour near to them takes one: few compress well. */
const COMMON_COLOURS = 64;
/** Most that a channel may differ from a common colour that stands for it. */
const TOLERANCE = 16;
const COLOURS_IN_ALL = 2 ** 24;
/** What is known of a colour before it was asked for; an entry is kept plus 1. */
const UNKNOWN = 0;
const BLACK: Rgb = [0, 0, 0];

/** Pixels by colour `0xrrggbb`. */
export type ColourCounts = ReadonlyMap<number, number>;

/** The entries that all tables begin with, the most frequent first; at most 64. */
export function chooseCommonColours(images: readonly RgbImage[]): ColourTable {
  const ranked = rankColours(countColours(images));
  const exact = ranked.slice(0, EXACT_COLOURS).map(([colour]) => toRgb(colour));
  return [...exact, ...quantiseColours(ranked.slice(EXACT_COLOURS), COMMON_COLOURS - exact.length)];
}

/**
 * Finds the common colour that stands for a colour `0xrrggbb`: the nearest, where it is near.
 * @returns its entry, or `TRANSPARENT_INDEX` for a colour that needs an entry of its own
 */
export function createCommonLookup(common: ColourTable): (colour: number) => number {
  const known = new Uint16Array(COLOURS_IN_ALL); // memory is only taken where colours are
  const find = (colour: number): number => {
    const rgb = toRgb(colour);
    const index = nearestColorIndex(common, rgb);
    return isNear(common[index]!, rgb) ? index : TRANSPARENT_INDEX;
  };
  return (colour) => {
    if (known[colour] === UNKNOWN) known[colour] = find(colour) + 1;
    return known[colour]! - 1;
  };
}

/** A table of 256 entries: the common colours, what stands for a frame's own, and black where none is left. */
export function buildColourTable(common: ColourTable, own: ColourCounts): ColourTable {
  const table = [...common, ...quantiseColours(rankColours(own), TRANSPARENT_INDEX - common.length)];
  return [...table, ...Array.from({ length: TABLE_SIZE - table.length }, () => BLACK)];
}

/** The entries of a table that are nearest to some colours `0xrrggbb`; never the transparent one. */
export function matchColours(table: ColourTable, colours: Iterable<number>): Map<number, number> {
  const opaque = table.slice(0, TRANSPARENT_INDEX);
  return new Map(Array.from(colours, (colour) => [colour, nearestColorIndex(opaque, toRgb(colour))]));
}

/** A pixel's colour, `0xrrggbb`. */
export function colourAt({ data }: RgbImage, pixel: number): number {
  return (data[3 * pixel]! << 16) | (data[3 * pixel + 1]! << 8) | data[3 * pixel + 2]!;
}

function countColours(images: readonly RgbImage[]): ColourCounts {
  const counts = new Uint32Array(COLOURS_IN_ALL);
  const seen: number[] = [];
  for (const image of images) {
    for (let pixel = 0; pixel < image.width * image.height; pixel++) {
      const colour = colourAt(image, pixel);
      if (counts[colour] === 0) seen.push(colour);
      counts[colour]!++;
    }
  }
  return new Map(seen.map((colour) => [colour, counts[colour]!]));
}

/** The most frequent first, the darker of equals. */
function rankColours(counts: ColourCounts): (readonly [colour: number, count: number])[] {
  return Array.from(counts).sort(([a, m], [b, n]) => n - m || a - b);
}

/**
 * Each colour counts by the square root of its pixels, so that small pictures are not lost against edges. Colours that
 * share the upper four bits of each channel are merged first: finer cells take many times longer and look no better.
 */
function quantiseColours(ranked: readonly (readonly [colour: number, count: number])[], most: number): Rgb[] {
  if (ranked.length <= most) return ranked.map(([colour]) => toRgb(colour));
  const pixels: number[] = [];
  for (const [colour, count] of ranked) {
    const [red, green, blue] = toRgb(colour);
    for (let n = Math.ceil(Math.sqrt(count)); n > 0; n--) pixels.push(red, green, blue, 255);
  }
  return quantize(Uint8Array.from(pixels), most, { format: 'rgb444' });
}

function isNear([r, g, b]: Rgb, [red, green, blue]: Rgb): boolean {
  return Math.max(Math.abs(r - red), Math.abs(g - green), Math.abs(b - blue)) <= TOLERANCE;
}

function toRgb(colour: number): Rgb {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}
