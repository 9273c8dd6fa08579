/** The thread that resizes and crops large images. */
import type { RgbImage } from '../../contracts.ts';
import { serve } from '../../threads/workers.ts';
import { createPlanarPreparation, type PlanarImage, type PreparePlanes } from './prepare-image.ts';
import type { Processor } from './processor.ts';

/** One image. */
export interface PrepareTask {
  readonly image: RgbImage;
  /** The same in all tasks of a pool. */
  readonly processor: Processor;
}

/** Makes the thread's function, which keeps what the images' sizes have in common. */
function createPreparer(): (task: PrepareTask) => Promise<PlanarImage> {
  let prepare: PreparePlanes | undefined;
  return ({ image, processor }) => {
    prepare ??= createPlanarPreparation(processor);
    return Promise.resolve(prepare(image));
  };
}

export default serve(createPreparer());
