/** A thread that encodes stretches of a GIF. */
import { decodePng } from '../images/index.ts';
import { serve } from '../workers.ts';
import { Choices } from './gif-choices.ts';
import { encodeGifFrame } from './gif-frames.ts';
import { chooseFrame, readColours, type ColourImage } from './gif-indices.ts';

/** Frames that follow one another. */
export interface GifStretch {
  /** `[c × 3]`, the first entries of all palettes. */
  readonly common: Uint8Array;
  /** PNG of the frame before the first; absent at the beginning. */
  readonly before: Uint8Array | undefined;
  /** PNGs. */
  readonly frames: readonly Uint8Array[];
  /** How long each is shown, hundredths of a second. */
  readonly ticks: readonly number[];
}

/** Makes the thread's function, which keeps the last common colours' choices. */
function createEncoder(): (stretch: GifStretch) => Promise<Uint8Array> {
  let last: { readonly common: Uint8Array; readonly choices: Choices } | undefined;
  return async ({ common, before, frames, ticks }) => {
    if (last === undefined || Buffer.compare(last.common, common) !== 0) {
      last = { common, choices: new Choices(common) };
    }
    const { choices } = last;
    const open = async (png: Uint8Array): Promise<ColourImage> => readColours(await decodePng(png));
    let shown = before && (await open(before));
    const blocks: Uint8Array[] = [];
    for (const [position, png] of frames.entries()) {
      const image = await open(png);
      const frame = chooseFrame(image, shown, common, choices);
      blocks.push(encodeGifFrame(frame, choices, ticks[position]!));
      shown = image;
    }
    return new Uint8Array(Buffer.concat(blocks));
  };
}

export default serve(createEncoder());
