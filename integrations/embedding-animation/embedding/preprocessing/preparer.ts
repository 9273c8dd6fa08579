/** Prepares the images of a data set, large ones in threads: resizing a photograph takes a tenth of a second. */
import type { RgbImage } from '../../contracts.ts';
import { openSharedMemory } from '../../threads/shared-memory.ts';
import { openPool } from '../../threads/workers.ts';
import type { PrepareTask } from './preparation-worker.ts';
import { createPlanarPreparation, type PlanarImage } from './prepare-image.ts';
import type { Processor } from './processor-config.ts';

/** Images up to this size are resized where they are, in a millisecond or two: a thread would gain little. */
const SMALL_IMAGE_PX = 256 * 256;

/** Prepares images for the models of one processor. */
export interface Preparer {
  /**
   * Resizes and crops an image, on the next free thread unless it is small.
   * @throws EmbeddingAnimationError `WorkerFailed` when the thread died
   */
  prepare(image: RgbImage): Promise<PlanarImage>;
  /** Ends the threads; what they are at is finished first. */
  close(): Promise<void>;
}

/** Opens a preparer with up to `threads` threads, which start with the first large images. */
export function openPreparer(processor: Processor, threads: number): Preparer {
  const url = new URL('./preparation-worker.ts', import.meta.url);
  const pool = openPool<PrepareTask, PlanarImage>(url, threads);
  const memory = openSharedMemory();
  const prepareHere = createPlanarPreparation(processor);
  return {
    async prepare(image) {
      const { width, height, data } = image;
      if (width * height <= SMALL_IMAGE_PX) return prepareHere(image);
      const lent = memory.borrow(roundUp(data.length));
      try {
        const shared = new Uint8Array(lent, 0, data.length);
        shared.set(data);
        return await pool.run({ processor, image: { width, height, data: shared } });
      } finally {
        memory.giveBack(lent);
      }
    },
    close: () => pool.close(),
  };
}

/** The next power of two: images of many sizes then use the same few pieces of memory. */
function roundUp(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}
