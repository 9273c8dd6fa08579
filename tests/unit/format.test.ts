import { describe, expect, it } from 'vitest';
import { formatFixed, formatFraction, formatMultiples, formatShare, UNKNOWN } from '../../src/lib/format.ts';

describe('numbers of the site', () => {
  it.each([
    [0.5131, '51.3%'],
    [0.0003, '0.03%'],
    [0.9997, '99.97%'],
    [0, '0.0%'],
    [1, '100.0%'],
    [undefined, UNKNOWN],
  ])('say a share of %s as %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  it('do not read 0 where they are not', () => {
    expect([0, 0.0004, 0.5, -0.0004].map((value) => formatFixed(value, 3))).toEqual([
      '0.000',
      '0.0004',
      '0.500',
      '-0.0004',
    ]);
  });

  it('do not read 1 either, where that is the most', () => {
    expect([1, 0.9997, 0.0002, 0.25].map((value) => formatFraction(value, 3))).toEqual([
      '1.000',
      '0.9997',
      '0.0002',
      '0.250',
    ]);
  });

  it('of a list of multiples are written in three digits of the largest', () => {
    expect(formatMultiples([4.24, 4.1])).toEqual(['4.24×', '4.10×']);
    expect(formatMultiples([12.34, 4.21])).toEqual(['12.3×', '4.2×']);
    expect(formatMultiples([0.5])).toEqual(['0.50×']);
  });
});
