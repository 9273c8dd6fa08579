/** One GIF of many frames: common colours that all share, no dithering, only what changed is written. */
import { decodePng } from '../../images/index.ts';
import { mapInOrder } from '../../threads/concurrency.ts';
import type { OnProgress, RgbImage } from '../../contracts.ts';
import { openPool, type WorkerPool } from '../../threads/workers.ts';
import type { GifStretch } from './gif-worker.ts';
import { buildPalette, chooseCommonColours } from './colour-tables.ts';

/** GIF counts time in hundredths of a second. */
const MS_PER_TICK = 10;
/** Common colours are found in this many frames, spread over the animation, the first and the last among them. */
const SAMPLED_FRAMES = 5;
/** Most frames that a thread encodes at once: it reads one more, the one before. */
const LONGEST_STRETCH = 8;
const TRAILER = 0x3b;
const SCREEN_BYTES = 13;
/** Colours of 8 bits, a palette of 256 entries for frames without their own. */
const PALETTE_OF_256 = 0b1_111_0_111;
/** Netscape's extension: how often the animation is repeated, 0 for no end. */
const LOOP_FOR_EVER = Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00', 'latin1');

/** Threads that encode GIFs. */
export type GifPool = WorkerPool<GifStretch, Uint8Array>;

/** Opens a pool of up to `threads` threads. */
export function openGifPool(threads: number): GifPool {
  return openPool(new URL('./gif-worker.ts', import.meta.url), threads);
}

/** How the frames play. */
export interface GifOptions {
  /** How long each frame is shown, ms; rounded to 10 ms. */
  readonly delaysMs: readonly number[];
  readonly onProgress?: OnProgress;
}

/**
 * Encodes PNGs of one size as a GIF that loops for ever. Each is read when it is its turn; a few are in memory at
 * a time. The bytes are the same with any number of threads.
 * @param frames reads each frame's PNG
 * @returns the file, part by part
 * @throws RangeError when there is no frame
 * @throws EmbeddingAnimationError `WorkerFailed` when frames differ in size
 */
export async function* encodeGif(
  pool: GifPool,
  frames: readonly (() => Promise<Uint8Array>)[],
  { delaysMs, onProgress }: GifOptions,
): AsyncGenerator<Uint8Array> {
  if (frames.length === 0) throw new RangeError('a GIF needs at least one frame');
  const sample = await decodeSample(frames);
  const common = chooseCommonColours(sample);
  yield encodeHeader(sample[0]!, buildPalette(common, []));
  const length = Math.min(LONGEST_STRETCH, Math.ceil(frames.length / pool.threads));
  const encode = async (index: number): Promise<Uint8Array> => {
    const first = index * length;
    const stretch = frames.slice(first, first + length);
    return pool.run({
      common,
      before: await frames[first - 1]?.(),
      frames: await Promise.all(stretch.map((read) => read())),
      ticks: stretch.map((_, i) => Math.round((delaysMs[first + i] ?? 0) / MS_PER_TICK)),
    });
  };
  const stretches = Math.ceil(frames.length / length);
  let done = 0;
  for await (const blocks of mapInOrder(stretches, pool.threads, encode)) {
    yield blocks;
    done = Math.min(frames.length, done + length);
    onProgress?.(done, frames.length);
  }
  yield Uint8Array.of(TRAILER);
}

async function decodeSample(frames: readonly (() => Promise<Uint8Array>)[]): Promise<RgbImage[]> {
  const last = frames.length - 1;
  const positions = Array.from({ length: SAMPLED_FRAMES }, (_, i) =>
    Math.round((i * last) / (SAMPLED_FRAMES - 1)),
  );
  return Promise.all(
    Array.from(new Set(positions), async (position) => decodePng(await frames[position]!())),
  );
}

/** Everything before the first frame: size, palette, and that the animation loops. */
function encodeHeader(
  { width, height }: Pick<RgbImage, 'width' | 'height'>,
  palette: Uint8Array,
): Uint8Array {
  const screen = Buffer.alloc(SCREEN_BYTES);
  screen.write('GIF89a', 'latin1');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  screen[10] = PALETTE_OF_256;
  return new Uint8Array(Buffer.concat([screen, palette, LOOP_FOR_EVER]));
}
