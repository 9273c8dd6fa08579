/** The fonts that pictures are set in, in the order of their fallback, opened as they are needed: no font of the machine is ever used. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Font } from 'fontkit';
import {
  memoize,
  openFontFamily,
  type FontFamily,
  type FontPackage,
  type FontWeight,
} from './font-family.ts';

/** Fonts of the site beside those that the package brings along. */
export interface FontChoice {
  /** Asked first: what the author named. */
  readonly named: readonly FontPackage[];
  /** Asked for what the bundled fonts lack. */
  readonly found: readonly FontPackage[];
}

/** No other fonts than the package's own. */
export const BUNDLED_ONLY: FontChoice = { named: [], found: [] };

/** Finds the font that draws a piece of text. */
export interface FontStack {
  /**
   * The font for one grapheme cluster, or `undefined` when no font has all of it.
   * @param cluster what a reader sees as one character, such as `é` or 👩🏽‍🚀
   */
  findFont(cluster: string, weight: FontWeight): Font | undefined;
  /** The package of the site that draws the cluster; `undefined` where a bundled font does, or none. */
  findPackage(cluster: string): FontPackage | undefined;
  /** The font whose `.notdef` box stands for what no font has. */
  lastResort(weight: FontWeight): Font;
}

/** A family and, where it is the site's, its package. */
interface Source {
  readonly family: FontFamily;
  readonly package: FontPackage | undefined;
}

/** In the order in which they are asked. Noto Sans Arabic brings mathematics and symbols too. */
const TEXT_FAMILIES = ['@fontsource/inter', '@fontsource/noto-sans-hebrew', '@fontsource/noto-sans-arabic'];
const EMOJI_FAMILY = '@fontsource/noto-emoji';
const LAST_RESORT = '@fontsource/inter';
const LATIN_LETTER = 0x61;

/** Joiners, variation selectors and tags: they pick a glyph but have none of their own. */
const WITHOUT_GLYPH = /[\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\u{e0000}-\u{e01ef}]/u;
const SHOWN_AS_EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
const EMOJI_NAME = /emoji/;

/** Opens families, each once: stacks that share it share their fonts. */
export type FamilyOpener = (font: Pick<FontPackage, 'name' | 'folder'>) => FontFamily | undefined;

/** A `FamilyOpener` that has opened nothing yet. */
export function openFamilies(): FamilyOpener {
  const open = memoize((folder: string) => memoize((name: string) => openFontFamily({ name, folder })));
  return ({ name, folder }) => open(folder)(name);
}

/** Opens the stack. Files are read when a character first asks for them, and then kept. */
export function openFontStack(
  { named, found }: FontChoice = BUNDLED_ONLY,
  open: FamilyOpener = openFamilies(),
): FontStack {
  const { resolve } = createRequire(import.meta.url);
  const openBundled = memoize((name: string): Source => {
    const family = open({ name, folder: dirname(resolve(`${name}/unicode.json`)) });
    if (family === undefined) throw new Error(`the font ${name} of this package is not whole`);
    return { family, package: undefined };
  });
  const openSite = (font: FontPackage): Source[] => {
    const family = open(font);
    return family === undefined ? [] : [{ family, package: font }];
  };
  const text = (): Generator<Source> => listSources([...named], TEXT_FAMILIES, [...found, EMOJI_FAMILY]);
  const emoji = (): Generator<Source> =>
    listSources(
      named.filter(({ name }) => EMOJI_NAME.test(name)),
      [EMOJI_FAMILY],
      [...named, ...TEXT_FAMILIES, ...found],
    );
  function* listSources(...lists: readonly (readonly (string | FontPackage)[])[]): Generator<Source> {
    for (const font of lists.flat()) {
      if (typeof font === 'string') yield openBundled(font);
      else yield* openSite(font);
    }
  }
  const find = (cluster: string, weight: FontWeight): (Source & { readonly font: Font }) | undefined => {
    const codePoints = Array.from(cluster, (character) => character.codePointAt(0)!).filter(
      (codePoint) => !WITHOUT_GLYPH.test(String.fromCodePoint(codePoint)),
    );
    const [first = LATIN_LETTER] = codePoints; // nothing but joiners: any font will do
    for (const source of SHOWN_AS_EMOJI.test(cluster) ? emoji() : text()) {
      for (const subset of source.family.subsetsFor(first)) {
        if (!source.family.covers(subset, codePoints)) continue;
        const font = subset.open(weight); // only now: opening is what takes time
        if (codePoints.every((codePoint) => font.hasGlyphForCodePoint(codePoint))) return { ...source, font };
      }
    }
    return undefined;
  };
  const kept = memoize((weight: FontWeight) => memoize((cluster: string) => find(cluster, weight)));
  return {
    findFont: (cluster, weight) => kept(weight)(cluster)?.font,
    findPackage: (cluster) => kept(400)(cluster)?.package,
    lastResort: (weight) => openBundled(LAST_RESORT).family.subsetsFor(LATIN_LETTER)[0]!.open(weight),
  };
}
