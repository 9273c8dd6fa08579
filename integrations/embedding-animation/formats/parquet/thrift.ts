/**
 * Structures in Thrift's compact protocol, as Parquet's footers and page headers are written
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). Every value takes a byte of
 * the input at least, so that neither time nor memory depends on a number that the input only claims.
 */

/** A value of a field. 64-bit numbers beyond 2⁵³ are not exact: `ThriftStruct.integer` refuses them. */
export type ThriftValue = boolean | number | Uint8Array | readonly ThriftValue[] | ThriftStruct;

const TYPE = {
  ...{ stop: 0, true: 1, false: 2, byte: 3, int16: 4, int32: 5, int64: 6 },
  ...{ double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12 },
};
/** Parquet's own structures have fewer levels, and fewer fields. */
const DEEPEST_LEVEL = 32;
const MOST_FIELDS = 256;
const MOST_VARINT_BYTES = 10;

const decoder = new TextDecoder();

/** A structure's fields by their numbers. What is asked for and not there, or of another type, is an error. */
export class ThriftStruct {
  readonly #fields: (ThriftValue | undefined)[] = [];

  /** For the reader: keeps a field's value. */
  put(field: number, value: ThriftValue): void {
    this.#fields[field] = value;
  }

  has(field: number): boolean {
    return this.#fields[field] !== undefined;
  }

  /** A whole number. @throws RangeError */
  integer(field: number): number {
    const value = this.#fields[field];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw missing(field, 'whole number');
  }

  /** A whole number of 0 or more. @throws RangeError */
  size(field: number): number {
    const value = this.integer(field);
    if (value < 0) throw missing(field, 'size');
    return value;
  }

  /** A whole number of 0 or more; `undefined` where there is none. @throws RangeError */
  optionalSize(field: number): number | undefined {
    return this.has(field) ? this.size(field) : undefined;
  }

  boolean(field: number): boolean | undefined {
    const value = this.#fields[field];
    return typeof value === 'boolean' ? value : undefined;
  }

  /** A text in UTF-8. @throws RangeError */
  text(field: number): string {
    const value = this.#fields[field];
    if (value instanceof Uint8Array) return decoder.decode(value);
    throw missing(field, 'text');
  }

  /** @throws RangeError */
  struct(field: number): ThriftStruct {
    const value = this.optionalStruct(field);
    if (value !== undefined) return value;
    throw missing(field, 'structure');
  }

  optionalStruct(field: number): ThriftStruct | undefined {
    const value = this.#fields[field];
    return value instanceof ThriftStruct ? value : undefined;
  }

  /** A list of structures; empty where there is none. @throws RangeError */
  structs(field: number): ThriftStruct[] {
    return this.#list(field).map((value) => {
      if (value instanceof ThriftStruct) return value;
      throw missing(field, 'list of structures');
    });
  }

  /** A list of texts; empty where there is none. @throws RangeError */
  texts(field: number): string[] {
    return this.#list(field).map((value) => {
      if (value instanceof Uint8Array) return decoder.decode(value);
      throw missing(field, 'list of texts');
    });
  }

  #list(field: number): readonly ThriftValue[] {
    const value = this.#fields[field] ?? [];
    if (Array.isArray(value)) return value as readonly ThriftValue[]; // `isArray` knows no readonly arrays
    throw missing(field, 'list');
  }
}

function missing(field: number, wanted: string): RangeError {
  return new RangeError(`a structure has no ${wanted} as its field ${field}`);
}

/** A structure, and where it ends. */
export interface ReadStruct {
  readonly struct: ThriftStruct;
  /** First byte behind it. */
  readonly end: number;
}

/**
 * Reads the structure that starts at byte `start`.
 * @throws RangeError when the bytes end before it does, or are none
 */
export function readThrift(bytes: Uint8Array, start = 0): ReadStruct {
  const reader = new Reader(bytes, start);
  const struct = reader.readStruct(0);
  return { struct, end: reader.at };
}

class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  readStruct(level: number): ThriftStruct {
    if (level > DEEPEST_LEVEL) throw new RangeError('structures lie in one another without end');
    const struct = new ThriftStruct();
    let field = 0;
    for (;;) {
      const head = this.#byte();
      const type = head & 0x0f;
      if (type === TYPE.stop) return struct;
      const step = head >> 4;
      field = step === 0 ? this.#zigzag() : field + step;
      const value = this.#readValue(type, level);
      if (field >= 0 && field < MOST_FIELDS) struct.put(field, value);
    }
  }

  #readValue(type: number, level: number): ThriftValue {
    switch (type) {
      case TYPE.true:
        return true;
      case TYPE.false:
        return false;
      case TYPE.byte:
        return (this.#byte() << 24) >> 24;
      case TYPE.int16:
      case TYPE.int32:
      case TYPE.int64:
        return this.#zigzag();
      case TYPE.double:
        return this.#double();
      case TYPE.binary:
        return this.#take(this.#varint());
      case TYPE.list:
      case TYPE.set:
        return this.#readList(level);
      case TYPE.struct:
        return this.readStruct(level + 1);
      default:
        throw new RangeError(`a field has the unknown type ${type}`);
    }
  }

  #readList(level: number): readonly ThriftValue[] {
    if (level > DEEPEST_LEVEL) throw new RangeError('lists lie in one another without end');
    const head = this.#byte();
    const type = head & 0x0f;
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    if (size > this.#bytes.length - this.at) throw new RangeError(`a list of ${size} values does not fit`);
    const values: ThriftValue[] = [];
    const isBoolean = type === TYPE.true || type === TYPE.false; // a byte each, in a list
    for (let i = 0; i < size; i++)
      values.push(isBoolean ? this.#byte() === TYPE.true : this.#readValue(type, level + 1));
    return values;
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new RangeError('a structure is cut off');
    return byte;
  }

  #take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.at) throw new RangeError(`${count} bytes of text do not fit`);
    return this.#bytes.subarray(this.at, (this.at += count));
  }

  #double(): number {
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  /** Seven bits a byte, least significant first. */
  #varint(): number {
    let value = 0;
    for (let i = 0; i < MOST_VARINT_BYTES; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number has more than ten bytes');
  }

  /** 0, −1, 1, −2, … by 0, 1, 2, 3, … */
  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
