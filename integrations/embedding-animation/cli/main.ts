/** The command line: finds the command, runs it, and turns what happens into words, JSON and an exit code. */
import { createRequire } from 'node:module';
import { originOf } from '../errors.ts';
import { exists } from '../files.ts';
import { compare, download, inspect, pack, render, type CommandOutcome } from './actions.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { COMMANDS, EXIT_CODES, PROGRAM, PROGRAM_OPTIONS, type CommandName } from './commands.ts';
import { openEnvironment, untilInterrupted, type CommandEnvironment } from './environment.ts';
import { describeFailure, exitCodeOf, INTERRUPTED, type Ending } from './failures.ts';
import { describeCommand, describeCommands, summariseCommand } from './help.ts';
import { findNearest, wrapText } from './text.ts';

const HELP: ReadonlySet<string> = new Set(['--help', '-h']);

/**
 * Runs the command line `argv`, without Node.js and script.
 * @returns the exit code, one of `EXIT_CODES`
 */
export async function main(argv: readonly string[]): Promise<number> {
  return untilInterrupted(async (signal) => {
    const environment = openEnvironment(signal);
    const options = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
    const isJson = options.includes('--json');
    const fail = (error: unknown): number => {
      const isVerbose = options.includes('--verbose') || process.env['DEBUG'] !== undefined;
      const ending = describeFailure(error, findCommand(argv[0]));
      const { problem, exitCode } = ending;
      if (isJson) environment.print(JSON.stringify({ error: problem }, undefined, 2));
      const origin = isVerbose ? [originOf(error)] : [];
      if (!isJson || isVerbose)
        process.stderr.write(
          `${[...formatEnding(ending, environment.errorColumns), ...origin].join('\n')}\n`,
        );
      return exitCode;
    };
    // What nobody waits for ends the command too, in the same words.
    const stopForgetting = catchForgotten((error) => process.exit(fail(error)));
    try {
      const { lines, json, hasProblems = false } = await dispatch(argv, environment);
      if (isJson) environment.print(JSON.stringify(json, undefined, 2));
      else for (const line of lines) environment.print(line);
      return exitCodeOf(hasProblems ? 'failed' : 'done');
    } catch (error) {
      if (!signal.aborted) return fail(error);
      if (isJson) environment.print(JSON.stringify({ error: INTERRUPTED }, undefined, 2));
      return exitCodeOf('interrupted');
    } finally {
      stopForgetting();
    }
  });
}

/** Tells of errors that no one catches, until the function that comes back is called. */
function catchForgotten(tell: (error: unknown) => void): () => void {
  process.on('uncaughtException', tell); // rejections that no one handles come here too
  return () => process.off('uncaughtException', tell);
}

async function dispatch(argv: readonly string[], environment: CommandEnvironment): Promise<CommandOutcome> {
  const [first, ...rest] = argv.filter((argument, index) => index > 0 || argument !== 'help');
  if (first === '--version') {
    const version = readVersion();
    return { lines: [version], json: { version } };
  }
  const command = findCommand(first);
  if (command === undefined) {
    const isHelp = argv[0] === 'help' ? first === undefined : HELP.has(first ?? '');
    if (isHelp)
      return {
        lines: [describeCommands(environment.columns)],
        json: { commands: Object.values(COMMANDS).map(summariseCommand), exitCodes: EXIT_CODES },
      };
    throw await noSuchCommand(first, rest);
  }
  if (argv[0] === 'help' || rest.some((argument) => HELP.has(argument)))
    return {
      lines: [describeCommand(COMMANDS[command], environment.columns)],
      json: summariseCommand(COMMANDS[command]),
    };
  switch (command) {
    case 'render':
      return render(parseArguments(rest, COMMANDS.render), environment);
    case 'pack':
      return pack(parseArguments(rest, COMMANDS.pack), environment);
    case 'compare':
      return compare(parseArguments(rest, COMMANDS.compare), environment);
    case 'inspect':
      return inspect(parseArguments(rest, COMMANDS.inspect), environment);
    case 'download':
      return download(parseArguments(rest, COMMANDS.download), environment);
  }
}

function findCommand(name: string | undefined): CommandName | undefined {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? (name as CommandName) : undefined; // it is one of the keys
}

async function noSuchCommand(typed: string | undefined, rest: readonly string[]): Promise<UsageError> {
  const names = Object.keys(COMMANDS);
  const all = `There are ${names.slice(0, -1).join(', ')} and ${names.at(-1)!}.`;
  if (typed === undefined || typed === '') return new UsageError('a command is missing', all);
  const later = rest.find((argument) => findCommand(argument) !== undefined);
  if (typed.startsWith('-')) {
    if (later !== undefined)
      return new UsageError(`${typed} stands before the command`, `Type the command first: ${later}.`);
    const option = findNearest(typed.replace(/^-+/, ''), Object.keys(PROGRAM_OPTIONS));
    return option === undefined
      ? new UsageError(`a command is missing before ${typed}`, all)
      : new UsageError(`there is no option ${typed}`, `Did you mean --${option}?`);
  }
  const nearest = findNearest(typed, names);
  if (nearest !== undefined)
    return new UsageError(`there is no command "${typed}"`, `Did you mean ${nearest}?`);
  if (await exists(typed))
    return new UsageError(
      `a command is missing before "${typed}"`,
      `Type ${PROGRAM} inspect ${typed}, for example.`,
    );
  return new UsageError(`there is no command "${typed}"`, all);
}

/** The place to read on has a line of its own. */
function formatEnding({ problem: { message, hint }, see = '' }: Ending, columns: number): string[] {
  const own = hint.endsWith(see) ? hint.slice(0, hint.length - see.length).trim() : hint;
  const lines = [...(own === '' ? [] : wrapText(own, columns - 2)), ...(see === '' ? [] : [see])];
  return [`Error: ${message}`, ...lines.map((line) => `  ${line}`)];
}

function readVersion(): string {
  const require = createRequire(import.meta.url);
  const { version } = require('astro-embedding-animation/package.json') as { version: string }; // our own file
  return version;
}
