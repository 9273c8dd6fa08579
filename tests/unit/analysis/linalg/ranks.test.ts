import { describe, expect, it } from 'vitest';
import { rankValues } from '../../../../integrations/embedding-animation/analysis/linalg/ranks.ts';
import { createRandom } from '../../../helpers/analysis.ts';

describe('ranks', () => {
  it('count from 1, from the lowest value', () => {
    expect([...rankValues(Float64Array.of(3, 0.1, 1e300, 0.2))]).toEqual([3, 1, 4, 2]);
  });

  it('are shared by equal values, which take the mean of theirs', () => {
    expect([...rankValues(Float64Array.of(2, 5, 2, 0, 5, 2))]).toEqual([3, 5.5, 3, 1, 5.5, 3]);
  });

  it('of 0 and −0 are equal', () => {
    expect([...rankValues(Float64Array.of(-0, 1, 0))]).toEqual([1.5, 3, 1.5]);
  });

  it('tell apart numbers that differ in any digit', () => {
    const values = [0, 5e-324, 1, 1 + Number.EPSILON, 1 + 2 ** -20, 1 + 2 ** -36, 2 ** 500, Number.MAX_VALUE];
    expect([...rankValues(Float64Array.from(values))]).toEqual([1, 2, 3, 4, 6, 5, 7, 8]);
  });

  it('of many values are where sorting puts them', () => {
    const random = createRandom(5);
    const values = Float64Array.from({ length: 3000 }, () => Math.abs(random()) ** 40);
    const sorted = [...values].sort((a, b) => a - b);
    expect([...rankValues(values)]).toEqual([...values].map((value) => sorted.indexOf(value) + 1));
  });

  it('of nothing are none', () => {
    expect(rankValues(new Float64Array(0))).toHaveLength(0);
  });
});
