/** The command line: finds the command, runs it, and turns what happens into words and an exit code. */
import { createRequire } from 'node:module';
import { EmbeddingAnimationError } from '../errors.ts';
import { UsageError } from './arguments.ts';
import { describeCommand, describeCommands, PROGRAM, type Command } from './command.ts';
import { download } from './download.ts';
import { openEnvironment, type CommandEnvironment } from './environment.ts';
import { inspect } from './inspect.ts';
import { untilInterrupted } from './interrupt.ts';
import { pack } from './pack.ts';
import { render } from './render.ts';

const COMMANDS: readonly Command[] = [render, pack, inspect, download];

const HELP: ReadonlySet<string> = new Set(['--help', '-h']);

const EXIT = { done: 0, failed: 1, misused: 2, interrupted: 130 } as const;

/**
 * Runs the command line `argv`, without Node.js and script.
 * @returns the exit code: 0 done, 1 a run or file that can't be used, 2 a wrong command, 130 stopped by Ctrl-C
 */
export async function main(argv: readonly string[]): Promise<number> {
  return untilInterrupted(async (signal) => {
    const environment = openEnvironment(signal);
    try {
      await dispatch(argv, environment);
      return EXIT.done;
    } catch (error) {
      if (signal.aborted) return EXIT.interrupted;
      const isVerbose = argv.includes('--verbose') || process.env['DEBUG'] !== undefined;
      process.stderr.write(`${describeError(error, argv[0], isVerbose)}\n`);
      return error instanceof UsageError ? EXIT.misused : EXIT.failed;
    }
  });
}

async function dispatch(argv: readonly string[], environment: CommandEnvironment): Promise<void> {
  const [name, ...rest] = argv;
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (name === undefined) throw new UsageError('a command is missing');
  if (name === '--version') environment.print(readVersion());
  else if (name === 'help' || HELP.has(name)) environment.print(describeCommands(COMMANDS));
  else if (command === undefined) throw new UsageError(`there is no command "${name}"`);
  else if (rest.some((argument) => HELP.has(argument))) environment.print(describeCommand(command));
  else await command.run(rest, environment);
}

/** The message and what to do; where it comes from only when asked, or when it is no error of the catalogue. */
function describeError(error: unknown, command: string | undefined, isVerbose: boolean): string {
  if (error instanceof UsageError) {
    const known = COMMANDS.some(({ name }) => name === command);
    return `Error: ${error.message}\nSee: ${PROGRAM} ${known ? `${command ?? ''} ` : ''}--help`;
  }
  if (!(error instanceof Error)) return `Error: ${String(error)}`;
  const message = isVerbose ? (error.stack ?? error.message) : error.message;
  const hint = error instanceof EmbeddingAnimationError ? `\n  ${error.hint}` : '';
  const cause = isVerbose && error.cause instanceof Error ? `\nCaused by: ${error.cause.stack ?? ''}` : '';
  return `Error: ${message}${hint}${cause}`;
}

function readVersion(): string {
  const require = createRequire(import.meta.url);
  const { version } = require('astro-embedding-animation/package.json') as { version: string }; // our own file
  return version;
}
