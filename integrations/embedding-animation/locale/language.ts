/** A language as pictures and pages speak it: words with their values filled in, numbers by Intl. */
import { formatMultiples, formatNumber, MOST_DECIMALS, round, shareDecimals } from './digits.ts';
import { JAPANESE } from './japanese.ts';
import {
  ENGLISH,
  PLACEHOLDER,
  WORD_KEYS,
  type SomeWords,
  type Template,
  type WordKey,
  type Words,
} from './words.ts';

/** What a language is opened from: plain data, for threads and pages. */
export interface LanguageSettings {
  /** A BCP 47 tag. */
  readonly locale: string;
  /** What is said otherwise than the package says it, or in a language that it has no words of. */
  readonly words?: SomeWords | undefined;
}

/** The language where nothing else is said. */
export const DEFAULT_LOCALE = 'en';

/** Which way a language is written. */
export type Direction = 'ltr' | 'rtl';

/** Names in braces in a text, or in any of its plural forms. */
type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type PlaceholdersOf<Key extends WordKey> = Placeholders<
  (typeof ENGLISH)[Key] extends string
    ? (typeof ENGLISH)[Key]
    : (typeof ENGLISH)[Key][keyof (typeof ENGLISH)[Key]]
>;

/** What fills a text's placeholders. A number is a count: it chooses the plural form and is written by `formatCount`. */
export type WordValues<Key extends WordKey> = Readonly<Record<PlaceholdersOf<Key>, string | number>>;

/** A piece of a text: as the language has it, or a placeholder's name. */
export type TemplatePart = { readonly text: string } | { readonly placeholder: string };

/** Words and numbers of one language. */
export interface Language {
  readonly locale: string;
  readonly direction: Direction;
  /** The text with its placeholders filled in; one that is given no value stays as it is. */
  readonly say: <Key extends WordKey>(
    key: Key,
    ...values: [PlaceholdersOf<Key>] extends [never] ? [] : [WordValues<Key>]
  ) => string;
  /** The text in pieces, for those who set its values in a way of their own. */
  readonly split: (key: WordKey) => readonly TemplatePart[];
  /** A whole number with separators: `1,912`. */
  readonly formatCount: (count: number) => string;
  /** A number with this many decimals and no separators: `0.40`. */
  readonly formatFixed: (value: number, decimals: number) => string;
  /**
   * A number with this many decimals, or with as many as show two of its digits: `0.40`, `0.0042`; a power of ten where
   * that are more than six, none from 1,000 on.
   */
  readonly formatNumber: (value: number, decimals: number) => string;
  /**
   * Multiples of one list, the largest in three digits: `4.13×`, `12.4×`. The same number of decimals for all; `–` for what
   * is no number.
   */
  readonly formatMultiples: (values: readonly number[]) => string[];
  /** A share 0 … 1 in percent: `51.3%`; with more decimals where it would read as none or all and is not: `0.03%`. */
  readonly formatShare: (share: number) => string;
  /** A round number of thousands, as short as the language writes it: `12k`. */
  readonly formatThousands: (value: number) => string;
  /** The size of a file in decimal units: `740 kB`, `1.8 MB`. */
  readonly formatBytes: (bytes: number) => string;
  /** Sentences one after the other, with a blank between them where the language has one. */
  readonly joinSentences: (sentences: readonly string[]) => string;
}

/** Languages that the package brings along. */
const OWN_WORDS: Readonly<Record<string, Words>> = { en: ENGLISH, ja: JAPANESE };
/** Words in pictures. */
const DRAWN_WORDS: readonly WordKey[] = [
  'step',
  'epoch',
  'heldOutAccuracy',
  'strongestOutliers',
  'usualDistance',
  'distance',
  'trainingLoss',
  'byStep',
  'byEpoch',
  'moreClasses',
];
const RIGHT_TO_LEFT = ['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Samr', 'Syrc', 'Thaa'];
/** From which on English compact numbers are used, such as `1.5M`. */
const MILLION = 1_000_000;
const BYTES_PER_KB = 1000;
const BYTES_PER_MB = 1_000_000;
/** After these a sentence follows without a blank. */
const FULLWIDTH_END = /[。！？]$/u;

