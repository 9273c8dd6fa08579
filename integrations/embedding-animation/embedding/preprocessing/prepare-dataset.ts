/** From a data set to the 8-bit pixels that a model sees, once for all checkpoints that share a processor. */
import { mapInOrder, openDecodingSemaphore } from '../../threads/concurrency.ts';
import type { Dataset, OnProgress, Pixels, RgbImage } from '../../contracts.ts';
import { makeError, type EmbeddingAnimationError } from '../../errors.ts';
import { IMAGE_PROCESSOR_CONFIG } from '../../formats/model-files.ts';
import { tooFewImages } from '../../image-count.ts';
import { openBufferPool } from '../../threads/buffer-pool.ts';
import { openPool } from '../../threads/workers.ts';
import type { PrepareTask } from './preparation-worker.ts';
import { createPlanarPreparation, isPreparable, type PlanarImage } from './prepare-image.ts';
import { preparedSize, type Processor, type Size } from './processor.ts';

/** Images decoded at a time: enough to keep the decoder's threads busy. */
const DECODES_AT_ONCE = 8;

/** Images are kept as they were decoded where that takes at most this part of the room of the prepared ones. */
const ORIGINALS_WORTH = 1 / 4;

/** Images one by one, of one size that is known before the first of them is asked for. */
export interface PixelStream extends Omit<Pixels, 'data'> {
  /** Bytes of each image, in the set's order. */
  readonly images: AsyncIterable<Uint8Array>;
}

/** How images are prepared. */
export interface PreparationOptions {
  /** Counts images. */
  readonly onProgress?: OnProgress;
  /** Most worker threads that resize large images. @default 1 */
  readonly threads?: number;
}

/** Images as a model sees them, or as they were decoded, which serve all processors that enlarge them. */
export type PixelKind = 'prepared' | 'original';

/**
 * Gives `write` the images of `dataset` to keep: as they were decoded where that takes much less room, else as
 * `processor` prepares them. Where the originals turn out to differ in size while they are written, that call of
 * `write` fails, and there is one more with the prepared images.
 * @throws EmbeddingAnimationError as `openPreparedStream`; whatever `write` throws
 */
export async function writeImages(
  dataset: Dataset,
  processor: Processor,
  options: PreparationOptions,
  write: (kind: PixelKind, stream: PixelStream) => Promise<void>,
): Promise<void> {
  const originals = await openOriginalStream(dataset, processor, options.onProgress);
  if (originals !== undefined) {
    try {
      await write('original', originals);
      return;
    } catch (error) {
      if (!(error instanceof OriginalsDiffer)) throw error; // they are prepared instead, to one size
    }
  }
  await write('prepared', await openPreparedStream(dataset, processor, options));
}

/**
 * Decodes, resizes and crops every image of `dataset` as `processor` says, a few at a time: planar
 * `[3 × height × width]`, the 8-bit pixels of Pillow and transformers, bit for bit.
 * @throws EmbeddingAnimationError `ImageUnreadable` from the data set, `TooFewImages` when there is none; while it is
 * read, `ProcessorUnsupported` when images come out at different sizes, `WorkerFailed`
 */
export async function openPreparedStream(
  dataset: Dataset,
  processor: Processor,
  options: PreparationOptions = {},
): Promise<PixelStream> {
  const first = await decodeFirst(dataset);
  checkPreparable(dataset, 0, processor, first);
  const { height, width } = preparedSize(processor, first);
  const images = prepareImages(dataset, processor, { height, width }, options);
  return { count: dataset.items.length, channels: 3, height, width, images };
}

async function* prepareImages(
  dataset: Dataset,
  processor: Processor,
  size: Size,
  { onProgress, threads = 1 }: PreparationOptions,
): AsyncGenerator<Uint8Array> {
  const preparer = openPreparer(processor, threads);
  try {
    yield* streamImages(dataset, onProgress, async (image, index) => {
      checkPreparable(dataset, index, processor, image);
      const found = preparedSize(processor, image);
      if (found.width !== size.width || found.height !== size.height)
        throw sizesDiffer(dataset, index, found, size);
      return (await preparer.prepare(image)).planes;
    });
  } finally {
    await preparer.close();
  }
}

