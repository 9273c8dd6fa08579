/** What holds for sets of embeddings wherever they come from. */
import type { Embeddings } from './contracts.ts';
import { makeError, type EmbeddingAnimationError, type ErrorPlace } from './errors.ts';

/**
 * Checks that all values are numbers. `names` are those of the images, for the error.
 * @throws EmbeddingAnimationError `EmbeddingsNotFinite` with the first image that has another value
 */
export function checkFinite(
  { data, cols }: Embeddings,
  names: readonly string[] | undefined,
  place: ErrorPlace,
): void {
  const bad = findNotFinite(data);
  if (bad === -1) return;
  const image = Math.floor(bad / cols);
  const name = names?.[image];
  const facts = {
    image: name === undefined ? `image ${image}` : `image ${image}, "${name}",`,
    value: data[bad]!,
  };
  throw makeError('EmbeddingsNotFinite', 'notFinite', facts, place);
}

/** Where the first value is that is not a number or infinite, or −1. A loop: a call for each value takes ten times as long. */
function findNotFinite(data: Float32Array): number {
  for (let at = 0; at < data.length; at++) if (!Number.isFinite(data[at])) return at;
  return -1;
}

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
