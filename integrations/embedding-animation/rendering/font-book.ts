/** The fonts that come with the package, opened as they are needed: no font of the machine is ever used. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';

/** The weights that are bundled for every script. */
export type FontWeight = 400 | 600 | 700;

/** Finds the font that draws a piece of text. */
export interface FontBook {
  /**
   * The font for one grapheme cluster, or `undefined` when no bundled font has all of it.
   * @param cluster what a reader sees as one character, such as `é` or 👩🏽‍🚀
   */
  findFont(cluster: string, weight: FontWeight): Font | undefined;
  /** The font whose `.notdef` box stands for what no font has. */
  lastResort(weight: FontWeight): Font;
}

/** One file of a family: the code points it is meant for, and the font once it was opened. */
interface FontFile {
  readonly ranges: readonly (readonly [number, number])[];
  readonly open: (weight: FontWeight) => Font;
}

/** In the order in which they are asked. Noto Sans Arabic brings mathematics and symbols too. */
const TEXT_FAMILIES = ['inter', 'noto-sans-hebrew', 'noto-sans-arabic'] as const;
const EMOJI_FAMILY = 'noto-emoji';
const LAST_RESORT = '@fontsource/inter/files/inter-latin';

/** Joiners, variation selectors and tags: they pick a glyph but have none of their own. */
const WITHOUT_GLYPH = /[\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\u{e0000}-\u{e01ef}]/u;
const SHOWN_AS_EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;

/** Opens the book. Files are read when a character first asks for them, and then kept. */
export function openFontBook(): FontBook {
  const resolve = createRequire(import.meta.url).resolve;
  const openFile = keepByKey((path: string) => openFont(readFileSync(resolve(path))));
  const listText = once(() => TEXT_FAMILIES.flatMap((family) => listFiles(family, resolve, openFile)));
  const listEmoji = once(() => listFiles(EMOJI_FAMILY, resolve, openFile));
  return {
    findFont(cluster, weight) {
      const files = SHOWN_AS_EMOJI.test(cluster)
        ? [...listEmoji(), ...listText()]
        : [...listText(), ...listEmoji()];
      const codePoints = Array.from(cluster, (character) => character.codePointAt(0)!).filter(
        (codePoint) => !WITHOUT_GLYPH.test(String.fromCodePoint(codePoint)),
      );
      for (const { ranges, open } of files) {
        if (!codePoints.every((codePoint) => includes(ranges, codePoint))) continue;
        const font = open(weight); // only now: opening is what takes time
        if (codePoints.every((codePoint) => font.hasGlyphForCodePoint(codePoint))) return font;
      }
      return undefined;
    },
    lastResort: (weight) => openFile(`${LAST_RESORT}-${weight}-normal.woff`),
  };
}

function listFiles(
  family: string,
  resolve: (path: string) => string,
  openFile: (path: string) => Font,
): FontFile[] {
  const subsets: unknown = JSON.parse(readFileSync(resolve(`@fontsource/${family}/unicode.json`), 'utf8'));
  return Object.entries(subsets as Record<string, string>) // the package's own file: subset → ranges
    .map(([subset, ranges]) => ({
      ranges: parseRanges(ranges),
      open: (weight: FontWeight) =>
        openFile(
          `@fontsource/${family}/files/${family}-${subset.replace(/[[\]]/g, '')}-${weight}-normal.woff`,
        ),
    }))
    .reverse(); // the files list rare scripts first; the common ones should answer first
}

/** `U+0000-00FF,U+0131` as pairs of first and last code point. */
function parseRanges(ranges: string): [number, number][] {
  return ranges.split(',').map((range) => {
    const [first, last = first] = range.replace('U+', '').split('-');
    return [parseInt(first!, 16), parseInt(last!, 16)];
  });
}

function includes(ranges: FontFile['ranges'], codePoint: number): boolean {
  return ranges.some(([first, last]) => first <= codePoint && codePoint <= last);
}

/** A font file that holds one font, not a collection. */
function openFont(bytes: Buffer): Font {
  const font = create(bytes);
  if (!('layout' in font)) throw new Error('a bundled font file holds a collection of fonts');
  return font;
}

function keepByKey<Value>(make: (key: string) => Value): (key: string) => Value {
  const kept = new Map<string, Value>();
  return (key) => {
    const known = kept.get(key) ?? make(key);
    kept.set(key, known);
    return known;
  };
}

function once<Value>(make: () => Value): () => Value {
  const keep = keepByKey(make);
  return () => keep('');
}