/** Opens a language. What it has no word for is said in English. */
export function openLanguage(settings: LanguageSettings = { locale: DEFAULT_LOCALE }): Language {
  const { locale } = settings;
  const words = mergeWords(ENGLISH, ...ownWordsOf(locale), settings.words ?? {});
  const plurals = new Intl.PluralRules(locale);
  const formats = new Map<string, Intl.NumberFormat>();
  const format = (value: number, options: Intl.NumberFormatOptions): string => {
    const key = JSON.stringify(options);
    const known = formats.get(key) ?? new Intl.NumberFormat(locale, options);
    formats.set(key, known);
    return known.format(value);
  };
  const formatFixed = (value: number, decimals: number): string =>
    format(round(value, decimals), fixed(decimals));
  const formatCount = (count: number): string => format(count, {});
  const choose = (template: Template, count: unknown): string =>
    typeof template === 'string'
      ? template
      : ((typeof count === 'number' ? template[plurals.select(count)] : undefined) ?? template.other);
  return {
    locale,
    direction: directionOf(locale),
    say(key, ...[given]) {
      const values: Readonly<Record<string, string | number>> = given ?? {};
      return choose(words[key], values['count']).replace(PLACEHOLDER, (placeholder, name: string) => {
        const value = values[name];
        return typeof value === 'number' ? formatCount(value) : (value ?? placeholder);
      });
    },
    split: (key) => splitTemplate(choose(words[key], undefined)),
    formatCount,
    formatFixed,
    formatNumber: (value, decimals) => formatNumber(value, decimals, formatFixed),
    formatMultiples: (values) => formatMultiples(values, formatFixed),
    formatShare(share) {
      const decimals = shareDecimals(share);
      return format(round(share * 100, decimals) / 100, { style: 'percent', ...fixed(decimals) });
    },
    formatThousands: (value) => {
      const isEnglish = locale.startsWith('en');
      if (isEnglish && value !== 0 && Math.abs(value) < MILLION) return `${value / 1000}k`;
      return format(value, { notation: 'compact', maximumFractionDigits: MOST_DECIMALS });
    },
    formatBytes(bytes) {
      const kilobytes = Math.round(bytes / BYTES_PER_KB);
      const size =
        kilobytes * BYTES_PER_KB < BYTES_PER_MB
          ? format(Math.max(1, kilobytes), { style: 'unit', unit: 'kilobyte' })
          : format(round(bytes / BYTES_PER_MB, 1), { style: 'unit', unit: 'megabyte', ...fixed(1) });
      return size.replaceAll(' ', '\u00a0');
    },
    joinSentences: (sentences) =>
      sentences.reduce((text, sentence) => text + (FULLWIDTH_END.test(text) ? '' : ' ') + sentence),
  };
}

/** Names of the texts that `settings` has neither words of its own nor the package's for: they are said in English. */
export function findUntranslated({ locale, words = {} }: LanguageSettings): WordKey[] {
  return ownWordsOf(locale).length > 0 ? [] : WORD_KEYS.filter((key) => words[key] === undefined);
}

/** What of the words may be drawn into pictures: their characters need fonts. */
export function drawnWords(settings: LanguageSettings): string[] {
  const language = openLanguage(settings);
  const numbers = [
    language.formatFixed(1234567890, 1),
    language.formatShare(0.5),
    ...language.formatMultiples([4.2, NaN]),
    language.formatThousands(20_000),
  ];
  const words = DRAWN_WORDS.flatMap((key) => language.split(key)).flatMap((part) =>
    'text' in part ? part.text : [],
  );
  return [...words, ...numbers];
}

/**
 * A run's language: what the run says, above what the site says.
 * @param site words by language; those of a language hold for its regions too
 */
export function mergeLanguages(
  site: { readonly locale: string; readonly words?: Readonly<Record<string, SomeWords>> | undefined },
  run: { readonly locale?: string | undefined; readonly words?: SomeWords | undefined },
): LanguageSettings {
  const locale = run.locale ?? site.locale;
  const words = site.words ?? {};
  const given = broadestFirst(locale).flatMap((tag) => {
    const key = Object.keys(words).find((candidate) => isSameTag(candidate, tag));
    return key === undefined ? [] : [words[key]!];
  });
  return { locale, words: mergeWords({}, ...given, run.words ?? {}) };
}

/** Whether there are words in the language of `locale`: the package's, or some of `words`, by language. */
export function hasWords(locale: string, words: Readonly<Record<string, SomeWords>> = {}): boolean {
  const tags = broadestFirst(locale);
  const isKnown = (known: string): boolean => tags.some((tag) => isSameTag(known, tag));
  return Object.keys(OWN_WORDS).some(isKnown) || Object.keys(words).some(isKnown);
}

/** Whether `text` is a BCP 47 tag. */
export function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

/** Which way the language of `locale` is written. */
export function directionOf(locale: string): Direction {
  const { script = '' } = new Intl.Locale(locale).maximize();
  return RIGHT_TO_LEFT.includes(script) ? 'rtl' : 'ltr';
}

function ownWordsOf(locale: string): Words[] {
  return broadestFirst(locale).flatMap((tag) => OWN_WORDS[tag.toLowerCase()] ?? []);
}

/** `zh`, `zh-Hant`, `zh-Hant-TW`: the language, then with each further part. */
function broadestFirst(locale: string): string[] {
  const parts = locale.split('-');
  return parts.map((_, index) => parts.slice(0, index + 1).join('-'));
}

function isSameTag(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Later words win; `undefined` means "not said". */
function mergeWords<Base extends SomeWords>(base: Base, ...more: readonly SomeWords[]): Base {
  const said = more.flatMap((words) =>
    Object.entries(words).filter(([, template]) => template !== undefined),
  );
  return { ...base, ...(Object.fromEntries(said) as SomeWords) }; // keys of `SomeWords`
}

function splitTemplate(template: string): TemplatePart[] {
  return template
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (/^\{\w+\}$/.test(piece) ? { placeholder: piece.slice(1, -1) } : { text: piece }));
}

function fixed(decimals: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false };
}
