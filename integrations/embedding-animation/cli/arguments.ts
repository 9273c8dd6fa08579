/** What people type: the options and arguments of one command, read by its description. */
import { parseArgs } from 'node:util';
import {
  COMMANDS,
  describeOptionName,
  PROGRAM_OPTIONS,
  type CommandDescription,
  type OptionDescription,
  type OptionTable,
} from './commands.ts';
import { findNearest } from './text.ts';

/** A command that was typed wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** What to type instead, as a sentence; what the command's help says where there is none. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** What was given of a table's options. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: ValueOf<Table[Name]['type']>;
};

type ValueOf<Type extends OptionDescription['type']> = Type extends 'boolean'
  ? boolean
  : Type extends 'number'
    ? number
    : string;

/** What was typed behind a command's name. */
export interface ParsedArguments<Table extends OptionTable> {
  readonly values: OptionValues<Table>;
  /** As many as the command has arguments. */
  readonly positionals: readonly string[];
}

/**
 * Parses what follows a command's name.
 * @throws UsageError for an unknown option, a value that is missing or wrong, and too few or too many arguments
 */
export function parseArguments<Command extends CommandDescription>(
  argv: readonly string[],
  command: Command,
): ParsedArguments<Command['options']> {
  const { options, arguments: expected } = command;
  const values: Record<string, string | number | boolean> = {};
  const positionals: string[] = [];
  for (const token of tokenise(argv, options)) {
    if (token.kind === 'positional' && token.value !== '') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknownOption(token.rawName, command);
    values[token.name] = readValue(token, option);
  }
  const missing = expected[positionals.length];
  if (missing !== undefined) throw new UsageError(`<${missing.name}> is missing`, missing.description);
  const extra = positionals[expected.length];
  if (extra !== undefined) throw tooMany(extra, expected.length);
  for (const [index, { name, choices }] of expected.entries())
    checkChoice(`<${name}>`, positionals[index]!, choices);
  for (const [name, option] of Object.entries(options)) {
    if (option.isRequired === true && values[name] === undefined)
      throw new UsageError(`${describeOptionName(name, option)} is missing`, option.description);
  }
  return { values: values as OptionValues<Command['options']>, positionals }; // each was read by its description
}

interface OptionToken {
  readonly kind: 'option';
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** Not strict: what is wrong is said in our own words. */
function tokenise(argv: readonly string[], table: OptionTable) {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type }]) => [
      name,
      { type: type === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  return parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true }).tokens;
}

function readValue(
  { name, value, inlineValue }: OptionToken,
  option: OptionDescription,
): string | number | boolean {
  const shown = describeOptionName(name, option);
  if (option.type === 'boolean') {
    if (value === undefined) return true;
    throw new UsageError(`--${name} takes no value`, `Type --${name} alone, or leave it out.`);
  }
  const isOption = value?.startsWith('--') === true && inlineValue !== true;
  if (value === undefined || value === '' || isOption) {
    const got = isOption ? `; "${value}" was taken for the next option` : '';
    throw new UsageError(`${shown} has no value${got}`, option.description);
  }
  if (option.type === 'number') return readNumber(shown, value, option);
  checkChoice(`--${name}`, value, option.choices);
  return value;
}

function readNumber(shown: string, value: string, { min = 0, max = Infinity }: OptionDescription): number {
  const number = /^[+-]?\d+$/.test(value) ? Number(value) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(
    `${shown} is "${value}"`,
    `Give a whole number from ${min} to ${max}, or leave it out.`,
  );
}

function checkChoice(what: string, value: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(value)) return;
  const nearest = findNearest(value, choices);
  const all = choices.length === 1 ? `It can only be ${choices[0]!}.` : `It can be ${choices.join(', ')}.`;
  throw new UsageError(
    `${what} can not be "${value}"`,
    nearest === undefined ? all : `Did you mean ${nearest}? ${all}`,
  );
}

function unknownOption(typed: string, { name, options }: CommandDescription): UsageError {
  const message = `${name} has no option ${typed}`;
  if (!typed.startsWith('--'))
    return new UsageError(message, `Options start with two dashes, as in --help; only -h is short.`);
  const own = typed.slice(2);
  const nearest = findNearest(own, Object.keys(options));
  if (nearest !== undefined) return new UsageError(message, `Did you mean --${nearest}?`);
  const others = Object.values<CommandDescription>(COMMANDS).filter((other) =>
    Object.hasOwn(other.options, own),
  );
  if (others.length > 0)
    return new UsageError(message, `It is an option of ${others.map((other) => other.name).join(' and ')}.`);
  if (Object.hasOwn(PROGRAM_OPTIONS, own))
    return new UsageError(message, `Type it without a command: --${own}.`);
  const names = Object.keys(options).map((option) => `--${option}`);
  return new UsageError(message, `It has ${names.join(', ')}.`);
}

function tooMany(extra: string, count: number): UsageError {
  const hint = count === 1 ? 'A name with spaces goes in quotes; one run is worked on at a time.' : undefined;
  return new UsageError(`"${extra}" is one argument too many`, hint);
}
