import { describe, expect, it } from 'vitest';
import { openLanguage } from '../../../integrations/embedding-animation/locale/index.ts';
import {
  finiteLosses,
  formatTick,
  lossLimits,
  roundTicks,
  smoothLosses,
  thinLosses,
} from '../../../integrations/embedding-animation/rendering/loss-curve.ts';
import { makeLosses } from '../../helpers/rendering.ts';

describe('smoothLosses', () => {
  it('keeps a straight line as it is, up to both ends', () => {
    const line = Array.from({ length: 60 }, (_, i) => ({ step: i, epoch: i / 10, loss: 3 - 0.04 * i }));
    for (const { raw, smooth } of smoothLosses(line, 'step', 60)) expect(smooth).toBeCloseTo(raw, 9);
  });

  it('takes out most of the noise', () => {
    const points = smoothLosses(makeLosses(400, 4000), 'step', 400);
    const roughness = (of: 'raw' | 'smooth'): number =>
      points.slice(1).reduce((sum, point, i) => sum + (point[of] - points[i]![of]) ** 2, 0);
    expect(roughness('smooth')).toBeLessThan(roughness('raw') / 50);
  });

  it('knows nothing of what comes after the rows it is given', () => {
    const losses = makeLosses(100, 1000);
    const future = losses.map((row, i) => (i < 50 ? row : { ...row, loss: 99 }));
    expect(smoothLosses(future.slice(0, 50), 'step', 100)).toEqual(
      smoothLosses(losses.slice(0, 50), 'step', 100),
    );
  });

  it('gives a single row back', () => {
    expect(smoothLosses([{ step: 10, epoch: 0.1, loss: 2 }], 'epoch', 1)).toEqual([
      { step: 10, at: 0.1, raw: 2, smooth: 2 },
    ]);
  });

  it('leaves rows out that have no finite loss', () => {
    const rows = [NaN, 1, Infinity].map((loss, step) => ({ step, epoch: 0, loss }));
    expect(finiteLosses(rows)).toEqual([{ step: 1, epoch: 0, loss: 1 }]);
  });
});

describe('lossLimits', () => {
  it('is not stretched by one spike', () => {
    const losses = makeLosses(400, 400).map((row, i) => (i === 200 ? { ...row, loss: 50 } : row));
    const [, most] = lossLimits(smoothLosses(losses, 'step', 400));
    expect(most).toBeLessThan(6);
  });

  it('holds the whole smoothed curve', () => {
    const points = smoothLosses(makeLosses(50, 50), 'step', 50);
    const [least, most] = lossLimits(points);
    for (const { smooth } of points) {
      expect(smooth).toBeGreaterThanOrEqual(least);
      expect(smooth).toBeLessThanOrEqual(most);
    }
  });
});

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

describe('a long history', () => {
  const rows = Array.from({ length: 50_000 }, (_, step) => ({
    step,
    epoch: step / 1000,
    loss: 2 + Math.sin(step / 9000) + 0.3 * Math.sin(step * 7.3),
  }));
  const thin = thinLosses(rows);

  it('is thinned to rows of its own, in their order', () => {
    expect(thin.length).toBeLessThanOrEqual(4000);
    expect(thin.length).toBeGreaterThan(3900);
    for (const [index, { step, raw }] of thin.entries()) {
      expect(raw).toBe(rows[step]!.loss);
      if (index > 0) expect(step).toBeGreaterThan(thin[index - 1]!.step);
    }
  });

  it('keeps its extremes and its smooth curve', () => {
    const raw = thin.map((row) => row.raw!);
    const all = rows.map(({ loss }) => loss);
    expect(Math.max(...raw)).toBe(all.reduce((a, b) => Math.max(a, b)));
    expect(Math.min(...raw)).toBe(all.reduce((a, b) => Math.min(a, b)));
    for (const { step, smooth } of smoothLosses(thin, 'step', thin.length)) {
      expect(Math.abs(smooth - (2 + Math.sin(step / 9000)))).toBeLessThan(0.05);
    }
  });

  it('is left alone while it is short', () => {
    const short = rows.slice(0, 4000);
    expect(thinLosses(short)).toBe(short);
  });
});
