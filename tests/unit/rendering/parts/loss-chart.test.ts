import { describe, expect, it } from 'vitest';
import { openLanguage } from '../../../../integrations/embedding-animation/locale/index.ts';
import {
  formatTick,
  roundTicks,
} from '../../../../integrations/embedding-animation/rendering/parts/loss-chart.ts';

describe('roundTicks', () => {
  it.each([
    [0, 2000, 3, [0, 1000, 2000]],
    [0.31, 2.4, 2, [1, 2]],
    [0, 999, 3, [0, 200, 400, 600, 800]],
    [2.01, 2.09, 2, [2.02, 2.04, 2.06, 2.08]],
    [5, 5, 2, [5]],
  ])('from %d to %d, at least %d: %j', (min, max, least, expected) => {
    const ticks = roundTicks(min, max, least);
    expect(ticks).toHaveLength(expected.length);
    ticks.forEach((tick, i) => {
      expect(tick).toBeCloseTo(expected[i]!, 9);
    });
  });
});

describe('formatTick', () => {
  it.each([
    [
      [0, 1000, 2000],
      ['0', '1000', '2000'],
    ],
    [
      [0, 0.5, 1],
      ['0.0', '0.5', '1.0'],
    ],
    [
      [0, 20_000, 40_000],
      ['0', '20k', '40k'],
    ],
    [
      [0.02, 0.04],
      ['0.02', '0.04'],
    ],
    [[7], ['7']],
  ])('%j reads %j', (ticks, expected) => {
    expect(ticks.map((tick) => formatTick(tick, ticks, openLanguage()))).toEqual(expected);
  });
});
