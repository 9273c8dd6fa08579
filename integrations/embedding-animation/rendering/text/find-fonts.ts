/** The fonts of a site that a run's texts need: named, or found among what is installed. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { makeError } from '../../errors.ts';
import { readRegularFileSync } from '../../files.ts';
import { isRecord } from '../../formats/json.ts';
import { memoize, openFontFamily, type FontPackage } from './font-family.ts';
import { openFamilies, openFontStack, type FontChoice, type FontStack } from './font-stack.ts';
import { splitGraphemes } from './line-breaks.ts';
import { toOneLine } from './typesetter.ts';

/** What fonts are looked for. */
export interface FontSearch {
  /** Everything that will be drawn. */
  readonly texts: Iterable<string>;
  /** Packages, the first that has a character draws it. */
  readonly named: readonly string[];
  /** A BCP 47 tag: whose forms of Chinese characters are wanted. */
  readonly locale: string;
  /** Where packages are resolved from. */
  readonly projectRoot: string;
}

/** What was found. */
export interface FoundFonts {
  readonly choice: FontChoice;
  /** What no font has, a reader's character each, in the order of the texts. They are drawn as boxes. */
  readonly missing: readonly string[];
  /** Packages that have them, as far as that is known, without those that are installed. */
  readonly advice: readonly string[];
}

/** Inter has these; nothing is opened for texts of nothing else. */
const SURELY_BUNDLED = /^[ -~\u00a0-\u00ac\u00ae-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2026]$/;
const FONTSOURCE = /^@fontsource(-variable)?\//;

const VARIABLE = '@fontsource-variable/';
const STATIC = '@fontsource/';

/** Scripts of Unicode whose family of Noto has another name than `noto-sans-<script>`. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  Tibetan: 'noto-serif-tibetan',
  Tangut: 'noto-serif-tangut',
};

/** Scripts that Noto Sans has a family of. */
const SCRIPTS = (
  'Adlam Armenian Balinese Bamum Bengali Buginese Canadian_Aboriginal Chakma Cham Cherokee Coptic Devanagari ' +
  'Ethiopic Georgian Glagolitic Gothic Gujarati Gurmukhi Javanese Kannada Kayah_Li Khmer Lao Lepcha Limbu Lisu ' +
  'Malayalam Mandaic Meetei_Mayek Mongolian Myanmar New_Tai_Lue Nko Ogham Ol_Chiki Oriya Osage Phags_Pa Runic ' +
  'Samaritan Saurashtra Sinhala Sundanese Syriac Tai_Le Tai_Tham Tai_Viet Tamil Tangut Telugu Thaana Thai Tibetan ' +
  'Tifinagh Vai Yi'
)
  .split(' ')
  .map((script) => ({
    pattern: new RegExp(`\\p{Script=${script}}`, 'u'),
    family: OTHER_NAMES[script] ?? `noto-sans-${script.toLowerCase().replaceAll('_', '-')}`,
  }));

const HAN = /\p{Script=Han}/u;
const KANA = /\p{Script=Hiragana}|\p{Script=Katakana}/u;
const HANGUL = /\p{Script=Hangul}/u;
const BOPOMOFO = /\p{Script=Bopomofo}/u;
/** Punctuation, signs, and wide or narrow forms that only fonts for Chinese, Japanese and Korean have. */
const EAST_ASIAN = /[\u3000-\u303f\u30fb\u30fc\u3190-\u33ff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uffef]/u;
const MATHEMATICS = /[\u2190-\u22ff\u27c0-\u297f\u2980-\u2aff\u{1d400}-\u{1d7ff}]/u;
const SYMBOL = /\p{S}/u;

/**
 * Finds the fonts for texts: those that are named, all of them; for characters that neither these nor the bundled
 * ones have, Noto Sans for their script, and then any Fontsource family in the site's package.json. A package that
 * draws nothing is left out, so that it is in no key.
 * @throws EmbeddingAnimationError `FontMissing` for a named font that is not installed, `FontInvalid` for one that
 *   is not laid out as Fontsource's
 */
export function findFonts({ texts, named, locale, projectRoot }: FontSearch): FoundFonts {
  const site = createRequire(join(projectRoot, 'package.json'));
  const chosen = named.map((name) => openNamed(name, site));
  const clusters = collectClusters(texts);
  const open = openFamilies();
  const before = openFontStack({ named: chosen, found: [] }, open);
  const lacking = clusters.filter((cluster) => listLacking(cluster, before).length > 0);
  if (lacking.length === 0) return { choice: { named: chosen, found: [] }, missing: [], advice: [] };

  const locate = memoize((name: string) => locatePackage(name, site));
  const others = listFontsource(projectRoot);
  const candidatesFor = (character: string): FontPackage[] =>
    [...familiesFor(character, locale).flatMap(packagesOf), ...others].flatMap((name) => locate(name) ?? []);
  const stackOf = memoize((font: FontPackage) => openFontStack({ named: [], found: [font] }, open));
  const findFor = (text: string): FontPackage | undefined =>
    candidatesFor(text).find((font) => stackOf(font).findPackage(text) !== undefined);
  const preferred = new Set<FontPackage>();
  for (const cluster of lacking) {
    const whole = findFor(cluster);
    const fonts = whole === undefined ? listLacking(cluster, before).map(findFor) : [whole];
    for (const font of fonts) if (font !== undefined) preferred.add(font);
  }
  // Chinese characters are in many fonts: those of the locale come first whatever was met first.
  const order = familiesFor('\u4e00', locale).flatMap(packagesOf);
  const rank = ({ name }: FontPackage): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const found = [...preferred].sort((a, b) => rank(a) - rank(b));
  const after = openFontStack({ named: chosen, found }, open);
  const pieces = lacking.flatMap((cluster) =>
    after.findFont(cluster, 400) === undefined ? Array.from(cluster) : [cluster],
  );
  const drawing = new Set(pieces.map((piece) => after.findPackage(piece)));
  const missing = new Set(
    lacking.flatMap((cluster) => {
      const characters = listLacking(cluster, after);
      return characters.length === Array.from(cluster).length ? [cluster] : characters;
    }),
  );
  return {
    choice: { named: chosen, found: found.filter((font) => drawing.has(font)) },
    missing: [...missing],
    advice: adviseFamilies(missing, locale, (family) => packagesOf(family).some((name) => locate(name))),
  };
}

