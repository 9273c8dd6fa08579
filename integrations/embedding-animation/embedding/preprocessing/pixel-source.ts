/** Where the pixels of an evaluation set lie while it is embedded: in shared memory, or in a file. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Pixels } from '../../contracts.ts';
import { createPreparation, writePlanes } from './prepare-image.ts';
import type { Processor, Size } from './processor.ts';

/**
 * Images in a file, from byte `offset` on, one after the other. `height` and `width` are those that the model
 * sees. Without `original` the images are ready: planar, `[count × 3 × height × width]`.
 */
export interface StoredPixels extends Omit<Pixels, 'data'> {
  readonly path: string;
  readonly offset: number;
  /** The images are as they were decoded, interleaved `[height × width × 3]`, and are resized as they are read. */
  readonly original?: Size & { readonly processor: Processor };
}

/** Pixels for `embed`, all of one size. */
export type PixelSource = Pixels | StoredPixels;

/** Copies images into batches. */
export interface PixelReader {
  /** Puts the images from `first` to before `last` to the start of `target`, planar, as the model sees them. */
  read(first: number, last: number, target: Uint8Array): void;
  close(): void;
}

/** Opens `source` for reading in the calling thread. */
export function openPixelReader(source: PixelSource): PixelReader {
  if (!('data' in source)) return openFileReader(source);
  const length = imageBytes(source);
  return {
    read(first, last, target) {
      target.set(source.data.subarray(first * length, last * length));
    },
    close: () => undefined,
  };
}

function openFileReader(source: StoredPixels): PixelReader {
  const { path, offset, original } = source;
  const file = openSync(path, 'r');
  const close = () => {
    closeSync(file);
  };
  const length = imageBytes(source);
  if (original === undefined) {
    return {
      read(first, last, target) {
        readFully(file, target.subarray(0, (last - first) * length), offset + first * length);
      },
      close,
    };
  }
  const stored = new Uint8Array(imageBytes(original));
  const prepare = createPreparation(original.processor);
  return {
    read(first, last, target) {
      for (let index = first; index < last; index++) {
        readFully(file, stored, offset + index * stored.length);
        const start = (index - first) * length;
        writePlanes(prepare({ ...original, data: stored }), target.subarray(start, start + length));
      }
    },
    close,
  };
}

function imageBytes({ height, width }: Size): number {
  return 3 * height * width;
}

/**
 * Reads without waiting: the thread has nothing else to do.
 * @throws RangeError when the file ends too early
 */
function readFully(file: number, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length;) {
    const count = readSync(file, target, done, target.length - done, position + done);
    if (count === 0) throw new RangeError(`the file of pixels ends at byte ${position + done}`);
    done += count;
  }
}
