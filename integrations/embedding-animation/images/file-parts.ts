/** The parts that image files are made of: segments of a JPEG, chunks of a PNG or WebP. */
import { hasAt, readBytes } from './byte-reader.ts';

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

/** The format of a file by its first bytes. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'tiff' | 'gif' | 'bmp';

const SIGNATURES: readonly (readonly [ImageFormat, readonly number[] | string])[] = [
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['bmp', 'BM'],
];

/** Which of the formats that are read a file has; `undefined` for any other. A damaged file may be called any. */
export function findFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (hasAt(bytes, 0, 'RIFF') && hasAt(bytes, 8, 'WEBP')) return 'webp';
  return SIGNATURES.find(([, signature]) => hasAt(bytes, 0, signature))?.[0];
}
