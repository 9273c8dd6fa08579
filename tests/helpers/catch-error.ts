/** Errors of the catalogue as values. */
import { expect } from 'vitest';
import { EmbeddingAnimationError, type ErrorName } from '../../integrations/embedding-animation/errors.ts';

/** The catalogue error that `work` ends in; fails the test when it ends otherwise, or in another error. */
export async function catchError(name: ErrorName, work: () => unknown): Promise<EmbeddingAnimationError> {
  const outcome: unknown = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (outcome instanceof EmbeddingAnimationError) {
    expect(outcome.name, outcome.message).toBe(name);
    expect(outcome.hint).not.toBe('');
    return outcome;
  }
  throw new Error(`expected ${name}, not ${outcome instanceof Error ? String(outcome.stack) : 'a result'}`);
}
