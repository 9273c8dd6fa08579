/** The two tools of GIF's compression: a dictionary of strings, and codes of growing width in blocks of bytes. */

/** Bits of a palette index. */
const INDEX_BITS = 8;
/** Code that starts a new dictionary. */
const CLEAR = 1 << INDEX_BITS;
/** Code that ends the data. */
const END = CLEAR + 1;

const MOST_BITS = 12;
const MOST_CODES = 1 << MOST_BITS;
const SLOTS = 4 * MOST_CODES;
const SLOT_SHIFT = 32 - Math.log2(SLOTS);
const GOLDEN_RATIO = 0x9e3779b1; // Knuth's multiplicative hash
const EMPTY = -1;
const BLOCK_BYTES = 255;

/** Strings of indices by code: each is a known string and one more index. A hash table with open addresses. */
export class Dictionary {
  readonly #strings = new Int32Array(SLOTS);
  readonly #codes = new Int16Array(SLOTS);
  #next = 0;

  constructor() {
    this.clear();
  }

  /** Forgets all strings but the single indices. */
  clear(): void {
    this.#strings.fill(EMPTY);
    this.#next = END + 1;
  }

  /** Code of the string `prefix` + `index`, or -1. */
  find(prefix: number, index: number): number {
    const string = (prefix << INDEX_BITS) | index;
    for (let slot = slotOf(string); ; slot = (slot + 1) % SLOTS) {
      const found = this.#strings[slot]!;
      if (found === string) return this.#codes[slot]!;
      if (found === EMPTY) return EMPTY;
    }
  }

  /**
   * Gives the string `prefix` + `index`, which has none, the next code.
   * @returns the code; -1 when all codes are given
   */
  add(prefix: number, index: number): number {
    if (this.#next === MOST_CODES) return EMPTY;
    const string = (prefix << INDEX_BITS) | index;
    let slot = slotOf(string);
    while (this.#strings[slot] !== EMPTY) slot = (slot + 1) % SLOTS;
    this.#strings[slot] = string;
    this.#codes[slot] = this.#next;
    return this.#next++;
  }
}

/** Packs codes into a frame's image data, the lowest bit first. */
export class CodeWriter {
  #bytes: Uint8Array;
  #length = 2;
  /** Where the current block begins, with a byte for its length. */
  #block = 1;
  #width = INDEX_BITS + 1;
  #held = 0;
  #heldBits = 0;

  /** @param expected bytes, about: room for more is made as it is needed */
  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.max(1024, expected));
    this.#bytes[0] = INDEX_BITS;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  write(code: number): void {
    this.#held |= code << this.#heldBits;
    this.#heldBits += this.#width;
    while (this.#heldBits >= 8) {
      this.#put(this.#held & 255);
      this.#held >>>= 8;
      this.#heldBits -= 8;
    }
  }

  /** Ends the dictionary: codes are short again. */
  clear(): void {
    this.write(CLEAR);
    this.#width = INDEX_BITS + 1;
  }

  /** Codes get as wide as the newest code of the dictionary needs. */
  widenFor(code: number): void {
    if (code === 1 << this.#width) this.#width++;
  }

  /** Writes the end, what is left of it, and the empty block after which there is none. */
  finish(): Uint8Array {
    this.write(END);
    if (this.#heldBits > 0) this.#put(this.#held);
    if (this.#length > this.#block + 1) this.#startBlock();
    this.#bytes[this.#block] = 0;
    return this.#bytes.slice(0, this.#length);
  }

  #put(byte: number): void {
    this.#bytes[this.#length++] = byte;
    if (this.#length - this.#block > BLOCK_BYTES) this.#startBlock();
  }

  /** Notes the length of the block that ends here, and leaves a byte for the next one's. */
  #startBlock(): void {
    this.#bytes[this.#block] = this.#length - this.#block - 1;
    this.#block = this.#length++;
    if (this.#length + BLOCK_BYTES + 2 > this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#bytes.length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
  }
}

function slotOf(string: number): number {
  return Math.imul(string, GOLDEN_RATIO) >>> SLOT_SHIFT;
}
