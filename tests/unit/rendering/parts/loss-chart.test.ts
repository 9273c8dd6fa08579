import { describe, expect, it } from 'vitest';
import { openLanguage } from '../../../../integrations/embedding-animation/locale/index.ts';
import {
  formatTick,
  planLossChart,
  roundTicks,
  typesetLoss,
} from '../../../../integrations/embedding-animation/rendering/parts/loss-chart.ts';
import { planStaticLayer } from '../../../../integrations/embedding-animation/rendering/static-layer.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';
import { themeOf } from '../../../../integrations/embedding-animation/rendering/theme.ts';
import { makeFrameInput } from '../../../helpers/rendering.ts';

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
    [
      [1e8, 1.05e8],
      ['100M', '105M'],
    ],
    [
      [1_000_000, 1_005_000],
      ['1M', '1.005M'],
    ],
    [[7], ['7']],
  ])('%j reads %j', (ticks, expected) => {
    expect(ticks.map((tick) => formatTick(tick, ticks, openLanguage()))).toEqual(expected);
  });
});

describe('a chart of losses of any size', () => {
  const typesetter = openTypesetter();
  /** The labels of the vertical axis, and the loss at each of 60 steps. */
  const read = (lossAt: (share: number) => number): { ticks: string[]; values: string[] } => {
    const losses = Array.from({ length: 60 }, (_, i) => ({
      step: i + 1,
      epoch: i / 10,
      loss: lossAt(i / 59),
    }));
    const input = makeFrameInput({ losses, lastStep: 60 });
    const layer = planStaticLayer(input, typesetter);
    const chart = planLossChart(layer.layout, input, typesetter)!;
    const { box, margins } = chart;
    const labels = layer.texts
      .filter(({ x }) => x >= box.x && x < box.x + margins.marginLeft)
      .filter(({ y }) => y > box.y + 30 && y < box.y + box.height - margins.marginBottom - 4);
    const theme = themeOf({ theme: 'light' });
    const values = chart.whole.map(
      ({ smooth }) => typesetLoss(chart, { smooth }, theme, typesetter)[0]?.box.text,
    );
    return { ticks: labels.map(({ text }) => text), values: values.filter((text) => text !== undefined) };
  };

  it.each([
    ['ones', (share: number) => 2.3 - share],
    ['ten-millionths', (share: number) => 1e-7 * (2 - share)],
    ['thousandths', (share: number) => 0.003 * (2 - share)],
    ['milliards', (share: number) => 1e9 * (2 - share)],
    ['milliards that hardly change', (share: number) => 1e9 * (1.02 - 0.01 * share)],
    ['millions', (share: number) => 1e6 * (2 - share)],
  ] as const)('tells ticks and values of %s apart', (_, lossAt) => {
    const { ticks, values } = read(lossAt);
    expect(new Set(ticks).size).toBe(ticks.length);
    expect(ticks.length).toBeGreaterThan(1);
    expect(values).toHaveLength(60);
    expect(new Set(values).size).toBeGreaterThan(8);
    for (const text of [...ticks, ...values]) expect(text.length).toBeLessThan(9);
  });

  it('does not let a loss that has become small read 0.00', () => {
    const { values } = read((share) => 2.3 * (1 - share) ** 3 + 0.0004);
    expect(values.at(0)).toBe('2.30');
    expect(Number(values.at(-1))).toBeGreaterThan(0);
  });
});
