import { describe, expect, it } from 'vitest';
import { quickselect } from '../../../../integrations/embedding-animation/analysis/linalg/quickselect.ts';
import { createRandom } from '../../../helpers/analysis.ts';

const random = createRandom(3);

describe('the value at a place of the sorted ones', () => {
  const cases = [
    { title: 'different values', values: Array.from({ length: 101 }, random) },
    { title: 'many equal values', values: Array.from({ length: 101 }, () => Math.floor(3 * random())) },
    { title: 'equal values', values: new Array<number>(101).fill(7) },
    { title: 'infinite ones among them', values: [Infinity, 2, Infinity, 1, 3] },
  ];
  it.each(cases)('is found among $title', ({ values }) => {
    const sorted = Float64Array.from(values).sort();
    for (const [at, value] of sorted.entries()) {
      expect(quickselect(Float64Array.from(values), values.length, at)).toBe(value);
    }
  });

  it.each(cases)('has no larger one before and no smaller one behind it among $title', ({ values }) => {
    for (const at of values.keys()) {
      const moved = Float64Array.from(values);
      const value = quickselect(moved, values.length, at);
      expect(moved[at]).toBe(value);
      expect(Math.max(-Infinity, ...moved.subarray(0, at))).toBeLessThanOrEqual(value);
      expect(Math.min(Infinity, ...moved.subarray(at))).toBeGreaterThanOrEqual(value);
    }
  });

  it.each(cases)('moves what is carried along among $title', ({ values }) => {
    const moved = Float64Array.from(values);
    const carried = Int32Array.from(values.keys());
    quickselect(moved, values.length, values.length >> 1, carried);
    expect([...carried].map((from) => values[from])).toEqual([...moved]);
    expect(carried.toSorted()).toEqual(Int32Array.from(values.keys()));
  });

  it('is that of the first values only', () => {
    expect(quickselect(Float64Array.of(5, 4, 3, 0), 3, 0)).toBe(3);
  });
});
