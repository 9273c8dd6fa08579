/** The help that the table of commands makes, in words and as data. */
import { z } from 'zod';
import {
  COMMANDS,
  describeOption,
  describeOptionName,
  describeUsage,
  EXIT_CODES,
  PROGRAM,
  PROGRAM_OPTIONS,
  type CommandDescription,
  type OptionTable,
} from './commands.ts';
import { formatTerms, wrapText } from './text.ts';

/** Width of help that goes into a file. */
const USUAL_COLUMNS = 80;

/** Help on all commands, in lines of at most `wanted` letters. */
export function describeCommands(wanted: number): string {
  const columns = Number.isFinite(wanted) ? wanted : USUAL_COLUMNS;
  const commands = Object.values<CommandDescription>(COMMANDS);
  return [
    ...wrapText('Turns fine-tuning runs into animated embedding maps.', columns),
    '',
    ...wrapText(`Usage: ${PROGRAM} <command>`, columns),
    '',
    ...formatTerms(
      commands.map((command) => [describeUsage(command), command.summary]),
      columns,
    ),
    '',
    'Options:',
    ...describeOptions(PROGRAM_OPTIONS, columns),
    '',
    'Exit codes:',
    ...formatTerms(
      EXIT_CODES.map(({ code, meaning }) => [String(code), meaning]),
      columns,
    ),
    '',
    ...wrapText(`${PROGRAM} <command> --help tells more of a command.`, columns),
  ].join('\n');
}

/** Help on one command. */
export function describeCommand(command: CommandDescription, wanted: number): string {
  const columns = Number.isFinite(wanted) ? wanted : USUAL_COLUMNS;
  const { description, arguments: expected, options, examples } = command;
  return [
    ...wrapText(`Usage: ${PROGRAM} ${describeUsage(command)}`, columns),
    ...description.flatMap((paragraph) => ['', ...wrapText(paragraph, columns)]),
    '',
    'Arguments:',
    ...formatTerms(
      expected.map(({ name, description, choices }) => [
        `<${name}>`,
        choices === undefined ? description : `${description} There is: ${choices.join(', ')}.`,
      ]),
      columns,
    ),
    '',
    'Options:',
    ...describeOptions(options, columns),
    '',
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map((example) => `  ${PROGRAM} ${example}`),
  ].join('\n');
}

/** A command as data: its table, how it is typed, and the JSON Schema of what it prints with `--json`. */
export function summariseCommand(command: CommandDescription): object {
  return { ...command, usage: describeUsage(command), result: z.toJSONSchema(command.result) };
}

function describeOptions(options: OptionTable, columns: number): string[] {
  const rows = Object.entries(options).map(
    ([name, option]) => [describeOptionName(name, option), describeOption(option)] as const,
  );
  return formatTerms(rows, columns);
}
