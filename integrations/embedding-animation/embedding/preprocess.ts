/** From a data set to the 8-bit pixels that a model sees, once for all checkpoints that share a processor. */
import type { Dataset, OnProgress, Pixels, RgbImage } from '../contracts.ts';
import { EmbeddingAnimationError } from '../errors.ts';
import { resizedSize } from './processor-steps.ts';
import type { Processor, Size } from './processor.ts';
import { createResize, type Resize } from './resample.ts';

/** Images decoded at a time: enough to keep the decoder's threads busy. */
const DECODES_AT_ONCE = 8;

/**
 * Decodes, resizes and crops every image of `dataset` as `processor` says: the 8-bit pixels are those of Pillow
 * and transformers, bit for bit. `onProgress` counts images.
 * @throws EmbeddingAnimationError `ImageUnreadable` from the data set, `ProcessorUnsupported` when images come out
 * at different sizes, `TooFewImages` when there is none
 */
export async function preprocess(
  dataset: Dataset,
  processor: Processor,
  onProgress?: OnProgress,
): Promise<Pixels> {
  const count = dataset.items.length;
  const resize = createResize(processor.resize?.filter ?? 'nearest');
  const first = prepareImage(await decodeFirst(dataset), processor, resize);
  const { height, width } = first;
  const length = 3 * height * width;
  const data = new Uint8Array(new SharedArrayBuffer(count * length));
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const image = index === 0 ? first : prepareImage(await dataset.decode(index), processor, resize);
      if (image.width !== width || image.height !== height) throw sizesDiffer(dataset, index, image, first);
      writePlanes(image, data.subarray(index * length, (index + 1) * length));
      onProgress?.(++done, count);
    }
  };
  await Promise.all(Array.from({ length: DECODES_AT_ONCE }, work));
  return { count, channels: 3, height, width, data };
}

async function decodeFirst(dataset: Dataset): Promise<RgbImage> {
  if (dataset.items.length > 0) return dataset.decode(0);
  throw new EmbeddingAnimationError('TooFewImages', {
    problem: 'the evaluation set has no images',
    hint: 'Check the "dataset" entry of run.yaml.',
  });
}

/** Resizes and crops one image; interleaved in, interleaved out. */
export function prepareImage(image: RgbImage, processor: Processor, resize: Resize): RgbImage {
  const size = resizedSize(processor, image);
  const resized = resize(image, size.width, size.height);
  return processor.crop === undefined ? resized : cropCentre(resized, processor.crop);
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

function writePlanes(image: RgbImage, planes: Uint8Array): void {
  const length = image.width * image.height;
  for (let i = 0; i < length; i++) {
    planes[i] = image.data[3 * i]!;
    planes[length + i] = image.data[3 * i + 1]!;
    planes[2 * length + i] = image.data[3 * i + 2]!;
  }
}

function sizesDiffer(dataset: Dataset, index: number, found: Size, expected: Size): EmbeddingAnimationError {
  return new EmbeddingAnimationError('ProcessorUnsupported', {
    file: 'preprocessor_config.json',
    problem: `image "${dataset.items[index]!.name}" comes out at ${found.width}×${found.height} px and the first one at ${expected.width}×${expected.height} px`,
    hint: 'A model takes images of one size: set "size" to {height, width}, or "do_center_crop" with a "crop_size".',
  });
}
