/** How a photo is to be turned to stand upright, as Pillow 13 finds it (`Image.getexif`), and the turning itself. */
import { inflateSync } from 'node:zlib';
import type { RgbImage } from '../contracts.ts';
import { hasAt, listPngChunks, listSegments, listWebpChunks } from './file-parts.ts';
import { findFormat } from './formats.ts';
import { readTags } from './tags.ts';

/**
 * EXIF's orientation: 1 upright, 2 mirrored, 3 upside down, 4 mirrored upside down, 5 transposed, 6 to be turned a
 * quarter clockwise, 7 transposed over the other diagonal, 8 to be turned a quarter counter-clockwise.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What a file says of itself besides its pixels. */
interface Metadata {
  /** EXIF data, with or without its prefix. */
  readonly exif?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
}

const ORIENTATION_TAG = 274;
const XMP_TAG = 700;
const EXIF_PREFIX = 'Exif\0\0';
const XMP_SEGMENT_PREFIX = 'http://ns.adobe.com/xap/1.0/\0';
/** The first part of the XMP is searched: a packet is padded with blanks for later changes. */
const XMP_ORIENTATION = /tiff:Orientation(?:="|>)([0-9])/;
/** Most bytes of a PNG's compressed text; Pillow refuses more. */
const MAX_TEXT_BYTES = 1 << 20;

/**
 * Finds the orientation that `PIL.ImageOps.exif_transpose` goes by: EXIF's, else XMP's. Damaged EXIF data, at which
 * Pillow fails, and numbers that mean nothing count as upright.
 */
export function readOrientation(bytes: Uint8Array): Orientation {
  const { exif, xmp } = readMetadata(bytes);
  if (exif !== undefined) {
    const data = stripPrefix(exif);
    const tags = readTags(data);
    if (tags === undefined && data.length > 0) return 1;
    if (tags?.get(ORIENTATION_TAG) !== undefined) return toOrientation(tags.number(ORIENTATION_TAG));
  }
  if (xmp === undefined) return 1;
  const found = XMP_ORIENTATION.exec(Buffer.from(xmp.buffer, xmp.byteOffset, xmp.length).toString('latin1'));
  return toOrientation(found === null ? undefined : Number(found[1]));
}

function toOrientation(value: number | undefined): Orientation {
  switch (value) {
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return value;
    default:
      return 1;
  }
}

function readMetadata(bytes: Uint8Array): Metadata {
  switch (findFormat(bytes)) {
    case 'jpeg':
      return readJpegMetadata(bytes);
    case 'png':
      return readPngMetadata(bytes);
    case 'webp':
      return readWebpMetadata(bytes);
    case 'tiff': {
      const xmp = readTags(bytes)?.get(XMP_TAG);
      return { exif: bytes, xmp: xmp instanceof Uint8Array ? xmp : undefined };
    }
    default:
      return {};
  }
}

/** EXIF data may be spread over several segments. */
function readJpegMetadata(bytes: Uint8Array): Metadata {
  const exif: Uint8Array[] = [];
  let xmp: Uint8Array | undefined;
  for (const { kind, content } of listSegments(bytes)) {
    if (kind !== 'e1') continue;
    if (hasAt(content, 0, EXIF_PREFIX))
      exif.push(exif.length === 0 ? content : content.subarray(EXIF_PREFIX.length));
    else if (hasAt(content, 0, XMP_SEGMENT_PREFIX)) xmp = content.subarray(XMP_SEGMENT_PREFIX.length);
  }
  return { exif: exif.length > 1 ? Buffer.concat(exif) : exif[0], xmp };
}

/** A chunk of EXIF data, or what ImageMagick writes instead: text of hex digits. */
function readPngMetadata(bytes: Uint8Array): Metadata {
  let exif: Uint8Array | undefined;
  let profile: Uint8Array | undefined;
  let xmp: Uint8Array | undefined;
  for (const { kind, content } of listPngChunks(bytes)) {
    if (kind === 'eXIf') exif = content;
    const text = readPngText(kind, content);
    if (text?.key === 'Raw profile type exif') profile = text.value;
    if (text?.key === 'XML:com.adobe.xmp') xmp = text.value;
  }
  return { exif: exif ?? (profile && readHexLines(profile)), xmp };
}

function readPngText(kind: string, content: Uint8Array): { key: string; value: Uint8Array } | undefined {
  if (kind !== 'tEXt' && kind !== 'zTXt' && kind !== 'iTXt') return undefined;
  const end = content.indexOf(0);
  if (end === -1) return undefined;
  const key = Buffer.from(content.subarray(0, end)).toString('latin1');
  const rest = content.subarray(end + 1);
  if (kind === 'tEXt') return { key, value: rest };
  if (kind === 'zTXt') return withValue(key, inflate(rest.subarray(1)));
  const language = rest.indexOf(0, 2);
  const translated = language === -1 ? -1 : rest.indexOf(0, language + 1);
  if (translated === -1) return undefined;
  const value = rest.subarray(translated + 1);
  return withValue(key, rest[0] === 0 ? value : inflate(value));
}

function withValue(
  key: string,
  value: Uint8Array | undefined,
): { key: string; value: Uint8Array } | undefined {
  return value === undefined ? undefined : { key, value };
}

function inflate(compressed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(compressed, { maxOutputLength: MAX_TEXT_BYTES });
  } catch {
    return undefined; // damaged or too long: it says nothing
  }
}

