import type { CaseFacts, CaseName } from '../error-catalogue/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';

/** Name of the pack's folder in its run's folder. */
export const PACK_FOLDER = 'packed';

/** Makes the error of a pack that can't be used; `name` is that of a file in its folder. */
export function packInvalid<Case extends CaseName<'PackInvalid'>>(
  name: string,
  caseName: Case,
  facts: CaseFacts<'PackInvalid', Case>,
  cause?: unknown,
): EmbeddingAnimationError {
  return makeError('PackInvalid', caseName, facts, { file: `${PACK_FOLDER}/${name}`, cause });
}
