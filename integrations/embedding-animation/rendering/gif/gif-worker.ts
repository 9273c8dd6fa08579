/** A thread that encodes stretches of a GIF. */
import { decodePng } from '../../images/index.ts';
import { serve } from '../../threads/workers.ts';
import { encodeGifFrame } from './frame-blocks.ts';
import { completeFrame, draftFrame, type Draft } from './difference-frames.ts';
import { openCommonLookup } from './colour-tables.ts';

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

/** Makes the thread's function, which keeps the last common colours' lookup. */
function createEncoder(): (stretch: GifStretch) => Promise<Uint8Array> {
  let last: { readonly common: Uint8Array; readonly find: (colour: number) => number } | undefined;
  return async ({ common, before, frames, ticks }) => {
    if (last === undefined || Buffer.compare(last.common, common) !== 0) {
      last = { common, find: openCommonLookup(common) };
    }
    const { find } = last;
    const open = async (png: Uint8Array): Promise<Draft> => draftFrame(await decodePng(png), find);
    let shown = before && (await open(before));
    const blocks: Uint8Array[] = [];
    for (const [position, png] of frames.entries()) {
      const draft = await open(png);
      blocks.push(encodeGifFrame(completeFrame(draft, shown, common), ticks[position]!));
      shown = draft;
    }
    return new Uint8Array(Buffer.concat(blocks));
  };
}

export default serve(createEncoder());
