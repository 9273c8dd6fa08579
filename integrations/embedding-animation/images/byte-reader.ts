/** Numbers at positions of a file that may end anywhere. */

/** Reads whole numbers and text from bytes; what lies outside them is `undefined`. */
export interface ByteReader {
  readonly length: number;
  u8(at: number): number | undefined;
  u16(at: number, littleEndian: boolean): number | undefined;
  u32(at: number, littleEndian: boolean): number | undefined;
  /** Characters by their codes, 0 … 255. */
  text(at: number, length: number): string | undefined;
}

/** A reader of `bytes`. */
export function readBytes(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const holds = (at: number, length: number) => at >= 0 && at + length <= bytes.length;
  return {
    length: bytes.length,
    u8: (at) => bytes[at],
    u16: (at, littleEndian) => (holds(at, 2) ? view.getUint16(at, littleEndian) : undefined),
    u32: (at, littleEndian) => (holds(at, 4) ? view.getUint32(at, littleEndian) : undefined),
    text: (at, length) =>
      holds(at, length)
        ? Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('latin1')
        : undefined,
  };
}

/** Whether `bytes` has `expected` at `offset`. */
export function hasAt(bytes: Uint8Array, offset: number, expected: readonly number[] | string): boolean {
  const codes = typeof expected === 'string' ? Array.from(expected, (each) => each.charCodeAt(0)) : expected;
  return codes.every((byte, i) => bytes[offset + i] === byte);
}
