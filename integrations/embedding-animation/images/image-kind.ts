/** What an encoded image is, from its first bytes; asking sharp for it costs a small image a quarter of its decoding. */

/** How the pixels of an image are stored, as far as decoding differs by it. */
export type ImageKind = 'colour' | 'grey-16-bit' | 'cmyk';

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG_SIGNATURE = [0xff, 0xd8, 0xff];
const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];
/** Where a PNG's header holds the bits of a sample and its colour type; 0 is grey without alpha. */
const PNG_BITS = 24;
const PNG_COLOUR_TYPE = 25;
/** Markers of a JPEG's frame, which holds the number of its components: C0 … CF but for tables and extensions. */
const FRAME_MARKERS = { first: 0xc0, last: 0xcf, others: [0xc4, 0xc8, 0xcc] };
const CMYK_COMPONENTS = 4;

/** The kind of a PNG, JPEG or WebP; `undefined` for anything else. A damaged image may be called any kind. */
export function findImageKind(bytes: Uint8Array): ImageKind | undefined {
  if (hasAt(bytes, 0, PNG_SIGNATURE)) {
    return bytes[PNG_BITS] === 16 && bytes[PNG_COLOUR_TYPE] === 0 ? 'grey-16-bit' : 'colour';
  }
  if (hasAt(bytes, 0, JPEG_SIGNATURE)) {
    return countJpegComponents(bytes) === CMYK_COMPONENTS ? 'cmyk' : 'colour';
  }
  return hasAt(bytes, 0, RIFF) && hasAt(bytes, 8, WEBP) ? 'colour' : undefined;
}

function hasAt(bytes: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return expected.every((byte, i) => bytes[offset + i] === byte);
}

/** Walks the segments of a JPEG to its frame. */
function countJpegComponents(bytes: Uint8Array): number | undefined {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined; // not a segment
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // padding
      continue;
    }
    const isFrame = marker >= FRAME_MARKERS.first && marker <= FRAME_MARKERS.last;
    if (isFrame && !FRAME_MARKERS.others.includes(marker)) return bytes[at + 9];
    at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
  }
  return undefined;
}
