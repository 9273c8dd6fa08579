/** Small pictures that are kept and drawn again later, as WebP. */
import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from '../contracts.ts';
import { toRgbImage } from './decode.ts';

/** The slowest and smallest of libwebp's settings: such pictures are written once and read often. */
const WEBP_EFFORT = 6;
const LOSSY_QUALITY = 85;

/** Encodes as WebP without loss: `decodeImage` gives the same pixels. At most 16,383 px a side. */
export async function encodeLossless(image: RgbImage): Promise<Uint8Array> {
  return new Uint8Array(await openRgb(image).webp({ lossless: true, effort: WEBP_EFFORT }).toBuffer());
}

/** Encodes as WebP with losses that are hard to see at the size of a thumbnail. At most 16,383 px a side. */
export async function encodeLossy(image: RgbImage): Promise<Uint8Array> {
  const options = { quality: LOSSY_QUALITY, smartSubsample: true, effort: WEBP_EFFORT };
  return new Uint8Array(await openRgb(image).webp(options).toBuffer());
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
