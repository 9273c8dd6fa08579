/** What is wrong with runs, in words for logs, pages and overlays. */
import { EmbeddingAnimationError, makeError } from './errors.ts';
import type { RunFailure } from './tracked-run.ts';

/** A failure as pages and overlays show it. */
export interface FailureText {
  readonly message: string;
  /** What to do about it; empty where that is not known. */
  readonly hint: string;
}

/** The failure in words. Errors that this package did not foresee are told as they are. */
export function describeFailure({ run, error }: RunFailure): FailureText {
  if (error instanceof EmbeddingAnimationError) return { message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  return { message: `run "${run}": ${message}`, hint: '' };
}

/** The failure as lines of a log: message and hint, and where in the code it is where nobody foresaw it. */
export function describeFailureLines(failure: RunFailure): string {
  const { message, hint } = describeFailure(failure);
  const { error } = failure;
  if (hint !== '') return `${message}\n  Hint: ${hint}`;
  return error instanceof Error && error.stack !== undefined ? `${message}\n${error.stack}` : message;
}

/** The error to throw for failed runs: that of the one, or one that tells all. */
export function joinFailures(failures: readonly RunFailure[]): unknown {
  const [first] = failures;
  if (failures.length === 1) return first?.error;
  const told = failures.map((failure) => describeFailure(failure));
  const facts = {
    count: failures.length,
    messages: told.map(({ message }) => `- ${message}`).join('\n'),
    hints: [...new Set(told.map(({ hint }) => hint))].filter((hint) => hint !== '').join('\n'),
  };
  return makeError('RunsFailed', 'several', facts, { cause: first?.error });
}
