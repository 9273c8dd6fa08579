/** One GIF of many frames: one palette, no dithering, only what changed is written. */
import gifenc from 'gifenc';
import type { OnProgress, RgbImage } from '../contracts.ts';
import { buildPalette, createPaletteLookup, TRANSPARENT_INDEX } from './gif-palette.ts';

/** GIF counts time in hundredths of a second. */
const MS_PER_TICK = 10;
/** The palette is made from this many frames, spread over the animation, the first and the last among them. */
const SAMPLED_FRAMES = 5;
const KEEP_ON_CANVAS = 1;

/** How the frames play. */
export interface GifOptions {
  /** How long each frame is shown, ms; rounded to 10 ms. */
  readonly delaysMs: readonly number[];
  readonly onProgress?: OnProgress;
}

/**
 * Encodes `frames`, each decoded when it is its turn, as a GIF that loops for ever. Memory does not grow with the
 * number of frames but by the file itself.
 * @throws RangeError when there is no frame or a frame differs in size from the first
 */
export async function encodeGif(
  frames: readonly (() => Promise<RgbImage>)[],
  { delaysMs, onProgress }: GifOptions,
): Promise<Uint8Array> {
  const palette = buildPalette(await decodeSample(frames));
  const indexOf = createPaletteLookup(palette);
  const encoder = gifenc.GIFEncoder();
  let shown: Uint8Array | undefined;
  let size: { readonly width: number; readonly height: number } | undefined;
  for (const [position, decode] of frames.entries()) {
    const image = await decode();
    size ??= image;
    if (image.width !== size.width || image.height !== size.height) {
      throw new RangeError(
        `frame ${position} is ${image.width}×${image.height} px, the first ${size.width}×${size.height} px`,
      );
    }
    const indices = indexImage(image, indexOf);
    const first = shown === undefined;
    encoder.writeFrame(
      shown === undefined ? indices : hideUnchanged(indices, shown),
      image.width,
      image.height,
      {
        ...(first ? { palette, repeat: 0 } : {}),
        transparent: !first,
        transparentIndex: TRANSPARENT_INDEX,
        dispose: KEEP_ON_CANVAS,
        delay: Math.round((delaysMs[position] ?? 0) / MS_PER_TICK) * MS_PER_TICK,
      },
    );
    shown = indices;
    onProgress?.(position + 1, frames.length);
  }
  encoder.finish();
  return encoder.bytes();
}

async function decodeSample(frames: readonly (() => Promise<RgbImage>)[]): Promise<RgbImage[]> {
  if (frames.length === 0) throw new RangeError('a GIF needs at least one frame');
  const last = frames.length - 1;
  const positions = Array.from({ length: SAMPLED_FRAMES }, (_, i) =>
    Math.round((i * last) / (SAMPLED_FRAMES - 1)),
  );
  const sample: RgbImage[] = [];
  for (const position of new Set(positions)) sample.push(await frames[position]!());
  return sample;
}

function indexImage({ data }: RgbImage, indexOf: (colour: number) => number): Uint8Array {
  const indices = new Uint8Array(data.length / 3);
  for (let i = 0, at = 0; i < indices.length; i++, at += 3) {
    indices[i] = indexOf((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
  }
  return indices;
}

/** A transparent pixel leaves what the canvas shows; runs of them cost next to nothing. */
function hideUnchanged(indices: Uint8Array, shown: Uint8Array): Uint8Array {
  return indices.map((index, i) => (index === shown[i] ? TRANSPARENT_INDEX : index));
}
