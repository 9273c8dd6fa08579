/**
 * The one class of errors by which this package refuses its input; `error-catalogue/` lists its names and texts.
 * A message says which run, step and file, and what is wrong; a hint says what to do about it.
 */
import { inspect } from 'node:util';
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
import { showControls } from './names.ts';

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
    // Names come from files: what steers a terminal is written out.
    const [run, file] = [init.run, init.file].map((part) => part && showControls(part));
    const place: ErrorPlace = { run, step: init.step, file };
    const problem = showControls(init.problem);
    const where = describePlace(place);
    super(where === '' ? problem : `${where}: ${problem}`, { cause: init.cause });
    this.name = name;
    this.hint = showControls(init.hint);
    this.problem = problem;
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

  /**
   * The same error without where in the code it comes from. Astro prints all that an error has: what only helps those
   * who mend this package is for its log level `debug`.
   */
  withoutOrigin(): EmbeddingAnimationError {
    const { name, problem, hint, place } = this;
    const plain = new EmbeddingAnimationError(name, { problem, hint, ...place });
    plain.stack = '';
    return plain;
  }

  /** What crosses a thread: class instances lose their type in a structured clone. */
  toTransferable(): TransferableError {
    const { name: errorName, problem, hint, place } = this;
    return {
      errorName,
      problem,
      hint,
      ...place,
      origin: this.cause === undefined ? undefined : originOf(this),
    };
  }

  /** The error a worker thread sent. */
  static fromTransferable(sent: TransferableError): EmbeddingAnimationError {
    const { origin } = sent;
    if (origin === undefined) return new EmbeddingAnimationError(sent.errorName, sent);
    const cause = new Error('in a worker thread');
    cause.stack = origin;
    return new EmbeddingAnimationError(sent.errorName, { ...sent, cause });
  }
}

/** An `EmbeddingAnimationError` as plain data. */
export interface TransferableError extends Omit<ErrorInit, 'cause'> {
  readonly errorName: ErrorName;
  /** The stacks of what it came from. */
  readonly origin?: string | undefined;
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
 * Runs `work` and adds `place` to any catalogue error that comes out of it. To any other it is kept in mind, for
 * `explainError`; such errors pass unchanged.
 * @throws whatever `work` throws
 */
export async function withPlace<T>(place: ErrorPlace, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EmbeddingAnimationError) throw error.at(place);
    if (typeof error === 'object' && error !== null)
      placesOfOthers.set(error, joinPlaces(placesOfOthers.get(error), place));
    throw error;
  }
}

/** Where an error of others happened, as far as `withPlace` saw it. */
export function placeOf(error: unknown): ErrorPlace | undefined {
  return typeof error === 'object' && error !== null ? placesOfOthers.get(error) : undefined;
}

/** Errors of others can't carry it themselves, since whoever catches them knows their types. */
const placesOfOthers = new WeakMap<object, ErrorPlace>();

/** What is known of a place, and of an inner one. */
export function joinPlaces(inner: ErrorPlace | undefined, outer: ErrorPlace): ErrorPlace {
  return { run: inner?.run ?? outer.run, step: inner?.step ?? outer.step, file: inner?.file ?? outer.file };
}

/** A chain of causes this long goes round in circles. */
const MOST_CAUSES = 20;

/** The stack of an error and those of its causes, as text. */
export function originOf(error: unknown, causes = MOST_CAUSES): string {
  if (!(error instanceof Error)) return showControls(inspect(error, { depth: 1 }));
  const own = showControls(error.stack ?? error.message);
  if (error.cause === undefined || causes === 0) return own;
  return `${own}\nCaused by: ${originOf(error.cause, causes - 1)}`;
}
