/** A thread that encodes stretches of a GIF. */
import { decodePng } from '../images/index.ts';
import { serve } from '../workers.ts';
import { encodeGifFrame, indexImage, type IndexedImage } from './gif-frames.ts';
import { createPaletteLookup } from './gif-palette.ts';

/** Frames that follow one another. */
export interface GifStretch {
  /** `[256 × 3]` */
  readonly palette: Uint8Array;
  /** PNG of the frame before the first; absent at the beginning. */
  readonly before: Uint8Array | undefined;
  /** PNGs. */
  readonly frames: readonly Uint8Array[];
  /** How long each is shown, hundredths of a second. */
  readonly ticks: readonly number[];
}

/** Makes the thread's function, which keeps the last palette's lookup. */
function createEncoder(): (stretch: GifStretch) => Promise<Uint8Array> {
  let last: { readonly palette: Uint8Array; readonly indexOf: (colour: number) => number } | undefined;
  return async ({ palette, before, frames, ticks }) => {
    if (last === undefined || Buffer.compare(last.palette, palette) !== 0) {
      last = { palette, indexOf: createPaletteLookup(palette) };
    }
    const { indexOf } = last;
    const open = async (png: Uint8Array): Promise<IndexedImage> => indexImage(await decodePng(png), indexOf);
    let shown = before && (await open(before));
    const blocks: Uint8Array[] = [];
    for (const [position, png] of frames.entries()) {
      const image = await open(png);
      blocks.push(encodeGifFrame(image, shown, ticks[position]!));
      shown = image;
    }
    return new Uint8Array(Buffer.concat(blocks));
  };
}

export default serve(createEncoder());
