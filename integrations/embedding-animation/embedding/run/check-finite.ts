/** What holds for embeddings wherever they come from. */
import type { Embeddings } from '../../contracts.ts';
import { makeError, type ErrorPlace } from '../../errors.ts';

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
