import { describe, expect, it } from 'vitest';
import {
  nameClasses,
  typeCells,
  type NamingValue,
} from '../../../integrations/embedding-animation/dataset/image-folder/label-values.ts';

function namesOf(cells: readonly string[]): string[] {
  return nameClasses(typeCells(cells).filter((value): value is NamingValue => value.kind !== 'none'));
}

describe('labels of a metadata file', () => {
  it.each([
    [
      ['1', '02', '+3', '-0'],
      ['1', '2', '3', '0'],
    ],
    [
      ['1234567890123456789', '1234567890123456788'],
      ['1234567890123456789', '1234567890123456788'],
    ],
    [
      ['1', '2.50'],
      ['1.0', '2.5'],
    ],
    [['1', 'NA'], ['1.0']],
    [
      ['1', '2', 'x'],
      ['1', '2', 'x'],
    ],
    [
      ['TRUE', 'false'],
      ['True', 'False'],
    ],
    [
      ['true', 'x'],
      ['true', 'x'],
    ],
    [
      [' a ', 'a'],
      ['a', 'a'],
    ],
    [
      ['0x10', '1_000', '1,5'],
      ['0x10', '1_000', '1,5'],
    ],
  ])('%j are called %j', (cells, names) => {
    expect(namesOf(cells)).toEqual(names);
  });

  it.each(['', ' ', 'NA', 'nan', 'None', 'null', '#N/A'])('"%s" is none', (cell) => {
    expect(typeCells([cell, 'x'])[0]).toEqual({ kind: 'none', text: cell.trim() });
  });

  it('are fractions as Python writes them', () => {
    const written = [
      '0.5',
      '1.0',
      '100.0',
      '1e+16',
      '1234567890123456.0',
      '0.0001',
      '1e-05',
      '1.5e-07',
      '-2.5',
      '-0.0',
      'inf',
    ];
    const values = written.map(
      (text) => ({ kind: 'float', value: Number(text.replace('inf', 'Infinity')) }) as const,
    );
    expect(nameClasses(values)).toEqual(written);
  });
});
