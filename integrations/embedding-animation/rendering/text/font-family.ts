/** A family of Fontsource, static or variable: which of its files has a character, and the file as a font. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { create, type Font } from 'fontkit';
import { z } from 'zod';
import { makeError } from '../../errors.ts';
import { readRegularFileSync } from '../../files.ts';
import { decodeWoff2 } from '../../formats/woff2/woff2.ts';

/** The weights that pictures use. */
export type FontWeight = 400 | 600 | 700;

/** An installed package with the fonts of one family, as plain data: it crosses threads. */
export interface FontPackage {
  /** Of the package, such as `@fontsource/noto-sans-jp`. */
  readonly name: string;
  readonly version: string;
  /** Absolute path of the package. Never published, no part of any key. */
  readonly folder: string;
}

/** Files that draw one piece of the family's characters. */
export interface FontSubset {
  /** The font of the weight there is that is nearest to `weight`. Opened once a weight, and kept. */
  open(weight: FontWeight): Font;
}

/** A family, whose files are opened as they are needed. */
export interface FontFamily {
  /** The subsets that are meant for the code point, those of common scripts first. */
  subsetsFor(codePoint: number): readonly FontSubset[];
  /** Whether a subset is meant for all of the code points: without opening it. */
  covers(subset: FontSubset, codePoints: readonly number[]): boolean;
}

/** A subset's file of one weight; variable ones hold all weights. */
interface FontFile {
  readonly path: string;
  readonly weight: number | 'variable';
}

type Range = readonly [first: number, last: number];

/** Code points that share an index entry: Han families have some hundred subsets of scattered ones. */
const PAGE_BITS = 7;
/** Preferred first: a static file needs no variation, and WOFF is what fontkit reads by itself. */
const FILE_NAME = /^(.+)-(\d+|wght|standard)-normal\.(woff2?)$/;

/**
 * Opens the family in `folder`: reads which code points it has, but no font.
 * @returns `undefined` where the folder is not laid out as Fontsource's packages are
 */
export function openFontFamily({
  name,
  folder,
}: Pick<FontPackage, 'name' | 'folder'>): FontFamily | undefined {
  const ranges = readRanges(join(folder, 'unicode.json'));
  const files = listFiles(join(folder, 'files'), name.slice(name.lastIndexOf('/') + 1));
  if (ranges === undefined || files.size === 0) return undefined;
  const known = new Map<FontSubset, readonly Range[]>();
  const pages = new Map<number, FontSubset[]>();
  for (const [subset, covered] of ranges) {
    const found = files.get(subset);
    if (found === undefined) continue;
    const opened: FontSubset = { open: memoize((weight: FontWeight) => openNearest(found, weight)) };
    known.set(opened, covered);
    for (const page of pagesOf(covered)) {
      const listed = pages.get(page) ?? [];
      listed.push(opened);
      pages.set(page, listed);
    }
  }
  const has = (subset: FontSubset, codePoint: number): boolean =>
    known.get(subset)?.some(([first, last]) => first <= codePoint && codePoint <= last) ?? false;
  return {
    subsetsFor: (codePoint) =>
      (pages.get(codePoint >> PAGE_BITS) ?? []).filter((subset) => has(subset, codePoint)),
    covers: (subset, codePoints) => codePoints.every((codePoint) => has(subset, codePoint)),
  };
}

/** A file of Fontsource: subset → ranges. */
const rangesSchema = z.record(z.string(), z.string());
const LAST_CODE_POINT = 0x10ffff;

/** Subsets and their code points. The file lists rare scripts first; the common ones should answer first. */
function readRanges(path: string): [subset: string, ranges: Range[]][] | undefined {
  const value = readOrNothing((): unknown => JSON.parse(readRegularFileSync(path).toString('utf8')));
  const subsets = rangesSchema.safeParse(value);
  if (!subsets.success) return undefined;
  return Object.entries(subsets.data)
    .map(([subset, ranges]): [string, Range[]] => [subset.replace(/[[\]]/g, ''), parseRanges(ranges)])
    .reverse();
}

/** `U+0000-00FF,U+0131` as pairs of first and last code point. */
function parseRanges(ranges: string): Range[] {
  return ranges.split(',').map((range) => {
    const [first, last = first] = range.trim().replace(/^U\+/i, '').split('-');
    return [parseInt(first!, 16), Math.min(parseInt(last!, 16), LAST_CODE_POINT)];
  });
}

/** Each page once, however the ranges overlap. */
function pagesOf(ranges: readonly Range[]): number[] {
  const pages: number[] = [];
  let next = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    for (let page = Math.max(next, first >> PAGE_BITS); page <= last >> PAGE_BITS; page++) pages.push(page);
    next = Math.max(next, (last >> PAGE_BITS) + 1);
  }
  return pages;
}

/** The upright files of the family `id`, by subset, those that are preferred first. */
function listFiles(folder: string, id: string): Map<string, FontFile[]> {
  const files = new Map<string, FontFile[]>();
  const names = readOrNothing(() => readdirSync(folder)) ?? [];
  for (const name of names.sort().sort(byFormat)) {
    const [, stem = '', weight = ''] = FILE_NAME.exec(name) ?? [];
    if (!stem.startsWith(`${id}-`)) continue;
    const subset = stem.slice(id.length + 1);
    const listed = files.get(subset) ?? [];
    listed.push({ path: join(folder, name), weight: /^\d/.test(weight) ? Number(weight) : 'variable' });
    files.set(subset, listed);
  }
  return files;
}

/** WOFF before WOFF2, and of variable files the one of the weight alone before one of more axes. */
function byFormat(a: string, b: string): number {
  const rank = (name: string): number => (name.endsWith('.woff') ? 0 : name.includes('-standard-') ? 2 : 1);
  return rank(a) - rank(b);
}

function openNearest(files: readonly FontFile[], wanted: FontWeight): Font {
  const distance = ({ weight }: FontFile): number =>
    weight === 'variable' ? 0 : 2 * Math.abs(weight - wanted) + (weight < wanted ? 1 : 0); // as near: the bolder one
  const { path, weight } = files.reduce((best, file) => (distance(file) < distance(best) ? file : best));
  try {
    const bytes = readRegularFileSync(path);
    const font = create(path.endsWith('.woff2') ? decodeWoff2(bytes) : bytes);
    if (!('layout' in font)) throw new RangeError('a collection of fonts can not be read');
    font.hasGlyphForCodePoint(0); // fontkit reads tables when it first needs them: a damaged one is found here
    return weight === 'variable' ? font.getVariation({ wght: wanted }) : font;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw makeError('FontInvalid', 'damaged', { said }, { file: basename(path), cause });
  }
}

function readOrNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** `make` with its results kept. */
export function memoize<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const kept = new Map<Key, { readonly value: Value }>();
  return (key) => {
    const known = kept.get(key) ?? { value: make(key) };
    kept.set(key, known);
    return known.value;
  };
}
