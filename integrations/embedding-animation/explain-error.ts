/** Whatever is thrown, in words that tell people what to do: nothing raw leaves this package. */
import { basename } from 'node:path';
import { inspect } from 'node:util';
import type { CaseName } from './error-catalogue/index.ts';
import { EmbeddingAnimationError, joinPlaces, makeError, placeOf, type ErrorPlace } from './errors.ts';

/** What the system says when it refuses, and which case that is. */
const REFUSALS: Readonly<Record<string, CaseName<'SystemRefused'>>> = {
  ENOSPC: 'diskFull',
  EDQUOT: 'diskFull',
  EMFILE: 'tooManyOpen',
  ENFILE: 'tooManyOpen',
  EACCES: 'notAllowed',
  EPERM: 'notAllowed',
  ENOENT: 'missing',
  ENOMEM: 'outOfMemory',
  ERR_MEMORY_ALLOCATION_FAILED: 'outOfMemory',
  ERR_WORKER_OUT_OF_MEMORY: 'outOfMemory',
};
const NO_MEMORY = /allocation failed|out of memory|cannot allocate memory|bad_alloc/i;

/**
 * Anything that was thrown as an error of the catalogue: what the system refused is said as such, and what nobody
 * foresaw as a fault of this package, with the error itself as its cause.
 * @param place where it happened, as far as the error does not know it
 */
export function explainError(error: unknown, place: ErrorPlace = {}): EmbeddingAnimationError {
  if (error instanceof EmbeddingAnimationError) return error.at(place);
  const origin = { ...joinPlaces(placeOf(error), place), cause: error };
  const { code, path, message } = factsOf(error);
  const refusal = REFUSALS[code ?? ''] ?? (NO_MEMORY.test(message) ? 'outOfMemory' : undefined);
  const isOfSystem = error instanceof Error && 'syscall' in error && code !== undefined;
  if (refusal === undefined && !isOfSystem)
    return makeError('Unforeseen', 'thrown', { said: message }, origin);
  const file = origin.file ?? (path === undefined ? undefined : basename(path));
  return makeError('SystemRefused', refusal ?? 'refused', { code: code ?? 'ENOMEM' }, { ...origin, file });
}

/** What a thrown value says of itself, in one line. */
function factsOf(error: unknown): {
  readonly code?: string;
  readonly path?: string;
  readonly message: string;
} {
  if (!(error instanceof Error))
    return { message: `thrown: ${inspect(error, { depth: 1, breakLength: Infinity })}` };
  const [inner] = error instanceof AggregateError ? (error.errors as unknown[]) : []; // of any type
  if (inner !== undefined) return factsOf(inner);
  const text = 'issues' in error ? describeIssues(error.issues) : error.message;
  const [line = ''] = text.split('\n', 1);
  return {
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...('path' in error && typeof error.path === 'string' && { path: error.path }),
    message: line === '' ? error.name : `${error.name}: ${line}`,
  };
}

/** The first issue of a schema's error, whose message is all of them as JSON. */
function describeIssues(issues: unknown): string {
  const [first] = Array.isArray(issues) ? (issues as unknown[]) : []; // of any type
  if (typeof first !== 'object' || first === null) return '';
  const path = 'path' in first && Array.isArray(first.path) ? first.path.map(String).join('.') : '';
  return `${path}: ${'message' in first ? String(first.message) : 'is wrong'}`;
}

/** Whether work ended because somebody stopped it. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
