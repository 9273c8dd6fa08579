/** A whole data set prepared in memory: the package itself streams it to a file. */
import type { Dataset, Pixels } from '../../integrations/embedding-animation/contracts.ts';
import type { Processor } from '../../integrations/embedding-animation/embedding/index.ts';
import {
  openPreparedStream,
  type PreparationOptions,
} from '../../integrations/embedding-animation/embedding/preprocessing/prepare-dataset.ts';

/**
 * All images of `openPreparedStream`, in memory that threads share.
 * @throws EmbeddingAnimationError as `openPreparedStream`
 */
export async function preprocess(
  dataset: Dataset,
  processor: Processor,
  options?: PreparationOptions,
): Promise<Pixels> {
  const { images, ...stream } = await openPreparedStream(dataset, processor, options);
  const length = 3 * stream.height * stream.width;
  const data = new Uint8Array(new SharedArrayBuffer(stream.count * length));
  let offset = 0;
  for await (const image of images) {
    data.set(image, offset);
    offset += length;
  }
  return { ...stream, data };
}
