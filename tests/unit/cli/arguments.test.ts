import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from '../../../integrations/embedding-animation/cli/arguments.ts';
import { describeCommand, describeCommands } from '../../../integrations/embedding-animation/cli/help.ts';
import {
  COMMANDS,
  EXIT_CODES,
  type CommandDescription,
} from '../../../integrations/embedding-animation/cli/commands.ts';
import { findNearest } from '../../../integrations/embedding-animation/cli/text.ts';
import {
  formatBytes,
  formatCount,
  formatTable,
  formatTerms,
  wrapText,
} from '../../../integrations/embedding-animation/cli/text.ts';

const { render, pack, download } = COMMANDS;

function refuse(argv: readonly string[], command: CommandDescription): UsageError {
  try {
    parseArguments(argv, command);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${argv.join(' ')} was taken`);
}

describe('parseArguments', () => {
  it('takes options before and after what they are about', () => {
    const parsed = parseArguments(['--force', 'run', '--out=there', '--threads', '2'], render);
    expect(parsed.positionals).toEqual(['run']);
    expect(parsed.values).toEqual({ force: true, out: 'there', threads: 2 });
    expect(parseArguments(['run'], pack).values).toEqual({});
  });

  it('takes what follows two dashes as it is', () => {
    expect(parseArguments(['--', '--run'], pack).positionals).toEqual(['--run']);
  });

  it('takes a value that starts with a dash where it is no option', () => {
    expect(parseArguments(['run', '--title', '-1 %'], pack).values.title).toBe('-1 %');
    expect(parseArguments(['run', '--title=--force'], pack).values.title).toBe('--force');
  });

  it.each([
    [['run', '--outt', 'there'], '--outt', 'Did you mean --out?'],
    [['run', '--imgaes', 'there'], '--imgaes', 'Did you mean --images?'],
    [['run', '--out'], '--out <folder> has no value', 'Where the files go'],
    [['run', '--out='], '--out <folder> has no value', 'Where the files go'],
    [['run', '--out', '--json'], '"--json" was taken for the next option', 'Where the files go'],
    [['run'], '--out <folder> is missing', 'Where the files go'],
    [['run', '--force=yes'], '--force takes no value', 'alone'],
    [['run', '--to', 'there'], 'render has no option --to', 'It is an option of download.'],
    [['run', '--abacus'], 'render has no option --abacus', 'It has --out, --force, '],
    [['run', '-f'], 'render has no option -f', 'two dashes'],
    [[], '<run> is missing', 'output folder'],
    [['one', 'two'], '"two" is one argument too many', 'quotes'],
  ])('refuses %j and says what to do', (argv, message, hint) => {
    const error = refuse(argv, render);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it.each(['0', '-1', '2.5', '1e3', 'abc', '0x2', '1025', '99999999999999999999', '٣', ' '])(
    'refuses "%s" threads',
    (threads) => {
      const error = refuse(['run', '--threads', threads], pack);
      expect(error.message).toContain(`--threads <number> is "${threads}"`);
      expect(error.hint).toContain('whole number from 1 to 1024');
    },
  );

  it('knows the choices of an argument and of an option', () => {
    expect(refuse(['run', '--device', 'cudda'], pack).hint).toContain('Did you mean cuda?');
    expect(refuse(['mnist'], download).hint).toContain('only be cifar10');
    expect(parseArguments(['cifar10'], download).positionals).toEqual(['cifar10']);
  });
});

describe('help', () => {
  const commands = Object.values<CommandDescription>(COMMANDS);

  it.each([40, 80, 100])('stays within %d columns', (columns) => {
    const texts = commands.map((command) => describeCommand(command, columns).split('\nExample')[0]!);
    const lines = [describeCommands(columns), ...texts].join('\n').split('\n');
    const words = lines.filter((line) => line.trim().includes(' '));
    expect(words.filter((line) => line.length > columns && !/^ +\S+ <[^>]*>( \S+)*$/.test(line))).toEqual([]);
  });

  it('names every command, option and exit code', () => {
    const all = describeCommands(80);
    for (const { code } of EXIT_CODES) expect(all).toMatch(new RegExp(`^ +${code} +[A-Z]`, 'm'));
    for (const command of commands) {
      expect(all).toContain(`  ${command.name} `);
      for (const option of Object.keys(command.options))
        expect(describeCommand(command, 80)).toMatch(new RegExp(`^ +--${option}\\b`, 'm'));
    }
  });

  it('shows examples that its own table takes', () => {
    for (const command of commands) {
      for (const example of command.examples) {
        const [name, ...argv] = example.replaceAll("'", '').split(' ');
        expect(name).toBe(command.name);
        expect(() => parseArguments(argv, command)).not.toThrow();
      }
    }
  });
});

describe('findNearest', () => {
  it.each([
    ['imgaes', 'images'],
    ['image', 'images'],
    ['IMAGES', 'images'],
    ['thread', 'threads'],
    ['jsno', 'json'],
    ['colour', undefined],
    ['', undefined],
  ])('of "%s" is %s', (typed, meant) => {
    expect(findNearest(typed, ['images', 'threads', 'json', 'out'])).toBe(meant);
  });
});

describe('tables', () => {
  it('line their columns up and end no line in spaces', () => {
    expect(formatTable([['a', 'bbb', 'c'], ['aaaa', 'b', ''], []])).toEqual(['a     bbb  c', 'aaaa  b', '']);
  });

  it('wrap what terms mean, beside them or below', () => {
    const rows = [['--a', 'one two three four five six seven']] as const;
    expect(formatTerms(rows, 34)).toEqual(['  --a  one two three four five six', '       seven']);
    expect(formatTerms(rows, 24)).toEqual(['  --a', '      one two three four', '      five six seven']);
    expect(wrapText('a verylongword b', 5)).toEqual(['a', 'verylongword', 'b']);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [343_227_052, '343.2 MB'],
    [2e15, '2000.0 TB'],
  ])('say %d bytes as %s', (bytes, said) => {
    expect(formatBytes(bytes)).toBe(said);
  });

  it('count in the singular and the plural', () => {
    expect([
      formatCount(1, 'image'),
      formatCount(10_000, 'image'),
      formatCount(2, 'class', 'classes'),
    ]).toEqual(['1 image', '10,000 images', '2 classes']);
  });
});
