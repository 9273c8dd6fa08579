/** What an encoded image is, from its header; asking sharp for it costs a small image a quarter of its decoding. */
import { readBmpHeader } from './bmp.ts';
import { DEFLATE_RATIO, hasAt, listSegments, listWebpChunks, readBytes } from './file-parts.ts';
import { findFormat, type ImageHeader } from './formats.ts';
import { readGifHeader } from './gif.ts';
import { readTiffHeader } from './tiff.ts';

/** Where a PNG's header holds the bits of a sample and its colour type; 0 is grey without alpha. */
const PNG_BITS = 24;
const PNG_COLOUR_TYPE = 25;
/** Values of a pixel by a PNG's colour type. */
const PNG_SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Kinds of a JPEG's segment that begin a frame: C0 … CF but for tables and extensions. */
const JPEG_FRAME = /^c[0-35-79-bd-f]$/;
const CMYK_COMPONENTS = 4;
const WEBP_SIDE_BITS = 14;

/** The header of an image in a format that is read; `undefined` for anything else. A damaged image may be called any. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const format = findFormat(bytes);
  if (format === undefined) return undefined;
  const unknown: ImageHeader = { format, width: 0, height: 0, kind: 'colour' };
  switch (format) {
    case 'png':
      return readPngHeader(bytes) ?? unknown;
    case 'jpeg':
      return readJpegHeader(bytes) ?? unknown;
    case 'webp':
      return { ...unknown, ...readWebpSize(bytes) };
    case 'tiff':
      return readTiffHeader(bytes) ?? unknown;
    case 'gif':
      return readGifHeader(bytes) ?? unknown;
    case 'bmp':
      return readBmpHeader(bytes);
  }
}

function readPngHeader(bytes: Uint8Array): ImageHeader | undefined {
  const reader = readBytes(bytes);
  const [width, height] = [reader.u32(16, false), reader.u32(20, false)];
  if (width === undefined || height === undefined) return undefined;
  const [bits = 8, type = 0] = [bytes[PNG_BITS], bytes[PNG_COLOUR_TYPE]];
  const mostPixels = (8 * DEFLATE_RATIO * bytes.length) / (bits * (PNG_SAMPLES[type] ?? 1));
  return {
    format: 'png',
    width,
    height,
    kind: bits === 16 && type === 0 ? 'grey-16-bit' : 'colour',
    mostPixels,
  };
}

function readJpegHeader(bytes: Uint8Array): ImageHeader | undefined {
  for (const { kind, content } of listSegments(bytes)) {
    if (!JPEG_FRAME.test(kind)) continue;
    const reader = readBytes(content);
    const [height = 0, width = 0] = [reader.u16(1, false), reader.u16(3, false)];
    return { format: 'jpeg', width, height, kind: content[5] === CMYK_COMPONENTS ? 'cmyk' : 'colour' };
  }
  return undefined;
}

/** The canvas of the extended layout, else the size of the picture. */
function readWebpSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  for (const { kind, content } of listWebpChunks(bytes)) {
    const reader = readBytes(content);
    if (kind === 'VP8X' && content.length >= 10) {
      const side = (at: number) => 1 + reader.u16(at, true)! + 65_536 * reader.u8(at + 2)!;
      return { width: side(4), height: side(7) };
    }
    const mask = (1 << WEBP_SIDE_BITS) - 1;
    if (kind === 'VP8 ' && hasAt(content, 3, [0x9d, 0x01, 0x2a])) {
      return { width: (reader.u16(6, true) ?? 0) & mask, height: (reader.u16(8, true) ?? 0) & mask };
    }
    const packed = kind === 'VP8L' && content[0] === 0x2f ? reader.u32(1, true) : undefined;
    if (packed !== undefined) {
      return { width: 1 + (packed & mask), height: 1 + ((packed >>> WEBP_SIDE_BITS) & mask) };
    }
  }
  return undefined;
}
