/** How few images a set may have. */
import { makeError, type EmbeddingAnimationError } from './errors.ts';

/** A map of two points is a line, and its outliers mean nothing. */
const FEWEST_IMAGES = 3;

/** @throws EmbeddingAnimationError `TooFewImages` for a set that no map can be made of */
export function checkImageCount(images: number): void {
  if (images < FEWEST_IMAGES) throw tooFewImages(images);
}

/** The error for a set of so few images. */
export function tooFewImages(images: number): EmbeddingAnimationError {
  const counted = images === 1 ? 'one image' : `${images} images`;
  return makeError('TooFewImages', 'tooFew', { images: counted, fewest: FEWEST_IMAGES });
}
