/** The command line as it describes itself: `--help` of the program and of each command, taken apart. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(
  new URL('../../integrations/embedding-animation/bin/astro-embedding-animation.mjs', import.meta.url),
);

/** One command. */
export interface CommandEntry {
  readonly name: string;
  /** As it is typed, such as `render <run folder> --out <folder>`. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly { readonly name: string; readonly help: string }[];
}

/** All commands, and what the program says below them: exit codes. */
export interface CommandLine {
  readonly commands: readonly CommandEntry[];
  readonly notes: readonly string[];
}

/**
 * Asks the program for its help.
 * @throws Error when it says nothing that is understood
 */
export async function readCommandLine(): Promise<CommandLine> {
  const help = await ask('--help');
  const names = [...help.matchAll(/^ {2}([a-z][a-z-]*) .*$/gm)].map((match) => match[1]!);
  if (names.length === 0) throw new Error(`no command is found in:\n${help}`);
  const commands: CommandEntry[] = [];
  for (const name of names) commands.push(parseCommand(name, await ask(name, '--help')));
  const lastCommand = help.lastIndexOf('\n  ');
  const notes = help
    .slice(help.indexOf('\n', lastCommand + 1))
    .trim()
    .split('\n');
  return { commands, notes };
}

/**
 * Takes a command's help apart: its usage, its description, and a table of options.
 * @throws Error when it does not begin with the usage
 */
export function parseCommand(name: string, help: string): CommandEntry {
  const [first = '', ...rest] = help.trim().split('\n');
  const usage = /^Usage: \S+ (.*)$/.exec(first)?.[1];
  if (usage === undefined)
    throw new Error(`the help of "${name}" begins with "${first}", not with its usage`);
  const options: { name: string; help: string }[] = [];
  const description: string[] = [];
  for (const line of rest) {
    const option = /^ {2}(--\S+(?: <[^>]*>)?) {2,}(.*)$/.exec(line);
    const previous = options.at(-1);
    if (option !== null) options.push({ name: option[1]!, help: option[2]! });
    else if (previous === undefined) description.push(line);
    else if (line.trim() !== '') previous.help += ` ${line.trim()}`;
  }
  return { name, usage, description: description.join('\n').trim(), options };
}

async function ask(...argv: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...argv], {
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' },
  });
  return stdout;
}
