/** One image from its decoded size to what a model sees, in 8 bits. */
import type { RgbImage } from '../contracts.ts';
import { resizedSize } from './processor-steps.ts';
import type { Processor, Size } from './processor.ts';
import { createResize } from './resample.ts';

/** Resizes and crops an image; interleaved in, interleaved out. */
export type PrepareImage = (image: RgbImage) => RgbImage;

/**
 * The resize and crop steps of `processor`, bit for bit as Pillow and transformers do them. One function for many
 * images computes what their sizes have in common once.
 */
export function createPreparation(processor: Processor): PrepareImage {
  const resize = createResize(processor.resize?.filter ?? 'nearest');
  return (image) => {
    const size = resizedSize(processor, image);
    const resized = resize(image, size.width, size.height);
    return processor.crop === undefined ? resized : cropCentre(resized, processor.crop);
  };
}

/** An image as a model sees it, in 8 bits. */
export interface PlanarImage extends Size {
  /** `[3 × height × width]` */
  readonly planes: Uint8Array;
}

/** Resizes and crops an image; interleaved in, planar out. */
export type PreparePlanes = (image: RgbImage) => PlanarImage;

/** As `createPreparation`, with planar images. */
export function createPlanarPreparation(processor: Processor): PreparePlanes {
  const prepare = createPreparation(processor);
  return (image) => {
    const { height, width, data } = prepare(image);
    const planes = new Uint8Array(data.length);
    writePlanes({ height, width, data }, planes);
    return { height, width, planes };
  };
}

/** The size that images of `size` come out at. */
export function preparedSize(processor: Processor, size: Size): Size {
  return processor.crop ?? resizedSize(processor, size);
}

/**
 * The middle `size` of an image. Half pixels go up and to the left, and what lies outside the image is black, as
 * `center_crop` of transformers.image_transforms does.
 */
function cropCentre(image: RgbImage, size: Size): RgbImage {
  const top = Math.floor((image.height - size.height) / 2);
  const left = Math.floor((image.width - size.width) / 2);
  const from = Math.max(left, 0);
  const to = Math.min(left + size.width, image.width);
  const data = new Uint8Array(3 * size.height * size.width);
  for (let y = Math.max(top, 0); y < Math.min(top + size.height, image.height); y++) {
    const row = image.data.subarray((y * image.width + from) * 3, (y * image.width + to) * 3);
    data.set(row, ((y - top) * size.width + from - left) * 3);
  }
  return { ...size, data };
}

/** Interleaved to planar. */
export function writePlanes(image: RgbImage, planes: Uint8Array): void {
  const length = image.width * image.height;
  for (let i = 0; i < length; i++) {
    planes[i] = image.data[3 * i]!;
    planes[length + i] = image.data[3 * i + 1]!;
    planes[2 * length + i] = image.data[3 * i + 2]!;
  }
}
