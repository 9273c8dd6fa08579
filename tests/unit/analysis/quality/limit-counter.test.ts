import { describe, expect, it } from 'vitest';
import {
  countBelow,
  openLimitCounter,
  writeCounts,
} from '../../../../integrations/embedding-animation/analysis/quality/limit-counter.ts';
import { createRandom } from '../../../helpers/analysis.ts';

describe('numbers below limits', () => {
  const random = createRandom(3);
  const values = Float64Array.from({ length: 5000 }, () => Math.round(400 * random() ** 3) / 100);
  const some = [...values.subarray(0, 30)];
  it.each<[string, number[]]>([
    ['that are among the numbers', some],
    ['that are not', some.map((value) => value + 0.003)],
    ['that are equal', [0.5, 0.5, 0.5]],
    ['of which some are equal', [0.5, 1, 0.5, 2, 1]],
    ['of which some are −∞', [-Infinity, 0.25, -Infinity, 1]],
    ['that are all −∞', [-Infinity, -Infinity]],
    ['that lie below all numbers', [-100, -99]],
    ['that lie close together, far below all numbers', [-1e9, -1e9 + 1]],
    ['that lie above all numbers', [99, 100]],
    ['of which one lies far away', [0.5, 0.51, 0.52, 1e12]],
    ['that hardly differ', [0.5, 0.5 + Number.EPSILON]],
    ['that differ by less than the cells can tell', [0, 5e-324]],
    ['that are more than there are cells', Array.from({ length: 700 }, (_, at) => at / 100 - 3.5)],
    ['of which there is one', [0.1]],
    ['of which there is none', []],
  ])('are counted for limits %s', (_, limits) => {
    const counter = openLimitCounter(Float64Array.from(limits), Math.max(4, ...limits));
    countBelow(counter, values.subarray(0, 2000));
    countBelow(counter, values.subarray(2000));
    const counts = new Int32Array(limits.length).fill(-7);
    writeCounts(counter, counts);
    expect([...counts]).toEqual(limits.map((limit) => values.filter((value) => value < limit).length));
  });
});
