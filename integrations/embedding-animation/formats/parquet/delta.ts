/**
 * Parquet's delta encodings
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC).
 */
import type { GrowthBudget } from './budget.ts';

const LARGEST_BLOCK = 1 << 20;
const WORD = 0xffff_ffff_ffff_ffffn;

/** Whole numbers, and the first byte behind them. */
export interface DeltaIntegers {
  readonly values: BigInt64Array;
  readonly end: number;
}

/**
 * Reads `count` whole numbers of 64 bits, each as its difference to the one before.
 * @throws RangeError when the bytes end before
 */
export function readDeltas(bytes: Uint8Array, start: number, count: number): DeltaIntegers {
  const reader = new BitReader(bytes, start);
  const block = Number(reader.varint());
  const parts = Number(reader.varint());
  const stored = Number(reader.varint());
  const size = block / parts;
  if (block > LARGEST_BLOCK || !Number.isInteger(size) || size % 8 !== 0 || size === 0)
    throw new RangeError(`blocks of ${block} numbers in ${parts} parts`);
  if (stored < count) throw new RangeError(`a page has ${stored} numbers of ${count}`);
  const values = new BigInt64Array(count);
  let value = reader.zigzag();
  let done = 0;
  if (count > 0) values[done++] = value;
  while (done < count) {
    const least = reader.zigzag();
    const widths = reader.take(parts);
    for (let part = 0; part < parts && done < count; part++) {
      const width = widths[part]!;
      const packed = reader.take((size * width) / 8);
      const last = Math.min(count, done + size);
      for (let i = 0; done < last; i++) {
        value += least + (width === 0 ? 0n : readBits(packed, i * width, width));
        values[done++] = value; // wraps around, as the format has it
      }
    }
  }
  return { values, end: reader.at };
}

/** Byte strings whose lengths stand before them. @throws RangeError */
export function readDeltaLengths(bytes: Uint8Array, count: number): Uint8Array[] {
  const { values: lengths, end } = readDeltas(bytes, 0, count);
  return cutStrings(bytes, end, lengths);
}

/** Byte strings of which each starts like the one before. @throws RangeError */
export function readDeltaStrings(bytes: Uint8Array, count: number, budget: GrowthBudget): Uint8Array[] {
  const { values: prefixes, end } = readDeltas(bytes, 0, count);
  const { values: lengths, end: start } = readDeltas(bytes, end, count);
  let before = new Uint8Array(0);
  return cutStrings(bytes, start, lengths).map((suffix, i) => {
    const prefix = Number(prefixes[i]);
    if (prefix < 0 || prefix > before.length) throw new RangeError(`a text starts with ${prefix} bytes`);
    budget.takeBytes(prefix + suffix.length);
    const text = new Uint8Array(prefix + suffix.length);
    text.set(before.subarray(0, prefix));
    text.set(suffix, prefix);
    before = text;
    return text;
  });
}

function cutStrings(bytes: Uint8Array, start: number, lengths: BigInt64Array): Uint8Array[] {
  let at = start;
  return Array.from(lengths, (length) => {
    const end = at + Number(length);
    if (end < at || end > bytes.length) throw new RangeError(`a text of ${length} bytes does not fit`);
    return bytes.subarray(at, (at = end));
  });
}

function readBits(bytes: Uint8Array, first: number, width: number): bigint {
  let value = 0n;
  for (let done = 0; done < width;) {
    const bit = first + done;
    const taken = Math.min(8 - (bit & 7), width - done);
    const part = (bytes[bit >> 3]! >> (bit & 7)) & ((1 << taken) - 1);
    value |= BigInt(part) << BigInt(done);
    done += taken;
  }
  return value;
}

class BitReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.at) throw new RangeError('a block of numbers is cut off');
    return this.#bytes.subarray(this.at, (this.at += count));
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new RangeError('a block of numbers is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value & WORD;
    }
    throw new RangeError('a number has more than ten bytes');
  }

  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}
