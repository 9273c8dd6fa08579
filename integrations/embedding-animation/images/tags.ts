/** Tags of a TIFF's directory, which is also what EXIF data is, as Pillow 13 reads them (`ImageFileDirectory_v2.load`). */
import { readBytes } from './file-parts.ts';

/** Values of a tag: numbers, or bytes for types that are no numbers to Pillow (BYTE, ASCII, UNDEFINED). */
export type TagValue = readonly number[] | Uint8Array;

/** A directory as far as it could be read. */
export interface Tags {
  get(tag: number): TagValue | undefined;
  /** The first number of a tag; `undefined` where there is none. */
  number(tag: number): number | undefined;
}

/** Bytes of a value by type; types that are not here are left out. */
const UNIT_BYTES: Readonly<Record<number, number>> = {
  1: 1, // BYTE
  2: 1, // ASCII
  3: 2, // SHORT
  4: 4, // LONG
  5: 8, // RATIONAL
  6: 1, // SBYTE
  7: 1, // UNDEFINED
  8: 2, // SSHORT
  9: 4, // SLONG
  10: 8, // SRATIONAL
  11: 4, // FLOAT
  12: 8, // DOUBLE
  13: 4, // IFD
  16: 8, // LONG8
};
const TYPES_OF_BYTES = [1, 2, 7];
const ENTRY_BYTES = 12;

/**
 * Reads the first directory of a TIFF, or of EXIF data without its prefix. Of tags that are there twice the first
 * counts; data that lies outside ends the reading, as in Pillow.
 * @returns `undefined` where `bytes` do not begin as a TIFF
 */
export function readTags(bytes: Uint8Array): Tags | undefined {
  const littleEndian = readByteOrder(bytes);
  if (littleEndian === undefined) return undefined;
  const reader = readBytes(bytes);
  const start = reader.u32(4, littleEndian);
  if (start === undefined) return undefined;
  const tags = new Map<number, TagValue>();
  const count = reader.u16(start, littleEndian) ?? 0;
  let total = 0;
  for (
    let entry = 0, at = start + 2;
    entry < count && at + ENTRY_BYTES <= bytes.length;
    entry++, at += ENTRY_BYTES
  ) {
    const tag = reader.u16(at, littleEndian)!;
    const type = reader.u16(at + 2, littleEndian)!;
    const unit = UNIT_BYTES[type];
    if (tags.has(tag) || unit === undefined) continue;
    const size = reader.u32(at + 4, littleEndian)! * unit;
    if (size === 0) continue;
    if (size > 4) {
      total += size;
      if (total > bytes.length) continue;
    }
    const offset = size > 4 ? reader.u32(at + 8, littleEndian)! : at + 8;
    if (offset + size > bytes.length) break;
    tags.set(tag, readValues(bytes.subarray(offset, offset + size), type, littleEndian));
  }
  return {
    get: (tag) => tags.get(tag),
    number: (tag) => {
      const value = tags.get(tag);
      return value instanceof Uint8Array ? undefined : value?.[0];
    },
  };
}

/** Little-endian or not; Pillow takes the mark of a TIFF in either order of its bytes. */
function readByteOrder(bytes: Uint8Array): boolean | undefined {
  const head = readBytes(bytes).text(0, 4);
  if (head === 'II*\0' || head === 'II\0*') return true;
  if (head === 'MM\0*' || head === 'MM*\0' || head === 'MM\0+') return false;
  return undefined;
}

function readValues(data: Uint8Array, type: number, littleEndian: boolean): TagValue {
  if (TYPES_OF_BYTES.includes(type)) return data;
  const unit = UNIT_BYTES[type]!;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length / unit }, (_, i) => readNumber(view, i * unit, type, littleEndian));
}

function readNumber(view: DataView, at: number, type: number, littleEndian: boolean): number {
  switch (type) {
    case 3:
      return view.getUint16(at, littleEndian);
    case 5:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case 6:
      return view.getInt8(at);
    case 8:
      return view.getInt16(at, littleEndian);
    case 9:
      return view.getInt32(at, littleEndian);
    case 10:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case 11:
      return view.getFloat32(at, littleEndian);
    case 12:
      return view.getFloat64(at, littleEndian);
    case 16:
      return Number(view.getBigUint64(at, littleEndian));
    default:
      return view.getUint32(at, littleEndian);
  }
}