/** The bytes of hex digits below three lines of a heading. */
function readHexLines(text: Uint8Array): Uint8Array {
  const digits = Buffer.from(text).toString('latin1').split('\n').slice(3).join('');
  return Buffer.from(digits, 'hex');
}

const WEBP_HAS_EXIF = 0x08;
const WEBP_HAS_XMP = 0x04;

/** Only files in the extended layout have metadata, and their header says which. */
function readWebpMetadata(bytes: Uint8Array): Metadata {
  const chunks = [...listWebpChunks(bytes)];
  const first = chunks[0];
  const flags = first?.kind === 'VP8X' ? (first.content[0] ?? 0) : 0;
  const find = (kind: string, flag: number) =>
    (flags & flag) === 0 ? undefined : chunks.find((chunk) => chunk.kind === kind)?.content;
  return { exif: find('EXIF', WEBP_HAS_EXIF), xmp: find('XMP ', WEBP_HAS_XMP) };
}

/** Some writers put the prefix there twice. */
function stripPrefix(exif: Uint8Array): Uint8Array {
  let at = 0;
  while (at < 2 * EXIF_PREFIX.length && hasAt(exif, at, EXIF_PREFIX)) at += EXIF_PREFIX.length;
  return exif.subarray(at);
}

/** Pixels that are moved together: a block of a turned picture stays in the processor's cache. */
const BLOCK = 64;

/** Turns and mirrors an image so that one of `orientation` stands upright. */
export function turnImage(image: RgbImage, orientation: Orientation): RgbImage {
  if (orientation === 1) return image;
  const { width, height, data: source } = image;
  const isTransposed = orientation >= 5;
  const mirrorsX = [2, 3, 7, 8].includes(orientation);
  const mirrorsY = [3, 4, 6, 7].includes(orientation);
  const [newWidth, newHeight] = isTransposed ? [height, width] : [width, height];
  const data = new Uint8Array(source.length);
  // bytes from a pixel's source to that of its right neighbour and of the one below
  const [column, row] = [mirrorsX ? -3 : 3, mirrorsY ? -3 * width : 3 * width];
  const [right, below] = isTransposed ? [row, column] : [column, row];
  const start = 3 * ((mirrorsX ? width - 1 : 0) + (mirrorsY ? (height - 1) * width : 0));
  for (let top = 0; top < newHeight; top += BLOCK) {
    const bottom = Math.min(top + BLOCK, newHeight);
    for (let left = 0; left < newWidth; left += BLOCK) {
      const end = Math.min(left + BLOCK, newWidth);
      for (let y = top; y < bottom; y++) {
        let from = start + y * below + left * right;
        let to = 3 * (y * newWidth + left);
        for (let x = left; x < end; x++, from += right, to += 3) {
          data[to] = source[from]!;
          data[to + 1] = source[from + 1]!;
          data[to + 2] = source[from + 2]!;
        }
      }
    }
  }
  return { width: newWidth, height: newHeight, data };
}
