/** Pixels in, image files out. */
import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from '../contracts.ts';
import { decodeImage, toRgbImage } from './decode.ts';

/** A quarter faster than level 6 and, on frames, less than one per cent larger. */
const PNG_COMPRESSION_LEVEL = 5;

/** The slowest and smallest of libwebp's settings: thumbnails are written once and read often. */
const WEBP_EFFORT = 6;
const LOSSY_QUALITY = 85;

/** Encodes as PNG, 8-bit RGB, lossless, without metadata. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  return toBytes(await openRgb(image).png({ compressionLevel: PNG_COMPRESSION_LEVEL }).toBuffer());
}

/**
 * Decodes a PNG that `encodePng` made.
 * @throws EmbeddingAnimationError `ImageUnreadable`
 */
export function decodePng(bytes: Uint8Array): Promise<RgbImage> {
  return decodeImage(bytes);
}

/** Encodes as WebP without loss: `decodeImage` gives the same pixels. At most 16,383 px a side. */
export async function encodeLossless(image: RgbImage): Promise<Uint8Array> {
  return new Uint8Array(await openRgb(image).webp({ lossless: true, effort: WEBP_EFFORT }).toBuffer());
}

/** Encodes as WebP with losses that are hard to see at the size of a thumbnail. At most 16,383 px a side. */
export async function encodeLossy(image: RgbImage): Promise<Uint8Array> {
  const options = { quality: LOSSY_QUALITY, smartSubsample: true, effort: WEBP_EFFORT };
  return new Uint8Array(await openRgb(image).webp(options).toBuffer());
}

/** Resamples (Lanczos) to fit into `side` × `side` px, centred; what is left over is `background`, `#rrggbb`. */
export async function fitIntoSquare(image: RgbImage, side: number, background: string): Promise<RgbImage> {
  const fitted = openRgb(image).resize(side, side, { fit: 'contain', background }).removeAlpha();
  return toRgbImage(await fitted.raw().toBuffer({ resolveWithObject: true }));
}

/** Resamples (Lanczos) to at most `side` px on the longer side, proportions kept; smaller images stay as they are. */
export async function shrinkToFit(image: RgbImage, side: number): Promise<RgbImage> {
  if (image.width <= side && image.height <= side) return image;
  const shrunk = openRgb(image).resize(side, side, { fit: 'inside' });
  return toRgbImage(await shrunk.raw().toBuffer({ resolveWithObject: true }));
}

function openRgb({ width, height, data }: RgbImage): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A plain view of sharp's buffer, which is never pooled: it may be transferred to another thread. */
function toBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
