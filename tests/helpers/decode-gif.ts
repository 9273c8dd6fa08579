import sharp from 'sharp';
import type { RgbImage } from '../../integrations/embedding-animation/contracts.ts';

/** A GIF as a viewer plays it. */
export interface DecodedGif {
  /** What the canvas shows after each frame. */
  readonly pages: readonly RgbImage[];
  readonly delaysMs: readonly number[];
  /** 0: for ever. */
  readonly loops: number | undefined;
}

/** Decodes all frames with libvips. */
export async function decodeGif(bytes: Uint8Array): Promise<DecodedGif> {
  const image = sharp(bytes, { animated: true });
  const { pages = 1, delay = [], loop } = await image.metadata();
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const height = info.height / pages;
  const length = info.width * height * 3;
  return {
    pages: Array.from({ length: pages }, (_, page) => ({
      width: info.width,
      height,
      data: new Uint8Array(data.subarray(page * length, (page + 1) * length)),
    })),
    delaysMs: delay,
    loops: loop,
  };
}
