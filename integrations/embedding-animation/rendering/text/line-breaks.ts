/** Where lines may end: between words, and in scripts without blanks where their readers expect it. */

/** Must not begin a line: closing marks, small kana, sound marks (JIS X 4051, GB/T 15834). */
const NEVER_FIRST =
  /^[)\]}>,.:;!?%…‥·’”»、。，．・：；！？゛゜ヽヾゝゞ々〻ーァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖㇰ-ㇿ｡､･ｧ-ｯｰﾞﾟ）］｝〕〉》」』】〙〗〟’”｠»％℃‰〜～、。，．•·]/u;
/** Must not end a line: opening marks, and signs before a number. */
const NEVER_LAST = /[([{<‘“«（［｛〔〈《「『【〘〖〝｟＄￥$¥£€#＃]$/u;
const HIRAGANA_FIRST = /^\p{Script=Hiragana}/u;
const HAN_FIRST = /^\p{Script=Han}/u;
/** Hiragana in which stems of verbs end, and particles hardly ever. */
const STEM_LAST = /\p{Script=Han}[えきぎけげしじせぜちびべみめりれ]$/u;
const JAPANESE_LAST = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー]$/u;
/** Written without blanks: a line may end between their words. */
const WITHOUT_BLANKS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Yi}\u3000-\u303f\u30fb\u30fc\uff00-\uffef]/u;

/** What a reader sees as one character each. */
export function splitGraphemes(text: string): string[] {
  return Array.from(
    new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text),
    ({ segment }) => segment,
  );
}

/**
 * The pieces of a text that stay whole, blanks at the end of the piece before: a line may end after each.
 * @param locale whose dictionary finds the words
 * @param unit `phrase`: Japanese particles and endings stay with their word, as readers like titles to be broken;
 *   `word`: they may begin a line
 */
export function splitIntoPieces(text: string, locale: string, unit: 'phrase' | 'word' = 'phrase'): string[] {
  const pieces: string[] = [];
  for (const { segment } of new Intl.Segmenter(locale, { granularity: 'word' }).segment(text)) {
    const before = pieces.at(-1);
    const isPhrase = before !== undefined && unit === 'phrase' && belongTogether(before, segment);
    if (before === undefined || (!isPhrase && mayBreak(before, segment))) pieces.push(segment);
    else pieces[pieces.length - 1] = before + segment;
  }
  return pieces;
}

/** Takes what should not stand before an ellipsis off the end: blanks, and wide opening marks and commas. */
export function trimForEllipsis(text: string): string {
  return text.replace(/[\s（［｛〔〈《「『【〘〖〝｟、，；：・]+$/u, '');
}

/** Whether the second word is a particle or an ending of the first, or a verb put behind another's stem: 埋め込み. */
function belongTogether(before: string, after: string): boolean {
  if (HIRAGANA_FIRST.test(after)) return JAPANESE_LAST.test(before);
  return STEM_LAST.test(before) && HAN_FIRST.test(after);
}

function mayBreak(before: string, after: string): boolean {
  if (/^\s/u.test(after) || NEVER_FIRST.test(after) || NEVER_LAST.test(before)) return false;
  if (/\u00a0$|\u2060$|\u202f$/u.test(before) || /^[\u00a0\u2060\u202f]/u.test(after)) return false;
  if (/\s$/u.test(before)) return true;
  if (/[-‐–—/]$/u.test(before)) return /^\p{L}/u.test(after);
  const last = Array.from(before).at(-1) ?? '';
  const first = Array.from(after)[0] ?? '';
  return WITHOUT_BLANKS.test(last) || WITHOUT_BLANKS.test(first);
}
