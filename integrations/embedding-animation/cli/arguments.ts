/** What people type: options and folders of one command. */
import { parseArgs } from 'node:util';

/** One option as it is parsed and as `--help` shows it. */
export interface OptionDescription {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in help, such as `<folder>`. */
  readonly value?: string;
  /** What the option does, in a line. */
  readonly help: string;
}

/** Options by name. */
export type OptionTable = Readonly<Record<string, OptionDescription>>;

/** What was given of a table's options. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: Table[Name]['type'] extends 'boolean' ? boolean : string;
};

/** A command that was typed wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options that every command has. */
export const COMMON_OPTIONS = {
  help: { type: 'boolean', help: 'Say what the command does, and stop.' },
  verbose: { type: 'boolean', help: 'Show where an error comes from.' },
} as const satisfies OptionTable;

/**
 * Parses the arguments behind a command's name.
 * @param expected names of the arguments without a dash, all required
 * @throws UsageError for an unknown option, a missing value, and too few or too many arguments
 */
export function parseArguments<Table extends OptionTable>(
  argv: readonly string[],
  table: Table,
  expected: readonly string[],
): { readonly values: OptionValues<Table>; readonly positionals: readonly string[] } {
  const { values, positionals } = parse(argv, table);
  const given = positionals.filter((positional) => positional !== '');
  const missing = expected[given.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing`);
  const extra = positionals[expected.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
  return { values: values as OptionValues<Table>, positionals }; // parseArgs gives what the table asks for
}

function parse(argv: readonly string[], table: OptionTable) {
  try {
    const options = Object.fromEntries(Object.entries(table).map(([name, { type }]) => [name, { type }]));
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const [sentence = cause.message] = cause.message.split(/\. |\n/, 1);
    throw new UsageError(sentence, { cause });
  }
}
