/** How much a column may grow when it is decoded: sizes in a file may lie, and a few bytes can say "ten gigabytes". */

/** Free for a column of any size: runs of equal values take no room. */
const FREE_BYTES = 64 << 20;
const FREE_VALUES = 1 << 22;
/** Beyond that, for each byte that a column takes in the file. Pictures and embeddings hardly shrink at all. */
const MOST_GROWTH = 64;

/** What is left for a column to grow to. */
export class GrowthBudget {
  #bytes: number;
  #values: number;

  /** @param stored bytes that the column takes in the file */
  constructor(stored: number) {
    this.#bytes = FREE_BYTES + MOST_GROWTH * stored;
    this.#values = FREE_VALUES + MOST_GROWTH * stored;
  }

  /** Takes `bytes` that are about to be made. @throws RangeError when that is absurdly much */
  takeBytes(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < 0) throw new RangeError(`a page says that it holds ${bytes} bytes`);
  }

  /** Takes `count` values that are about to be read. @throws RangeError when that is absurdly many */
  takeValues(count: number): void {
    this.#values -= count;
    if (this.#values < 0) throw new RangeError(`a page says that it holds ${count} values`);
  }
}
