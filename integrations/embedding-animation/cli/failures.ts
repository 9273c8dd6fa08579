/** Errors in words, as data, and as exit codes. */
import type { EmbeddingAnimationError } from '../errors.ts';
import { explainError } from '../explain-error.ts';
import { showControls } from '../names.ts';
import { UsageError } from './arguments.ts';
import { EXIT_CODES, PROGRAM, type CommandName } from './commands.ts';
import type { Failure } from './results.ts';

/** An error as it is told. */
export type Problem = Failure['error'];

type ExitName = (typeof EXIT_CODES)[number]['name'];

/** The exit code of this name. */
export function exitCodeOf(name: ExitName): number {
  return EXIT_CODES.find((exit) => exit.name === name)!.code; // all names are in the table
}

/** An error of the catalogue as data. */
export function describeProblem(error: EmbeddingAnimationError): Problem {
  const { name, message, hint, place } = error;
  const { run, step, file } = place;
  return {
    name,
    message,
    hint,
    ...(run !== undefined && { run }),
    ...(step !== undefined && { step }),
    ...(file !== undefined && { file }),
  };
}

/** What ended a command. */
export interface Ending {
  readonly problem: Problem;
  /** Where to read on, for people; it is part of the problem's hint too. */
  readonly see?: string;
  readonly exitCode: number;
}

/** What ended a command, as data and with its exit code. */
export function describeFailure(error: unknown, command: CommandName | undefined): Ending {
  if (error instanceof UsageError) {
    const see = `See ${PROGRAM} ${command === undefined ? '' : `${command} `}--help.`;
    const hint = error.hint === undefined ? see : `${error.hint} ${see}`;
    const problem = { name: error.name, message: showControls(error.message), hint: showControls(hint) };
    return { problem, see, exitCode: exitCodeOf('misused') };
  }
  return { problem: describeProblem(explainError(error)), exitCode: exitCodeOf('failed') };
}

/** What is told when a signal stopped the command. */
export const INTERRUPTED: Problem = {
  name: 'Interrupted',
  message: 'The command was stopped.',
  hint: 'Run it again: it goes on from what is finished.',
};
