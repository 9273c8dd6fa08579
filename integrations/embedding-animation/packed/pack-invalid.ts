import { EmbeddingAnimationError } from '../errors.ts';

/** Name of the pack's folder in its run's folder. */
export const PACK_FOLDER = 'packed';

/** Makes the error of a pack that can't be used; `name` is that of a file in its folder. */
export function packInvalid(name: string, problem: string, cause?: unknown): EmbeddingAnimationError {
  return new EmbeddingAnimationError('PackInvalid', {
    file: `${PACK_FOLDER}/${name}`,
    problem,
    hint: 'Pack the run again where its checkpoints are (npx astro-embedding-animation pack <run folder>), and commit all files of "packed".',
    cause,
  });
}
