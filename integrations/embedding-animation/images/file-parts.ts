/** What image files are made of: numbers, the segments of a JPEG, the chunks of a PNG or WebP, palettes. */

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

/** One part of a file. */
export interface FilePart {
  /** A JPEG's marker as two hex digits, such as `e1`; the four characters that name a chunk. */
  readonly kind: string;
  /** What it holds: a view of the file. */
  readonly content: Uint8Array;
}

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
/** Markers without a length: restarts, the start, and one for private use. */
const BARE_MARKERS = [0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8];

/** Segments of a JPEG in front of its first scan. A damaged one ends the list. */
export function* listSegments(bytes: Uint8Array): Generator<FilePart> {
  const reader = readBytes(bytes);
  let at = 2;
  while (reader.u8(at) === 0xff) {
    const marker = reader.u8(at + 1);
    if (marker === undefined || marker === START_OF_SCAN || marker === END_OF_IMAGE) return;
    if (marker === 0xff) {
      at += 1; // padding
      continue;
    }
    if (BARE_MARKERS.includes(marker)) {
      at += 2;
      continue;
    }
    const length = reader.u16(at + 2, false);
    if (length === undefined || length < 2 || at + 2 + length > bytes.length) return;
    yield { kind: marker.toString(16).padStart(2, '0'), content: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

const PNG_SIGNATURE_BYTES = 8;

/** Chunks of a PNG up to its end. A damaged one ends the list. */
export function* listPngChunks(bytes: Uint8Array): Generator<FilePart> {
  const reader = readBytes(bytes);
  for (let at = PNG_SIGNATURE_BYTES; ;) {
    const length = reader.u32(at, false);
    const kind = reader.text(at + 4, 4);
    if (length === undefined || kind === undefined || kind === 'IEND') return;
    if (at + 12 + length > bytes.length) return;
    yield { kind, content: bytes.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

const RIFF_HEADER_BYTES = 12;

/** Chunks of a WebP. A damaged one ends the list. */
export function* listWebpChunks(bytes: Uint8Array): Generator<FilePart> {
  const reader = readBytes(bytes);
  for (let at = RIFF_HEADER_BYTES; ;) {
    const kind = reader.text(at, 4);
    const length = reader.u32(at + 4, true);
    if (kind === undefined || length === undefined || at + 8 + length > bytes.length) return;
    yield { kind, content: bytes.subarray(at + 8, at + 8 + length) };
    at += 8 + length + (length & 1); // padded to an even length
  }
}

/** Most bytes that deflate makes of one. */
export const DEFLATE_RATIO = 1032;

const COLOURS = 256;

/**
 * A palette of 256 colours from one of fewer, `[colours × 3]`, as Pillow 13 looks them up: what lies beyond it is black.
 * One that is a ramp of greys, or empty, is none to Pillow: an index is then its grey.
 */
export function fillPalette(palette: Uint8Array): Uint8Array {
  const isRamp = palette.every((value, i) => value === Math.floor(i / 3));
  return Uint8Array.from({ length: 3 * COLOURS }, (_, i) => (isRamp ? Math.floor(i / 3) : (palette[i] ?? 0)));
}
