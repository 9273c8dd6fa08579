/** Languages: every word of pictures, player and captions, and numbers as a language writes them. */
export { formatPower } from './digits.ts';
export {
  DEFAULT_LOCALE,
  directionOf,
  drawnWords,
  findUntranslated,
  hasWords,
  isLocale,
  mergeLanguages,
  openLanguage,
  type Direction,
  type Language,
  type LanguageSettings,
} from './language.ts';
export { ENGLISH, placeholdersOf, WORD_KEYS, type SomeWords, type Template, type WordKey } from './words.ts';
