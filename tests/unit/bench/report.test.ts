import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../bench/harness/command-line.ts';
import { largestDifference, smallestIndices, smallestCosine } from '../../../bench/harness/compare.ts';
import { holds } from '../../../bench/harness/report.ts';

describe('a comparison', () => {
  it('holds up to its limit: at most for a distance, at least for a similarity', () => {
    expect(holds({ what: 'd', value: 2, limit: 2 })).toBe(true);
    expect(holds({ what: 'd', value: 2.1, limit: 2 })).toBe(false);
    expect(holds({ what: 's', value: 0.9, limit: 0.99, kind: 'similarity' })).toBe(false);
    expect(holds({ what: 's', value: 0.99, limit: 0.99, kind: 'similarity' })).toBe(true);
  });

  it('never holds for a number that is none', () => {
    expect(holds({ what: 'd', value: NaN, limit: 2 })).toBe(false);
    expect(holds({ what: 's', value: NaN, limit: 0.99, kind: 'similarity' })).toBe(false);
  });

  it('finds the row that differs', () => {
    expect(smallestCosine([1, 0, 1, 0], [2, 0, 0, 3], 2)).toBe(0);
    expect(largestDifference([1, 2, 3], [1, 5, 3])).toBe(3);
  });

  it('does not hide a number that is none behind the others', () => {
    expect(largestDifference([NaN, 1], [0, 1])).toBeNaN();
    expect(smallestCosine([NaN, 1, 1, 0], [1, 1, 1, 0], 2)).toBeNaN();
  });

  it('refuses results of different sizes', () => {
    expect(() => largestDifference([1], [1, 2])).toThrow(RangeError);
  });

  it('ranks equal values by index', () => {
    expect(smallestIndices([3, 1, 2, 1], 3)).toEqual([1, 3, 2]);
  });
});

describe('the command line', () => {
  const read = (...words: string[]) => readCommandLine(words, { BENCH_PYTHON: '/python' }, '/results');

  it('writes results only of a whole run, unless a folder is named', () => {
    expect(read()?.out).toBe('/results');
    expect(read('--quick')?.out).toBeUndefined();
    expect(read('--only', 'pca')?.out).toBeUndefined();
    expect(read('--only', 'pca', '--out', '/here')?.out).toBe('/here');
  });

  it('prefers the interpreter that is named to that of the environment', () => {
    expect(read()?.python).toBe('/python');
    expect(read('--python', '/mine')?.python).toBe('/mine');
  });

  it('refuses a count that is none', () => {
    expect(() => read('--threads', 'two')).toThrow('--threads takes a whole number above 0, not "two"');
    expect(() => read('--rounds', '0')).toThrow(TypeError);
  });
});
