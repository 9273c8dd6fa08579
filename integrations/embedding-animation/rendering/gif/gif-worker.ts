/** A thread that encodes chunks of a GIF: frames that follow one another. */
import { decodePng } from '../../images/index.ts';
import { serve } from '../../threads/workers.ts';
import { createCommonLookup, TRANSPARENT_INDEX } from './colour-table.ts';
import {
  indexCommonColours,
  subtractFrame,
  type DifferenceFrame,
  type IndexedFrame,
} from './difference-frame.ts';
import { GIFEncoder, type ColourTable, type GifEncoder } from './gifenc.ts';

/** Frames that follow one another. */
export interface GifChunk {
  /** What all colour tables begin with. */
  readonly common: ColourTable;
  /** PNG of the frame before the first; absent at the beginning of the GIF. */
  readonly before: Uint8Array | undefined;
  /** PNGs. */
  readonly frames: readonly Uint8Array[];
  /** How long each is shown. */
  readonly delaysMs: readonly number[];
}

/** Disposal method of all frames: each stays under the next. */
const DO_NOT_DISPOSE = 1;
/** The longest delay that a frame can have: 65,535 hundredths of a second. */
const LONGEST_DELAY_MS = 655_350;
/** Where a frame's position stands in its bytes: behind the graphic control extension and the image separator. */
const POSITION_AT = 9;

/** Makes the thread's function, which keeps the last lookup: one takes 32 MB, and is the same for a whole GIF. */
function createChunkEncoder(): (chunk: GifChunk) => Promise<Uint8Array> {
  let last: { readonly common: ColourTable; readonly commonOf: (colour: number) => number } | undefined;
  return (chunk) => {
    const { common } = chunk;
    if (last === undefined || !isSameTable(last.common, common))
      last = { common, commonOf: createCommonLookup(common) };
    return encodeChunk(chunk, last.commonOf);
  };
}

function isSameTable(a: ColourTable, b: ColourTable): boolean {
  return (
    a.length === b.length && a.every((colour, index) => colour.every((level, c) => level === b[index]![c]))
  );
}

/** The chunk's part of the file: the first one begins with the header, none has the trailer. */
async function encodeChunk(
  { common, before, frames, delaysMs }: GifChunk,
  commonOf: (colour: number) => number,
): Promise<Uint8Array> {
  const open = async (png: Uint8Array): Promise<IndexedFrame> =>
    indexCommonColours(await decodePng(png), commonOf);
  const gif = GIFEncoder({ auto: false });
  if (before === undefined) gif.writeHeader();
  let shown = before && (await open(before));
  for (const [position, png] of frames.entries()) {
    const frame = await open(png);
    writeFrame(gif, subtractFrame(frame, shown, common), delaysMs[position]!, shown === undefined);
    shown = frame;
  }
  return gif.bytes();
}

function writeFrame(
  gif: GifEncoder,
  { x, y, width, height, indices, colourTable }: DifferenceFrame,
  delayMs: number,
  isFirst: boolean,
): void {
  const start = gif.bytesView().length;
  gif.writeFrame(indices, width, height, {
    first: isFirst,
    palette: colourTable,
    transparent: !isFirst,
    transparentIndex: TRANSPARENT_INDEX,
    dispose: DO_NOT_DISPOSE,
    delay: Math.min(delayMs, LONGEST_DELAY_MS),
  });
  if (isFirst) return;
  const { buffer, byteOffset } = gif.bytesView(); // gifenc puts all frames at (0, 0)
  const position = new DataView(buffer, byteOffset + start + POSITION_AT);
  position.setUint16(0, x, true);
  position.setUint16(2, y, true);
}

export default serve(createChunkEncoder());
