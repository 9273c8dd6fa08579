import { describe, expect, it } from 'vitest';
import { formatPower } from '../../../../integrations/embedding-animation/locale/index.ts';
import {
  finiteLosses,
  hasPowers,
  lossLimits,
  markGaps,
  smoothLosses,
  thinLosses,
} from '../../../../integrations/embedding-animation/rendering/parts/loss-series.ts';
import { roundTicks } from '../../../../integrations/embedding-animation/rendering/parts/loss-chart.ts';
import { makeLosses } from '../../../helpers/rendering.ts';

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

describe('losses of any size', () => {
  const rowsOf = (...losses: number[]) => losses.map((loss, step) => ({ step, epoch: 0, loss }));

  it.each([
    [-3.4e38, 3.4e38],
    [1e38, 1e38],
    [1e-320, 2e-320],
    [0, 5e-324],
    [1e15, 1e15 + 0.125],
    [-1e-300, 1e-300],
    [1, 1 + 2 ** -52],
  ])('from %d to %d have finite curves, limits and a few ticks', (low, high) => {
    const points = smoothLosses(rowsOf(low, high, low, high, low, low, high, high), 'step', 8);
    const limits = lossLimits(points);
    const ticks = roundTicks(...limits, 2);
    expect([...limits, ...points.map(({ smooth }) => smooth), ...ticks].every(Number.isFinite)).toBe(true);
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThan(20);
  });

  it('are said as powers of ten where digits would be many', () => {
    expect([1e9, 5e8, 9e-5, 0].map((loss) => hasPowers(rowsOf(0, loss)))).toEqual([true, false, true, false]);
    expect([3.4e38, -2e9, 0, 1e-45].map((loss) => formatPower(loss))).toEqual([
      '3.4e38',
      '-2.0e9',
      '0',
      '1.0e-45',
    ]);
  });
});

describe('gaps', () => {
  const rows = (...steps: number[]) => steps.map((step) => ({ step, epoch: step / 10, loss: 1 }));
  const gaps = (...steps: number[]) => steps.map((step) => ({ step, epoch: step / 10 }));

  it('follow the row before them; those before the first row break no line', () => {
    const marked = markGaps(rows(3, 4, 8), gaps(1, 2, 5, 6, 7, 9, 12));
    expect(marked.map(({ gap }) => gap?.map(({ step }) => step))).toEqual([undefined, [5, 7], [9, 12]]);
  });

  it('end the smoothed curve and do not move it', () => {
    const losses = makeLosses(100, 1000);
    const plain = smoothLosses(losses, 'step', 100);
    const broken = smoothLosses(markGaps(losses, gaps(505)), 'step', 100);
    expect(broken.findIndex(({ isEnd }) => isEnd)).toBe(49);
    expect(broken.map(({ smooth }) => smooth)).toEqual(plain.map(({ smooth }) => smooth));
  });

  it('stay where a long history is thinned', () => {
    const losses = makeLosses(100_000, 100_000);
    const thin = thinLosses(markGaps(losses, gaps(0.5, 40_000.5, 99_999.5, 100_001)));
    const broken = thin.flatMap(({ step, gap }) =>
      gap === undefined ? [] : [[step, ...gap.map((end) => end.step)]],
    );
    expect(broken).toHaveLength(3 - (thin.at(-1)!.step < 100_000 ? 1 : 0));
    expect(broken[0]?.slice(1)).toEqual([40_000.5, 40_000.5]);
    expect(broken[0]![0]).toBeLessThanOrEqual(40_000);
    expect(thin.find(({ step }) => step > broken[0]![0]!)!.step).toBeGreaterThan(40_000);
    expect(broken.at(-1)?.at(-1)).toBe(100_001);
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
