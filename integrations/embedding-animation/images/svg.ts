/** SVG drawings in, pixels out. */
import sharp from 'sharp';
import type { RgbImage } from '../contracts.ts';
import { MAX_DECODED_PIXELS, refuseUnreadable, toRgbImage } from './decode.ts';

/** Size and ground of a rasterised drawing. */
export interface RasterizeOptions {
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  /** `#rrggbb` under transparent parts. */
  readonly background: string;
}

/**
 * Draws an SVG at exactly `width` × `height`: scaled as vectors to the largest size that fits, centred,
 * what is left over filled with `background`. A drawing of that very size is not resampled. Files and
 * addresses that the SVG refers to are not loaded.
 * @throws EmbeddingAnimationError `ImageUnreadable`, without a place: callers add it by `withPlace`
 */
export async function rasterizeSvg(svg: string | Uint8Array, options: RasterizeOptions): Promise<RgbImage> {
  const { width, height, background } = options;
  const bytes = typeof svg === 'string' ? new TextEncoder().encode(svg) : svg;
  if (bytes.length === 0) refuseUnreadable(new Error('it is empty'));
  const drawn = await sharp(bytes, { failOn: 'error', limitInputPixels: MAX_DECODED_PIXELS })
    .resize(width, height, { fit: 'contain', background })
    .flatten({ background })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(refuseUnreadable);
  return toRgbImage(drawn);
}
