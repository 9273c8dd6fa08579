/** Image files in, 8-bit RGB pixels out: what Pillow's `Image.open(…).convert("RGB")` would see. */
import sharp, { type OutputInfo, type Sharp } from 'sharp';
import type { Reserve, RgbImage } from '../contracts.ts';
import { makeError } from '../errors.ts';
import { refuseLfsPointer } from '../formats/git-lfs.ts';
import { decodeBmp } from './bmp.ts';
import type { ImageHeader } from './formats.ts';
import { decodeGif } from './gif.ts';
import { readImageHeader } from './header.ts';
import { readOrientation, turnImage } from './orientation.ts';

/** Most pixels an image may decode to, before memory is asked for them. Pillow warns at the same number. */
export const MAX_DECODED_PIXELS = 89_478_485;

const RGB_CHANNELS = 3;
const CMYK_CHANNELS = 4;

/** How an image is decoded. */
export interface DecodeOptions {
  /**
   * Whether the image is turned as its EXIF or XMP data say, as `PIL.ImageOps.exif_transpose` does. A TIFF is turned
   * in any case: Pillow does that while it decodes.
   * @default false
   */
  readonly turn?: boolean | undefined;
  /** Called with the bytes of memory that decoding takes, before it starts, which waits for it. */
  readonly reserve?: Reserve | undefined;
}

/**
 * Decodes a PNG, JPEG, WebP, TIFF, GIF or BMP as Pillow's `convert("RGB")`: grey is repeated, a palette looked up,
 * alpha dropped without blending, CMYK turned by Pillow's formula; colour profiles are not applied; of an animation or
 * of several pages the first is taken.
 * @returns `[height × width × 3]` bytes, in memory of its own
 * @throws EmbeddingAnimationError `ImageUnreadable`, without a place: callers add it by `withPlace`
 */
export async function decodeImage(
  bytes: Uint8Array,
  { turn = false, reserve }: DecodeOptions = {},
): Promise<RgbImage> {
  if (bytes.length === 0) refuseUnreadable(new Error('it is empty'));
  refuseLfsPointer(bytes, 'ImageUnreadable', {});
  const header = readImageHeader(bytes);
  if (header === undefined) return refuseFormat(bytes);
  checkHeader(header);
  const orientation = turn || header.format === 'tiff' ? readOrientation(bytes) : 1;
  await reserve?.(estimateBytes(header, orientation !== 1));
  return turnImage(await decodePixels(bytes, header), orientation);
}

function checkHeader({ format, width, height, kind, mostPixels = Infinity }: ImageHeader): void {
  if (kind === 'other') throw makeError('ImageUnreadable', 'variant', { format: format.toUpperCase() });
  if (width * height > MAX_DECODED_PIXELS)
    throw makeError('ImageUnreadable', 'tooLarge', { width, height, most: MAX_DECODED_PIXELS });
  if (width * height > mostPixels) refuseUnreadable(new Error('it is cut short'));
}

/** The decoder's own copy, the pixels that it gives, and those that are turned; the most where no size is known. */
function estimateBytes({ width, height }: ImageHeader, isTurned: boolean): number {
  const pixels = width * height === 0 ? MAX_DECODED_PIXELS : width * height;
  return pixels * RGB_CHANNELS * (isTurned ? 3 : 2);
}

async function decodePixels(bytes: Uint8Array, { format, kind }: ImageHeader): Promise<RgbImage> {
  try {
    if (format === 'bmp') return decodeBmp(bytes);
    if (format === 'gif') return decodeGif(bytes);
    const image = openImage(bytes);
    if (kind === 'cmyk') return await decodeCmyk(image);
    return await (kind === 'grey-16-bit' ? decodeGrey16(image) : decodeRgb(image));
  } catch (cause) {
    return refuseUnreadable(cause);
  }
}

function openImage(bytes: Uint8Array): Sharp {
  return sharp(bytes, { failOn: 'error', limitInputPixels: MAX_DECODED_PIXELS, ignoreIcc: true });
}

async function decodeRgb(image: Sharp): Promise<RgbImage> {
  return toRgbImage(
    await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }),
  );
}

/**
 * Pillow clips 16-bit grey (mode I;16) to 255 rather than scale it: nearly all white, yet what a model saw. With an
 * alpha channel of its own it takes the upper 8 bits, as of 16-bit RGB.
 */
async function decodeGrey16(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image
    .extractChannel(0)
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const wide = new Uint16Array(data.buffer, data.byteOffset, info.width * info.height);
  const rgb = new Uint8Array(wide.length * 3);
  for (let i = 0; i < wide.length; i++) rgb.fill(Math.min(255, wide[i]!), 3 * i, 3 * i + 3);
  return { width: info.width, height: info.height, data: rgb };
}

/** Pillow's CMYK to RGB: `clip(255 − k − c·(255 − k) / 255)`, with its rounded division by 255. */
async function decodeCmyk(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = info.width * info.height;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const white = 255 - data[CMYK_CHANNELS * pixel + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      const ink = data[CMYK_CHANNELS * pixel + channel]!;
      rgb[3 * pixel + channel] = Math.max(0, white - divideBy255(ink * white));
    }
  }
  return { width: info.width, height: info.height, data: rgb };
}

/** Rounded division by 255 of a product of two bytes, in integers. */
function divideBy255(product: number): number {
  const rounded = product + 128;
  return ((rounded >> 8) + rounded) >> 8;
}

/** Takes sharp's raw output without a copy: its buffer is never pooled. */
export function toRgbImage({ data, info }: { data: Buffer; info: OutputInfo }): RgbImage {
  return {
    width: info.width,
    height: info.height,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** Throws what sharp said of an image, in the catalogue's words. */
export function refuseUnreadable(cause: unknown): never {
  const [said = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
  throw makeError('ImageUnreadable', 'undecodable', { said }, { cause });
}

async function refuseFormat(bytes: Uint8Array): Promise<never> {
  const { format } = await openImage(bytes).metadata().catch(refuseUnreadable);
  throw makeError('ImageUnreadable', 'format', { format });
}
