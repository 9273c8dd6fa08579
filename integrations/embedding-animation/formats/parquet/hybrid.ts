/** Parquet's hybrid of run lengths and packed bits, for levels and for numbers of dictionary entries. */

const WIDEST = 32;
/** Up to this width, a number and what is left of a byte fit into 32 bits. */
const WIDEST_FAST = 24;

/** Memory for whole numbers of 0 or more. */
export type Integers = Uint8Array | Uint32Array;

/**
 * Reads as many numbers of `width` bits as `target` has from `bytes`.
 * @throws RangeError when the bytes end before
 */
export function readHybrid<Target extends Integers>(
  bytes: Uint8Array,
  width: number,
  target: Target,
): Target {
  if (width > WIDEST) throw new RangeError(`numbers of ${width} bits`);
  let [at, done] = [0, 0];
  while (done < target.length) {
    const { value: header, end } = readVarint(bytes, at);
    at = end;
    const run = Math.floor(header / 2);
    if (header % 2 === 0) {
      const last = Math.min(target.length, done + run);
      target.fill(readLittleEndian(bytes, at, (width + 7) >> 3), done, last);
      at += (width + 7) >> 3;
      done = last;
    } else {
      const count = Math.min(target.length - done, 8 * run);
      unpackBits(bytes, at, width, target, done, count);
      at += run * width;
      done += count;
    }
  }
  return target;
}

/**
 * Seven bits a byte, least significant first.
 * @throws RangeError when the bytes end before the number, or it has more than 53 bits
 */
export function readVarint(
  bytes: Uint8Array,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; ; i++) {
    const byte = bytes[start + i];
    if (byte === undefined || i > 7) throw new RangeError('a number is cut off');
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80 && Number.isSafeInteger(value)) return { value, end: start + i + 1 };
  }
}

/**
 * Reads `count` numbers of `width` bits, lowest bits first, into `target` from `first` on.
 * @throws RangeError when the bytes end before
 */
export function unpackBits(
  bytes: Uint8Array,
  start: number,
  width: number,
  target: Integers,
  first: number,
  count: number,
): void {
  if (start + Math.ceil((count * width) / 8) > bytes.length)
    throw new RangeError('packed numbers are cut off');
  if (width > WIDEST_FAST) {
    unpackWide(bytes, start, width, target, first, count);
    return;
  }
  const mask = 2 ** width - 1;
  let [at, held, bits] = [start, 0, 0];
  for (let i = 0; i < count; i++) {
    for (; bits < width; bits += 8) held |= bytes[at++]! << bits;
    target[first + i] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

function unpackWide(
  bytes: Uint8Array,
  start: number,
  width: number,
  target: Integers,
  first: number,
  count: number,
): void {
  let [at, held, bits] = [start, 0, 0]; // up to 39 bits: exact in a float64
  for (let i = 0; i < count; i++) {
    for (; bits < width; bits += 8) held += bytes[at++]! * 2 ** bits;
    const rest = Math.floor(held / 2 ** width);
    target[first + i] = held - rest * 2 ** width;
    held = rest;
    bits -= width;
  }
}

function readLittleEndian(bytes: Uint8Array, start: number, count: number): number {
  if (start + count > bytes.length) throw new RangeError('a run is cut off');
  let value = 0;
  for (let i = 0; i < count; i++) value += bytes[start + i]! * 2 ** (8 * i);
  return value;
}
