/** What a command is, and its help. */
import type { OptionTable } from './arguments.ts';
import type { CommandEnvironment } from './environment.ts';
import { formatTable } from './table.ts';

/** One command of the command line. */
export interface Command {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Its arguments as help shows them, such as `<run folder> --out <folder>`. */
  readonly usage: string;
  /** More of what it does, for its own help. */
  readonly description: string;
  readonly options: OptionTable;
  /**
   * Does it.
   * @throws UsageError | EmbeddingAnimationError
   */
  run(argv: readonly string[], environment: CommandEnvironment): Promise<void>;
}

/** The command's name on the command line. */
export const PROGRAM = 'astro-embedding-animation';

/** Help on all commands. */
export function describeCommands(commands: readonly Command[]): string {
  const rows = commands.map(({ name, usage, summary }) => [`  ${name} ${usage}`, summary]);
  return [
    'Turns fine-tuning runs into animated embedding maps.',
    '',
    `Usage: ${PROGRAM} <command>`,
    '',
    ...formatTable(rows),
    '',
    `${PROGRAM} <command> --help tells more; --version says which version this is.`,
    'Exit codes: 0 done, 1 a run or file that can not be used, 2 a wrong command, 130 stopped by Ctrl-C.',
  ].join('\n');
}

/** Help on one command. */
export function describeCommand({ name, usage, description, options }: Command): string {
  const rows = Object.entries(options).map(([option, { value, help }]) => [
    `  --${option}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
  return [`Usage: ${PROGRAM} ${name} ${usage}`, '', description, '', ...formatTable(rows)].join('\n');
}
