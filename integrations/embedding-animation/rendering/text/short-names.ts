/** Names of a set, shortened so that they can still be told apart. */
import type { TextStyle, Typesetter } from './typesetter.ts';

const ELLIPSIS = '…';
/** A first or last word with what divides it from the rest. */
const FIRST_WORD = /^([^-_.\s/\\:]+)[-_.\s/\\:]+(?=[^-_.\s/\\:])/u;
const LAST_WORD = /(?<=[^-_.\s/\\:])[-_.\s/\\:]+([^-_.\s/\\:]+)$/u;
/** A running number or a code, such as `001` or `n02085620`. */
const CODE = /^\p{L}{0,3}\d+$/u;
/** Most times that what a group of names begins with is left out. */
const MOST_CUTS = 4;

/** Shortens one name to the room there is; see `Typesetter`. */
type Fit = (name: string) => string;

/**
 * Names that fit into `maxWidth` px. Where not all do, what tells nothing apart is left out of all of them: a first
 * or last word that they share, and codes in front of names. The rest is cut at the end; names that would then read
 * the same are cut in the middle, and where that is not enough, in front.
 */
export function shortenNames(
  names: readonly string[],
  typesetter: Typesetter,
  style: TextStyle,
  maxWidth: number,
): string[] {
  const fit: Fit = (name) => typesetter.fit(name, style, maxWidth);
  const whole = names.map(fit);
  if (whole.every((name) => !name.endsWith(ELLIPSIS)) || names.length < 2) return whole;
  const fitMiddle: Fit = (name) => typesetter.fitMiddle(name, style, maxWidth);
  return tellApart(leaveOutCommon(names), fit, fitMiddle, MOST_CUTS);
}

/**
 * Names without the words that do not tell them apart; as they are where nothing can be left out. No two different
 * names become the same, and none becomes empty.
 */
export function leaveOutCommon(names: readonly string[]): string[] {
  let rest = [...names];
  for (const [word, mayBeCode] of [
    [FIRST_WORD, true],
    [LAST_WORD, false],
  ] as const) {
    for (let shorter = leaveOut(rest, word, mayBeCode); shorter !== undefined;) {
      rest = shorter;
      shorter = leaveOut(rest, word, mayBeCode);
    }
  }
  return rest;
}

function leaveOut(names: readonly string[], word: RegExp, mayBeCode: boolean): string[] | undefined {
  if (new Set(names).size < 2) return undefined;
  const words = names.map((name) => word.exec(name)?.[1]);
  const isCommon = words.every((each) => each !== undefined && each === words[0]);
  const areCodes = mayBeCode && words.every((each) => each !== undefined && CODE.test(each));
  if (!isCommon && !areCodes) return undefined;
  const shorter = names.map((name) => name.replace(word, ''));
  return new Set(shorter).size === new Set(names).size ? shorter : undefined;
}

function tellApart(names: readonly string[], fit: Fit, fitMiddle: Fit, cuts: number): string[] {
  const shown = names.map(fit);
  replaceAlike(names, shown, (alike) => alike.map(fitMiddle));
  if (cuts === 0) return shown;
  replaceAlike(names, shown, (alike) => {
    const begin = commonStart(alike);
    if (begin === 0) return alike.map(fitMiddle);
    return tellApart(
      alike.map((name) => ELLIPSIS + name.slice(begin)),
      fit,
      fitMiddle,
      cuts - 1,
    );
  });
  return shown;
}

/** Shortens those names anew that read the same as another one and are not. */
function replaceAlike(
  names: readonly string[],
  shown: string[],
  shorten: (alike: readonly string[]) => readonly string[],
): void {
  const groups = Map.groupBy(shown.keys(), (index) => shown[index]!);
  for (const indices of groups.values()) {
    const alike = indices.map((index) => names[index]!);
    if (new Set(alike).size < 2) continue;
    shorten(alike).forEach((name, at) => (shown[indices[at]!] = name));
  }
}

/** How much all names begin with, in UTF-16 units and whole characters as readers count them. */
function commonStart(names: readonly string[]): number {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const [first = '', ...others] = names;
  let end = first.startsWith(ELLIPSIS) ? ELLIPSIS.length : 0;
  const begin = end;
  for (const { segment, index } of graphemes.segment(first)) {
    if (index < begin) continue;
    const next = index + segment.length;
    if (!others.every((name) => name.slice(0, next) === first.slice(0, next))) break;
    end = next;
  }
  return end === begin ? 0 : end;
}
