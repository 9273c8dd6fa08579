/**
 * The one class of errors by which this package refuses its input; `error-catalogue/` lists its names and texts.
 * A message says which run, step and file, and what is wrong; a hint says what to do about it.
 */
import {
  errorCatalogue,
  fileHints,
  sharedCases,
  type CaseFacts,
  type CaseName,
  type ErrorCase,
  type ErrorEntry,
  type ErrorName,
} from './error-catalogue/index.ts';
import { NotAFile } from './files.ts';

export type { ErrorName };

/** Where an error happened. The parts that are known are put in front of the message. */
export interface ErrorPlace {
  readonly run?: string | undefined;
  readonly step?: number | undefined;
  /** A file or folder, relative to the project where it can be. */
  readonly file?: string | undefined;
}

/** What a caller gives to make an error. */
export interface ErrorInit extends ErrorPlace {
  /** What is wrong, as a sentence without its place. */
  readonly problem: string;
  /** What to do about it, as a sentence. */
  readonly hint: string;
  readonly cause?: unknown;
}

/**
 * An input that can't be used. `message` reads `run "emoji", step 40, model.safetensors: <problem>`.
 * Astro prints `hint` under the message.
 */
export class EmbeddingAnimationError extends Error {
  override readonly name: ErrorName;
  readonly hint: string;
  readonly problem: string;
  readonly place: ErrorPlace;

  constructor(name: ErrorName, init: ErrorInit) {
    const place: ErrorPlace = { run: init.run, step: init.step, file: init.file };
    const where = describePlace(place);
    super(where === '' ? init.problem : `${where}: ${init.problem}`, { cause: init.cause });
    this.name = name;
    this.hint = init.hint;
    this.problem = init.problem;
    this.place = place;
  }

  /** The same error with the parts of its place filled in that it did not know itself. */
  at(place: ErrorPlace): EmbeddingAnimationError {
    return new EmbeddingAnimationError(this.name, {
      problem: this.problem,
      hint: this.hint,
      cause: this.cause,
      run: this.place.run ?? place.run,
      step: this.place.step ?? place.step,
      file: this.place.file ?? place.file,
    });
  }

  /** What crosses a thread: class instances lose their type in a structured clone. */
  toTransferable(): TransferableError {
    return { errorName: this.name, problem: this.problem, hint: this.hint, ...this.place };
  }

  /** The error a worker thread sent. */
  static fromTransferable(sent: TransferableError): EmbeddingAnimationError {
    return new EmbeddingAnimationError(sent.errorName, sent);
  }
}

/** An `EmbeddingAnimationError` as plain data. */
export interface TransferableError extends ErrorInit {
  readonly errorName: ErrorName;
}

/** Where a catalogued error happened, and what it came from. */
export interface ErrorOrigin extends ErrorPlace {
  readonly cause?: unknown;
}

/**
 * Makes the error `name` in one of the catalogue's cases.
 * @param facts what its texts are made from; `undefined` for a case that needs none
 */
export function makeError<Name extends ErrorName, Case extends CaseName<Name>>(
  name: Name,
  caseName: Case,
  facts: CaseFacts<Name, Case>,
  origin: ErrorOrigin = {},
): EmbeddingAnimationError {
  const { cases, hint }: ErrorEntry = errorCatalogue[name];
  return speak(name, cases[caseName]!, facts, hint, origin);
}

/** The place of a file in an error, and what to do about it. */
export interface FilePlace extends ErrorPlace {
  /** Which of the catalogue's hints for files is printed. @default the hint of the error's entry */
  readonly hint?: keyof typeof fileHints | undefined;
}

/** Makes the error of a file that can't be read, whichever error that is of this file. */
export function makeFileError<Case extends keyof typeof sharedCases>(
  name: ErrorName,
  caseName: Case,
  facts: (typeof sharedCases)[Case] extends ErrorCase<infer Facts> ? Facts : never,
  { hint, ...origin }: FilePlace & ErrorOrigin,
): EmbeddingAnimationError {
  const entry: ErrorEntry = errorCatalogue[name];
  return speak(name, sharedCases[caseName], facts, hint === undefined ? entry.hint : fileHints[hint], origin);
}

function speak(
  name: ErrorName,
  { problem, hint }: ErrorCase<never>,
  facts: unknown,
  fallback: string | undefined,
  { run, step, file, cause }: ErrorOrigin,
): EmbeddingAnimationError {
  // Whichever file it is: what is no file at all is said before all else.
  if (cause instanceof NotAFile && facts === undefined) {
    const { problem: sayKind, hint: sayRemedy } = sharedCases.notAFile;
    const told = { problem: sayKind(cause), hint: sayRemedy?.(cause) ?? '' };
    return new EmbeddingAnimationError(name, { run, step, file, cause, ...told });
  }
  const known = facts as never; // the facts of this very case, as the callers' types ask for
  return new EmbeddingAnimationError(name, {
    run,
    step,
    file,
    cause,
    problem: problem(known),
    hint: hint?.(known) ?? fallback ?? '',
  });
}

function describePlace({ run, step, file }: ErrorPlace): string {
  const parts: string[] = [];
  if (run !== undefined) parts.push(`run "${run}"`);
  if (step !== undefined) parts.push(`step ${step}`);
  if (file !== undefined) parts.push(file);
  return parts.join(', ');
}

/**
 * Runs `work` and adds `place` to any catalogue error that comes out of it. Other errors pass unchanged.
 * @throws whatever `work` throws
 */
export async function withPlace<T>(place: ErrorPlace, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof EmbeddingAnimationError ? error.at(place) : error;
  }
}
