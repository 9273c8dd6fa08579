/** One image from its decoded size to what a model sees, in 8 bits. */
import type { RgbImage } from '../../contracts.ts';
import { resizedSize, type Processor, type Size } from './processor.ts';
import { createResize, type Window } from './resample.ts';
import { countWeights, type Span } from './resample-coefficients.ts';

/** Resizes and crops an image; interleaved in, interleaved out. */
export type PrepareImage = (image: RgbImage) => RgbImage;

/**
 * The resize and crop steps of `processor`, bit for bit as Pillow and transformers do them; what is cropped away is not
 * made. One function for many images computes what their sizes have in common once.
 */
export function createPreparation(processor: Processor): PrepareImage {
  const resize = createResize(processor.resize?.filter ?? 'nearest');
  return (image) => {
    const size = resizedSize(processor, image);
    if (processor.crop === undefined) return resize(image, size.width, size.height);
    const { window, offset } = placeCrop(size, processor.crop);
    return padInto(resize(image, size.width, size.height, window), processor.crop, offset);
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

/**
 * Where the middle `crop` of a picture of `size` lies, and where in the crop the picture begins. Half pixels go up and
 * to the left, as `center_crop` of transformers.image_transforms does.
 */
function placeCrop(size: Size, crop: Size): { readonly window: Window; readonly offset: Size } {
  const [columns, left] = placeSpan(size.width, crop.width);
  const [rows, top] = placeSpan(size.height, crop.height);
  return { window: { columns, rows }, offset: { width: left, height: top } };
}

function placeSpan(length: number, cropped: number): [Span, offset: number] {
  const first = Math.floor((length - cropped) / 2);
  return [{ start: Math.max(first, 0), end: Math.min(first + cropped, length) }, Math.max(-first, 0)];
}

/** The image on black of `size`, `offset` from its corner. */
function padInto(image: RgbImage, size: Size, offset: Size): RgbImage {
  if (image.width === size.width && image.height === size.height) return image;
  const data = new Uint8Array(3 * size.height * size.width);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    data.set(row, ((y + offset.height) * size.width + offset.width) * 3);
  }
  return { ...size, data };
}

/** Longest side that an image may be resized to, cropped or not: it takes time, and a table where it is shrunk. */
const MAX_RESIZED_SIDE = 1 << 25;
/** Most weights of a table. */
const MAX_WEIGHTS = 1 << 25;
/** Most pixels that come out, as of a decoded image. */
const MAX_PREPARED_PIXELS = 89_478_485;

/**
 * Whether an image of `size` can be prepared in memory and time that are in proportion: one of a single column is not,
 * where its shortest edge decides how far it is enlarged.
 */
export function isPreparable(processor: Processor, size: Size): boolean {
  const resized = resizedSize(processor, size);
  const { width, height } = processor.crop ?? resized;
  if (width * height > MAX_PREPARED_PIXELS) return false;
  if (Math.max(resized.width, resized.height) > MAX_RESIZED_SIDE) return false;
  const { filter } = processor.resize ?? {};
  if (filter === undefined || filter === 'nearest') return true;
  const weights = (from: number, to: number, made: number) =>
    Math.min(to, made) * countWeights(filter, from, to);
  const most = Math.max(
    weights(size.width, resized.width, width),
    weights(size.height, resized.height, height),
  );
  return most <= MAX_WEIGHTS;
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
