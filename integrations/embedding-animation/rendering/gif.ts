/** One GIF of many frames: one palette, no dithering, only what changed is written. */
import type { OnProgress, RgbImage } from '../contracts.ts';
import { buildPalette, createPaletteLookup, TRANSPARENT_INDEX } from './gif-palette.ts';
import { loadGifenc } from './load-gifenc.ts';

/** GIF counts time in hundredths of a second. */
const MS_PER_TICK = 10;
/** The palette is made from this many frames, spread over the animation, the first and the last among them. */
const SAMPLED_FRAMES = 5;
const KEEP_ON_CANVAS = 1;
/** Bytes of the extension that precedes a frame's image descriptor, and the descriptor's first byte. */
const GRAPHIC_CONTROL_LENGTH = 8;
const IMAGE_SEPARATOR = 0x2c;

/** A rectangle of the canvas, px. */
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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
  const encoder = loadGifenc().GIFEncoder();
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
    const delay = Math.round((delaysMs[position] ?? 0) / MS_PER_TICK) * MS_PER_TICK;
    const options = { transparentIndex: TRANSPARENT_INDEX, dispose: KEEP_ON_CANVAS, delay };
    if (shown === undefined) {
      encoder.writeFrame(indices, size.width, size.height, { ...options, palette, repeat: 0 });
    } else {
      const area = findChange(indices, shown, size.width);
      const start = encoder.bytesView().length;
      const changed = hideUnchanged(indices, shown, size.width, area);
      encoder.writeFrame(changed, area.width, area.height, { ...options, transparent: true });
      moveFrame(encoder.bytesView(), start, area);
    }
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

/** The smallest rectangle that holds every pixel that differs; one pixel where none does. */
function findChange(indices: Uint8Array, shown: Uint8Array, width: number): Area {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] === shown[i]) continue;
    const column = i % width;
    bottom = (i - column) / width;
    if (top === -1) top = bottom;
    if (column < left) left = column;
    if (column > right) right = column;
  }
  if (right === -1) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** The pixels of `area`. A transparent pixel leaves what the canvas shows; runs of them cost next to nothing. */
function hideUnchanged(indices: Uint8Array, shown: Uint8Array, stride: number, area: Area): Uint8Array {
  const changed = new Uint8Array(area.width * area.height);
  for (let row = 0, at = 0; row < area.height; row++) {
    const start = (area.y + row) * stride + area.x;
    for (let i = start; i < start + area.width; i++, at++) {
      changed[at] = indices[i] === shown[i] ? TRANSPARENT_INDEX : indices[i]!;
    }
  }
  return changed;
}

/** gifenc 1.0.3 writes every frame at (0, 0): this writes the place into the frame's image descriptor. */
function moveFrame(gif: Uint8Array, start: number, { x, y }: Area): void {
  const descriptor = start + GRAPHIC_CONTROL_LENGTH;
  if (gif[descriptor] !== IMAGE_SEPARATOR) throw new Error('gifenc wrote a frame in another layout');
  const view = new DataView(gif.buffer, gif.byteOffset);
  view.setUint16(descriptor + 1, x, true);
  view.setUint16(descriptor + 3, y, true);
}
