/** Which image files are read, by their names and by their first bytes, and what a header says of one. */
import { hasAt } from './file-parts.ts';

/**
 * Extensions of the formats that `decodeImage` reads with the pixels of Pillow: those of PNG, JPEG, WebP, TIFF, GIF
 * and BMP, in lower case and with their dot. AVIF is not among them: its decoders differ in the pixels they make.
 */
export const READABLE_EXTENSIONS: readonly string[] = [
  '.png',
  '.apng',
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.webp',
  '.tif',
  '.tiff',
  '.gif',
  '.bmp',
  '.dib',
];

/** Whether a file of this name is one that `decodeImage` reads; the case of its extension does not count. */
export function isReadableImage(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot !== -1 && READABLE_EXTENSIONS.includes(name.slice(dot).toLowerCase());
}

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

/** Bytes from the start of a file that tell an encoded image. */
export const SIGNATURE_BYTES = 16;

/** Where a bitmap has words that are zero: two letters alone would make an image of many a text. */
const BMP_RESERVED = 6;

/** Whether bytes start like a PNG, JPEG, GIF, WebP, TIFF or BMP, whatever their file is called. */
export function startsLikeImage(bytes: Uint8Array): boolean {
  const format = findFormat(bytes);
  return format === 'bmp' ? hasAt(bytes, BMP_RESERVED, [0, 0, 0, 0]) : format !== undefined;
}

/** How the pixels of an image are stored, as far as decoding differs by it; `other` can't be decoded as Pillow does. */
export type PixelKind = 'colour' | 'grey-16-bit' | 'cmyk' | 'other';

/** An image as its header describes it. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** px, as stored: before a turn by EXIF; 0 where the header does not tell. */
  readonly width: number;
  /** px */
  readonly height: number;
  readonly kind: PixelKind;
  /**
   * Most pixels that a file of this length can hold: a size beyond it is a lie, for which no memory is asked.
   * @default any
   */
  readonly mostPixels?: number | undefined;
}