/**
 * The images as they are decoded, interleaved `[height × width × 3]`, where all have one size and `processor`
 * makes them much larger; `undefined` where the first image tells that it does not.
 * @throws EmbeddingAnimationError as `openPreparedStream`; `OriginalsDiffer` while it is read
 */
export async function openOriginalStream(
  dataset: Dataset,
  processor: Processor,
  onProgress?: OnProgress,
): Promise<PixelStream | undefined> {
  const first = await decodeFirst(dataset);
  const { height, width } = first;
  checkPreparable(dataset, 0, processor, first);
  if (!areOriginalsWorthKeeping(processor, first)) return undefined;
  const images = streamImages(dataset, onProgress, (image) => {
    if (image.width !== width || image.height !== height) throw new OriginalsDiffer();
    return Promise.resolve(image.data);
  });
  return { count: dataset.items.length, channels: 3, height, width, images };
}

/** Images of a set have different sizes: they can't be kept as they are. */
export class OriginalsDiffer extends Error {}

/** Whether images of `size` take much less room than what `processor` makes of them. */
export function areOriginalsWorthKeeping(processor: Processor, size: Size): boolean {
  const prepared = preparedSize(processor, size);
  return size.height * size.width <= prepared.height * prepared.width * ORIGINALS_WORTH;
}

async function* streamImages(
  dataset: Dataset,
  onProgress: OnProgress | undefined,
  convert: (image: RgbImage, index: number) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const count = dataset.items.length;
  let done = 0;
  const decoding = openDecodingSemaphore();
  const convertOne = (index: number): Promise<Uint8Array> =>
    decoding.run(async (reserve) => convert(await dataset.decode(index, reserve), index));
  for await (const bytes of mapInOrder(count, DECODES_AT_ONCE, convertOne)) {
    yield bytes;
    onProgress?.(++done, count);
  }
}

async function decodeFirst(dataset: Dataset): Promise<RgbImage> {
  if (dataset.items.length > 0) return dataset.decode(0);
  throw tooFewImages(0);
}

/** @throws EmbeddingAnimationError `ImageUnreadable` for an image of an absurd shape */
function checkPreparable({ items }: Dataset, index: number, processor: Processor, size: Size): void {
  if (isPreparable(processor, size)) return;
  const { width, height } = size;
  throw makeError('ImageUnreadable', 'absurdShape', { width, height }, { file: items[index]!.name });
}

function sizesDiffer(dataset: Dataset, index: number, found: Size, expected: Size): EmbeddingAnimationError {
  const facts = {
    image: dataset.items[index]!.name,
    made: `${found.width}×${found.height}`,
    first: `${expected.width}×${expected.height}`,
  };
  return makeError('ProcessorUnsupported', 'sizesDiffer', facts, { file: IMAGE_PROCESSOR_CONFIG });
}

// --- large images in threads: resizing a photograph takes a tenth of a second -----------------------------

/** Images up to this size are resized where they are, in a millisecond or two: a thread would gain little. */
const SMALL_IMAGE_PX = 256 * 256;

/** Prepares images for the models of one processor. */
interface Preparer {
  /**
   * Resizes and crops an image, on the next free thread unless it is small.
   * @throws EmbeddingAnimationError `WorkerFailed` when the thread died
   */
  prepare(image: RgbImage): Promise<PlanarImage>;
  /** Ends the threads; what they are at is finished first. */
  close(): Promise<void>;
}

/** Opens a preparer with up to `threads` threads, which start with the first large images. */
function openPreparer(processor: Processor, threads: number): Preparer {
  const url = new URL('./preparation-worker.ts', import.meta.url);
  const pool = openPool<PrepareTask, PlanarImage>(url, threads);
  const memory = openBufferPool();
  const prepareHere = createPlanarPreparation(processor);
  return {
    async prepare(image) {
      const { width, height, data } = image;
      if (width * height <= SMALL_IMAGE_PX) return prepareHere(image);
      const buffer = memory.acquire(roundUp(data.length));
      try {
        const shared = new Uint8Array(buffer, 0, data.length);
        shared.set(data);
        return await pool.run({ processor, image: { width, height, data: shared } });
      } finally {
        memory.release(buffer);
      }
    },
    close: () => pool.close(),
  };
}

/** The next power of two: images of many sizes then use the same few pieces of memory. */
function roundUp(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}
