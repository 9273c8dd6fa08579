/** The check of models that take images of one size only. */
import { EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import type { Size } from './processor.ts';

/**
 * Checks that images of `size` px are of the model's own size.
 * @throws EmbeddingAnimationError `ProcessorInvalid`
 */
export function checkFixedSize(size: Size, own: Size, place: ErrorPlace): void {
  if (size.height === own.height && size.width === own.width) return;
  throw new EmbeddingAnimationError('ProcessorInvalid', {
    ...place,
    file: 'preprocessor_config.json',
    problem: `makes images of ${size.width}×${size.height} px, and the model of config.json takes ${own.width}×${own.height} px`,
    hint: 'Set "size" (or "crop_size") to the image_size of config.json.',
  });
}
