/** The compression of GIF, LZW, for pixels that may be written in several ways. */
import { MOST_CHOICES, type Choices } from './gif-choices.ts';
import { CodeWriter, Dictionary } from './gif-codes.ts';

const NONE = -1;
/** Most known strings that are followed at a time. */
const MOST_STRINGS = 4;
/** From here on a run of equal choices takes the first entry: following all takes time and gains nothing. */
const LONG_RUN = 16;
/** A full dictionary is kept while it serves: asked every so many codes, and dropped below this share of its best. */
const CHECK_EVERY = 512;
const GOOD_ENOUGH = 0.9;

/**
 * Compresses pixels to a GIF frame's image data. Each code stands for as many pixels as any known string does of those
 * that are followed: from every pixel on, all that its choice allows, up to a few.
 * @param numbers of the pixels' choices, row-major
 */
export function compressChoices(numbers: Uint16Array, choices: Choices): Uint8Array {
  const dictionary = new Dictionary();
  const codes = new CodeWriter(numbers.length >> 3);
  const judge = new DictionaryJudge();
  const { counts, entries } = choices;
  let strings = new Int16Array(MOST_STRINGS);
  let longer = new Int16Array(MOST_STRINGS);
  let followed = 0;
  let [last, run] = [-1, 0];
  codes.clear();
  for (let pixel = 0; pixel < numbers.length; pixel++) {
    const number = numbers[pixel]!;
    run = number === last ? run + 1 : 0;
    last = number;
    const first = number * MOST_CHOICES;
    const end = first + (run < LONG_RUN ? counts[number]! : 1);
    let found = 0;
    for (let at = first; at < end; at++) {
      for (let i = 0; i < followed && found < MOST_STRINGS; i++) {
        const code = dictionary.find(strings[i]!, entries[at]!);
        if (code !== NONE) longer[found++] = code;
      }
    }
    if (found > 0) {
      [strings, longer] = [longer, strings];
      followed = found;
      continue;
    }
    if (followed > 0) {
      codes.write(strings[0]!);
      const added = dictionary.add(strings[0]!, entries[first]!);
      if (added !== NONE) codes.widenFor(added);
      else if (judge.isOutworn(pixel, codes.length)) {
        codes.clear();
        dictionary.clear();
      }
    }
    strings[0] = entries[first]!; // as the string that was added ends
    followed = 1;
  }
  if (followed > 0) codes.write(strings[0]!);
  return codes.finish();
}

/** Watches how many pixels a byte of output holds while the dictionary is full. */
class DictionaryJudge {
  #codes = 0;
  #best = 0;
  #pixels = 0;
  #bytes = 0;

  /** Asked after every code; `true` says that the dictionary is dropped, and starts anew. */
  isOutworn(pixels: number, bytes: number): boolean {
    if (this.#codes++ % CHECK_EVERY !== 0) return false;
    const rate = this.#codes === 1 ? 0 : (pixels - this.#pixels) / (bytes - this.#bytes);
    const isOutworn = rate < this.#best * GOOD_ENOUGH;
    this.#best = isOutworn ? 0 : Math.max(this.#best, rate);
    this.#codes = isOutworn ? 0 : this.#codes;
    [this.#pixels, this.#bytes] = [pixels, bytes];
    return isOutworn;
  }
}