/** The clusters of the texts that Inter may lack, each once. */
function collectClusters(texts: Iterable<string>): string[] {
  const clusters = new Set<string>();
  for (const text of texts) {
    for (const cluster of splitGraphemes(toOneLine(text))) {
      if (!SURELY_BUNDLED.test(cluster)) clusters.add(cluster);
    }
  }
  return [...clusters];
}

/** Characters of the cluster that the stack can't draw, together or one by one. */
function listLacking(cluster: string, stack: FontStack): string[] {
  if (stack.findFont(cluster, 400) !== undefined) return [];
  return Array.from(cluster).filter((character) => stack.findFont(character, 400) === undefined);
}

function adviseFamilies(
  missing: Iterable<string>,
  locale: string,
  isInstalled: (family: string) => boolean,
): string[] {
  const families = Array.from(missing, (character) =>
    familiesToAdvise(character, locale).find((family) => !isInstalled(family)),
  );
  return [...new Set(families)].flatMap((family) => (family === undefined ? [] : [packageToInstall(family)]));
}

/** A named font: the site's, or else one that this package brings along. */
function openNamed(name: string, site: NodeJS.Require): FontPackage {
  const font = locatePackage(name, site) ?? locatePackage(name, createRequire(import.meta.url));
  if (font === undefined) throw makeError('FontMissing', 'notInstalled', { name });
  if (openFontFamily(font) !== undefined) return font;
  throw makeError('FontInvalid', 'noFonts', { name });
}

/** The package as `site` resolves it; `undefined` where it is not installed. */
function locatePackage(name: string, site: NodeJS.Require): FontPackage | undefined {
  try {
    const path = site.resolve(`${name}/package.json`);
    const description: unknown = JSON.parse(readRegularFileSync(path).toString('utf8'));
    const version =
      isRecord(description) && typeof description['version'] === 'string' ? description['version'] : '';
    return { name, version, folder: dirname(path) };
  } catch {
    return undefined;
  }
}

/** Fontsource's families in the site's package.json, by name. */
function listFontsource(projectRoot: string): string[] {
  try {
    const description: unknown = JSON.parse(
      readRegularFileSync(join(projectRoot, 'package.json')).toString('utf8'),
    );
    const lists = isRecord(description) ? [description['dependencies'], description['devDependencies']] : [];
    const names = lists.flatMap((list) => (isRecord(list) ? Object.keys(list) : []));
    return [...new Set(names)].filter((name) => FONTSOURCE.test(name)).sort();
  } catch {
    return [];
  }
}

/**
 * Families that may have the character, in the order in which `locale` prefers them: of Chinese characters the forms
 * that its readers write.
 */
function familiesFor(character: string, locale: string): readonly string[] {
  if ([HAN, EAST_ASIAN, KANA, HANGUL, BOPOMOFO].some((pattern) => pattern.test(character))) {
    return eastAsianFamilies(locale);
  }
  const found = SCRIPTS.filter(({ pattern }) => pattern.test(character)).map(({ family }) => family);
  if (found.length > 0) return found;
  if (MATHEMATICS.test(character)) return ['noto-sans-math', 'noto-sans-symbols', 'noto-sans-symbols-2'];
  if (SYMBOL.test(character)) return ['noto-sans-symbols-2', 'noto-sans-symbols', 'noto-sans-math'];
  return [];
}

/** The same, with the family first that is made for the character's script. */
function familiesToAdvise(character: string, locale: string): readonly string[] {
  const families = familiesFor(character, locale);
  const own = KANA.test(character)
    ? 'noto-sans-jp'
    : HANGUL.test(character)
      ? 'noto-sans-kr'
      : BOPOMOFO.test(character)
        ? 'noto-sans-tc'
        : undefined;
  return own === undefined ? families : [own, ...families.filter((family) => family !== own)];
}

/** The packages of a family, the smaller one first: a variable font has all weights in one file. */
function packagesOf(family: string): readonly string[] {
  return [VARIABLE + family, STATIC + family];
}

/** The package to install for a family. Static fonts for Chinese, Japanese and Korean take some 80 MB each. */
function packageToInstall(family: string): string {
  return (/^noto-sans-(jp|sc|tc|hk|kr)$/.test(family) ? VARIABLE : STATIC) + family;
}

/** Families with Chinese characters, those whose forms readers of `locale` write first. */
function eastAsianFamilies(locale: string): string[] {
  const { language, script, region } = new Intl.Locale(locale).maximize();
  const isCantonese = region === 'HK' || region === 'MO';
  const order =
    language === 'ko'
      ? ['kr', 'jp', 'sc', 'tc', 'hk']
      : script === 'Hant' && isCantonese
        ? ['hk', 'tc', 'jp', 'sc', 'kr']
        : script === 'Hant'
          ? ['tc', 'hk', 'jp', 'sc', 'kr']
          : script === 'Hans'
            ? ['sc', 'tc', 'jp', 'hk', 'kr']
            : ['jp', 'sc', 'tc', 'hk', 'kr'];
  return order.map((region) => `noto-sans-${region}`);
}
