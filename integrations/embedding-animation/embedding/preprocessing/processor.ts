/** An image processor: its steps, and what they come to: sizes, the key of its pixels, and the values the model sees. */
import type { ResampleFilter } from './resample-coefficients.ts';

/** A size in px. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** The steps from an RGB image to a model's input, in the order they are done. An `undefined` step is left out. */
export interface Processor {
  /** To an exact size, or the shorter edge to `shortestEdge` px with the proportions kept. */
  readonly resize:
    { readonly to: Size | { readonly shortestEdge: number }; readonly filter: ResampleFilter } | undefined;
  /** The middle of the image; what lies outside of it is black. */
  readonly crop: Size | undefined;
  /** Factor on the 8-bit values. */
  readonly rescale: number | undefined;
  /** Mean and standard deviation of each channel, in the rescaled unit. */
  readonly normalize: { readonly mean: Triple; readonly std: Triple } | undefined;
}

/** One number a channel: red, green, blue. */
export type Triple = readonly [number, number, number];

/** The size that `processor` gives every image, or `undefined` where it depends on the image. */
export function fixedSize(processor: Processor): Size | undefined {
  if (processor.crop !== undefined) return processor.crop;
  const to = processor.resize?.to;
  return to !== undefined && 'height' in to ? to : undefined;
}

/**
 * The size after the resize step. The longer edge is cut off to whole px, as `get_resize_output_image_size` of
 * transformers does.
 */
export function resizedSize(processor: Processor, image: Size): Size {
  const to = processor.resize?.to;
  if (to === undefined) return image;
  if ('height' in to) return to;
  const edge = to.shortestEdge;
  return image.width <= image.height
    ? { width: edge, height: Math.trunc((edge * image.height) / image.width) }
    : { width: Math.trunc((edge * image.width) / image.height), height: edge };
}

/** The size that images of `size` come out at. */
export function preparedSize(processor: Processor, size: Size): Size {
  return processor.crop ?? resizedSize(processor, size);
}

/** A stable text of all that decides the 8-bit pixels; rescaling and normalising come after them. */
export function processorKey(processor: Processor): string {
  const { resize, crop } = processor;
  const to =
    resize === undefined
      ? 'as is'
      : 'height' in resize.to
        ? `${resize.to.height}x${resize.to.width}`
        : `edge ${resize.to.shortestEdge}`;
  return [
    resize === undefined ? to : `${to} ${resize.filter}`,
    crop === undefined ? 'uncropped' : `crop ${crop.height}x${crop.width}`,
  ].join(', ');
}

/**
 * The float32 value of each 8-bit value in each channel, `[3 × 256]`: rescaled in float64 and rounded, then
 * normalised in float32, as `transformers.image_transforms` (5.23) does. Equal to it bit for bit.
 */
export function normalizationTable(processor: Processor): Float32Array {
  const { rescale, normalize } = processor;
  const table = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel++) {
    for (let value = 0; value < 256; value++) {
      let result = Math.fround(rescale === undefined ? value : value * rescale);
      if (normalize !== undefined) {
        const centred = Math.fround(result - Math.fround(normalize.mean[channel]!));
        result = Math.fround(centred / Math.fround(normalize.std[channel]!));
      }
      table[channel * 256 + value] = result;
    }
  }
  return table;
}
