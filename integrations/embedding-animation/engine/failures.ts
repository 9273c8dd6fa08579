/** What is wrong with runs, in words for logs, pages and overlays. */
import { makeError } from '../errors.ts';
import { explainError } from '../explain-error.ts';

/** Why a run can't be shown as its folder is now. */
export interface RunFailure {
  readonly run: string;
  /** Always an `EmbeddingAnimationError` where a run was tracked. */
  readonly error: unknown;
}

/** A failure as pages and overlays show it. */
export interface FailureText {
  readonly message: string;
  /** What to do about it; empty where that is not known. */
  readonly hint: string;
}

/** The failure in words. */
export function describeFailure({ run, error }: RunFailure): FailureText {
  const { message, hint } = explainError(error, run === '' ? {} : { run });
  return { message, hint };
}

/** The failure as lines of a log: message and hint. */
export function describeFailureLines(failure: RunFailure): string {
  const { message, hint } = describeFailure(failure);
  return hint === '' ? message : `${message}\n  Hint: ${hint}`;
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
