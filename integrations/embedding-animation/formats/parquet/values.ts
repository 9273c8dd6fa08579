/** Values of a page, as they are encoded, into arrays. */
import { fromHalf } from '../float16.ts';
import type { GrowthBudget } from './budget.ts';
import { readDeltaLengths, readDeltas, readDeltaStrings } from './delta.ts';
import type { Leaf, PhysicalType } from './footer.ts';
import { readHybrid, unpackBits } from './hybrid.ts';

/** Values that are there: numbers, 0 and 1 for boolean ones, bytes. */
export type Values =
  Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array | readonly Uint8Array[];

/** Numbers of the encodings. */
export const ENCODING = {
  ...{ plain: 0, plainDictionary: 2, hybrid: 3, delta: 5, deltaLengths: 6, deltaStrings: 7 },
  ...{ dictionary: 8, streams: 9 },
} as const;

const BYTES: Readonly<Partial<Record<PhysicalType, number>>> = { int32: 4, int64: 8, float: 4, double: 8 };

/**
 * Reads `count` values.
 * @throws RangeError when the bytes end before, or are encoded in another way than the type can be
 */
export function readValues(
  bytes: Uint8Array,
  encoding: number,
  count: number,
  leaf: Leaf,
  dictionary: Values | undefined,
  budget: GrowthBudget,
): Values {
  if (count === 0) return [];
  const { type } = leaf;
  switch (encoding) {
    case ENCODING.plain:
      return readPlain(bytes, count, leaf);
    case ENCODING.plainDictionary:
    case ENCODING.dictionary:
      return lookUp(readIndices(bytes, count), dictionary);
    case ENCODING.hybrid:
      if (type === 'boolean') return readHybrid(bytes.subarray(4), 1, new Uint8Array(count));
      break;
    case ENCODING.delta:
      if (type === 'int32')
        return Int32Array.from(readDeltas(bytes, 0, count).values, (value) =>
          Number(BigInt.asIntN(32, value)),
        );
      if (type === 'int64') return readDeltas(bytes, 0, count).values;
      break;
    case ENCODING.deltaLengths:
      if (type === 'bytes') return readDeltaLengths(bytes, count);
      break;
    case ENCODING.deltaStrings:
      if (type === 'bytes') return readDeltaStrings(bytes, count, budget);
      if (type === 'fixed')
        return readPlain(joinFixed(readDeltaStrings(bytes, count, budget), leaf), count, leaf);
      break;
    case ENCODING.streams:
      return readPlain(joinStreams(bytes, count, leaf), count, leaf);
  }
  throw new RangeError(`values of the type ${type} are encoded in the unknown way ${encoding}`);
}

/** Values one after the other. @throws RangeError */
export function readPlain(bytes: Uint8Array, count: number, leaf: Leaf): Values {
  const { type } = leaf;
  if (type === 'bytes') return readStrings(bytes, count);
  if (type === 'boolean') {
    const target = new Uint8Array(Math.min(count, 8 * bytes.length + 1));
    unpackBits(bytes, 0, 1, target, 0, count);
    return target;
  }
  const width = widthOf(leaf);
  if (count * width > bytes.length)
    throw new RangeError(`a page has ${bytes.length} bytes for ${count} values`);
  const aligned = new Uint8Array(count * width);
  aligned.set(bytes.subarray(0, aligned.length));
  const { buffer } = aligned;
  if (type === 'int32') return new Int32Array(buffer);
  if (type === 'int64') return new BigInt64Array(buffer);
  if (type === 'float') return new Float32Array(buffer);
  if (type === 'double') return new Float64Array(buffer);
  return Float32Array.from(new Uint16Array(buffer), fromHalf);
}

function widthOf({ type, length, meaning }: Leaf): number {
  const width = type === 'fixed' && meaning === 'float' ? length : BYTES[type];
  if (width === undefined) throw new RangeError(`values of the type ${type} are not read`);
  return width;
}

/** Each with its length before it. */
function readStrings(bytes: Uint8Array, count: number): Uint8Array[] {
  if (4 * count > bytes.length) throw new RangeError(`a page has ${bytes.length} bytes for ${count} values`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return Array.from({ length: count }, () => {
    const start = at + 4;
    at = start + view.getUint32(at, true);
    if (at > bytes.length) throw new RangeError('a value is cut off');
    return bytes.subarray(start, at);
  });
}

/** A byte that says how wide the numbers are, then the numbers. */
function readIndices(bytes: Uint8Array, count: number): Uint32Array {
  const [width] = bytes;
  if (width === undefined) throw new RangeError('a page is cut off');
  return width === 0 ? new Uint32Array(count) : readHybrid(bytes.subarray(1), width, new Uint32Array(count));
}

function lookUp(indices: Uint32Array, dictionary: Values | undefined): Values {
  if (dictionary === undefined) throw new RangeError('a dictionary is missing');
  const { length } = dictionary;
  if (indices.some((index) => index >= length)) throw new RangeError('a value is not in its dictionary');
  const pick = <Target extends Values>(target: Target, from: Target): Target => {
    const [to, source] = [target as unknown[], from as unknown[]]; // of one type, as `Target` has it
    for (let i = 0; i < indices.length; i++) to[i] = source[indices[i]!];
    return target;
  };
  if (dictionary instanceof Int32Array) return pick(new Int32Array(indices.length), dictionary);
  if (dictionary instanceof BigInt64Array) return pick(new BigInt64Array(indices.length), dictionary);
  if (dictionary instanceof Float32Array) return pick(new Float32Array(indices.length), dictionary);
  if (dictionary instanceof Float64Array) return pick(new Float64Array(indices.length), dictionary);
  if (dictionary instanceof Uint8Array) return pick(new Uint8Array(indices.length), dictionary);
  return Array.from(indices, (index) => dictionary[index]!);
}

/** First bytes of all values, then all second ones, …: back to one value after the other. */
function joinStreams(bytes: Uint8Array, count: number, leaf: Leaf): Uint8Array {
  const width = widthOf(leaf);
  if (count * width > bytes.length)
    throw new RangeError(`a page has ${bytes.length} bytes for ${count} values`);
  const joined = new Uint8Array(count * width);
  for (let byte = 0; byte < width; byte++)
    for (let i = 0; i < count; i++) joined[i * width + byte] = bytes[byte * count + i]!;
  return joined;
}

function joinFixed(values: readonly Uint8Array[], leaf: Leaf): Uint8Array {
  const width = widthOf(leaf);
  const joined = new Uint8Array(values.length * width);
  for (const [i, value] of values.entries()) {
    if (value.length !== width) throw new RangeError(`a value has ${value.length} bytes of ${width}`);
    joined.set(value, i * width);
  }
  return joined;
}
