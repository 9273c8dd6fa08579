/** The compression of GIF, LZW, for pixels of which some may be written in two ways. */
import { CodeWriter, Dictionary } from './lzw-codes.ts';
import { TRANSPARENT_INDEX } from './colour-tables.ts';

const NONE = -1;
/** A full dictionary is kept while it serves: asked every so many codes, and dropped below this share of its best. */
const CHECK_EVERY = 512;
const GOOD_ENOUGH = 0.9;

/**
 * Compresses palette indices to a GIF frame's image data.
 * @param indices row-major
 * @param shown what the canvas shows at each pixel: where it is the same index the pixel may be left transparent or
 *   written again, whichever continues a known string; absent for a first frame
 */
export function compressIndices(indices: Uint8Array, shown?: Uint8Array): Uint8Array {
  const dictionary = new Dictionary();
  const codes = new CodeWriter(indices.length >> 3);
  const judge = new DictionaryJudge();
  codes.clear();
  let prefix = NONE;
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const index = indices[pixel]!;
    const isShown = shown !== undefined && shown[pixel] === index;
    const value = isShown ? TRANSPARENT_INDEX : index;
    if (prefix === NONE) {
      prefix = value;
      continue;
    }
    let longer = dictionary.find(prefix, value);
    if (longer === NONE && isShown) longer = dictionary.find(prefix, index);
    if (longer !== NONE) {
      prefix = longer;
      continue;
    }
    codes.write(prefix);
    const added = dictionary.add(prefix, value);
    prefix = value;
    if (added !== NONE) codes.widenFor(added);
    else if (judge.isOutworn(pixel, codes.length)) {
      codes.clear();
      dictionary.clear();
    }
  }
  if (prefix !== NONE) codes.write(prefix);
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
