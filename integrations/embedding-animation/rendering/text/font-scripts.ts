/** Which packages have the characters of a script, for finding and for advice. */

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
 * Families that may have the character, in the order in which `locale` prefers them: of Chinese characters the forms
 * that its readers write.
 */
export function familiesFor(character: string, locale: string): readonly string[] {
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
export function familiesToAdvise(character: string, locale: string): readonly string[] {
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
export function packagesOf(family: string): readonly string[] {
  return [VARIABLE + family, STATIC + family];
}

/** The package to install for a family. Static fonts for Chinese, Japanese and Korean take some 80 MB each. */
export function packageToInstall(family: string): string {
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
