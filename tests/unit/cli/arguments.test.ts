import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from '../../../integrations/embedding-animation/cli/arguments.ts';
import {
  formatBytes,
  formatCount,
  formatTable,
} from '../../../integrations/embedding-animation/cli/table.ts';

const TABLE = {
  out: { type: 'string', value: '<folder>', help: 'Where.' },
  force: { type: 'boolean', help: 'Whatever.' },
} as const;

describe('parseArguments', () => {
  it('takes options before and after what they are about', () => {
    const parsed = parseArguments(['--force', 'run', '--out=there'], TABLE, ['run folder']);
    expect(parsed.positionals).toEqual(['run']);
    expect({ ...parsed.values }).toEqual({ force: true, out: 'there' });
    expect({ ...parseArguments(['run'], TABLE, ['run folder']).values }).toEqual({});
  });

  it('takes what follows two dashes as it is', () => {
    expect(parseArguments(['--', '--run'], TABLE, ['run folder']).positionals).toEqual(['--run']);
  });

  it.each([
    [['run', '--outt', 'there'], '--outt'],
    [['run', '--out'], '--out'],
    [['run', '--force=yes'], '--force'],
    [[], '<run folder> is missing'],
    [['one', 'two'], '"two" is one argument too many'],
  ])('refuses %j', (argv, said) => {
    const parse = () => parseArguments(argv, TABLE, ['run folder']);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(said);
  });
});

describe('tables', () => {
  it('line their columns up and end no line in spaces', () => {
    expect(formatTable([['a', 'bbb', 'c'], ['aaaa', 'b', ''], []])).toEqual(['a     bbb  c', 'aaaa  b', '']);
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
