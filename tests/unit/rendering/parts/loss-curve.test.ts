import { expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import {
  drawLossCurve,
  findCurveEnd,
  strokeLossCurve,
} from '../../../../integrations/embedding-animation/rendering/parts/loss-curve.ts';
import { placeLoss } from '../../../../integrations/embedding-animation/rendering/parts/loss-chart.ts';
import { planStaticLayer } from '../../../../integrations/embedding-animation/rendering/static-layer.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';
import { makeFrameInput, makeLosses } from '../../../helpers/rendering.ts';

const typesetter = openTypesetter();
const LAST_STEP = 1000;

function chartOf(rows: number, lossAxis: 'step' | 'epoch', hasGap = false) {
  const made = makeLosses(rows, LAST_STEP);
  const isLost = (step: number) => hasGap && ((step > 300 && step <= 400) || step > 800);
  const losses = made.map((row) => (isLost(row.step) ? { ...row, loss: Number.NaN } : row));
  const input = makeFrameInput({ losses, lastStep: LAST_STEP, look: { lossAxis } });
  const { chart, theme } = planStaticLayer(input, typesetter);
  if (chart === undefined) throw new Error('the layer has no chart');
  return { chart, theme, frame: input.look };
}

it.each([
  [400, 10, 'step', false],
  [400, 500, 'step', false],
  [400, 737, 'epoch', false],
  [400, 1000, 'step', false],
  [12, 600, 'step', false],
  [400, 350, 'step', true],
  [400, 410, 'step', true],
  [400, 600, 'epoch', true],
  [400, 900, 'step', true],
] as const)(
  '%i losses at step %i by %s: whole line and end look as a line drawn at once (gaps: %s)',
  (rows, step, axis, hasGap) => {
    const { chart, theme, frame } = chartOf(rows, axis, hasGap);
    const end = findCurveEnd(chart, step, frame)!;
    const whole = strokeLossCurve(chart, frame);
    const parts = blank();
    drawLossCurve(parts, chart, whole, end, theme);

    const unlike = { ...chart, whole: [] }; // nothing is known of the whole line: all of it is drawn anew
    const alone = findCurveEnd(unlike, step, frame)!;
    const once = blank();
    drawLossCurve(once, chart, whole, alone, theme);
    expect(alone.box.x).toBeLessThanOrEqual(Math.min(whole.raw.box.x, whole.smooth.box.x));
    expect(end.current).toEqual(alone.current);
    expect(mostDifferent(parts, once)).toBe(0);
    expect(once.data.some((value) => value < 100)).toBe(true);

    function blank(): RgbImage {
      return {
        width: frame.width,
        height: frame.height,
        data: new Uint8Array(3 * frame.width * frame.height).fill(255),
      };
    }
  },
);

function mostDifferent(a: RgbImage, b: RgbImage): number {
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);
}

it('draws a small part of a long line anew', () => {
  const { chart, frame } = chartOf(1200, 'step');
  const { box } = findCurveEnd(chart, 700, frame)!;
  expect(box.width).toBeLessThan(chart.box.width / 4);
});

it.each(['step', 'epoch'] as const)('draws no line across losses that are none, by %s', (axis) => {
  const { chart, frame } = chartOf(100, axis, true);
  const { raw, smooth } = strokeLossCurve(chart, frame);
  const at = (step: number) => placeLoss(chart, axis === 'step' ? step : step / 95, 1)[0];
  const isInked = ({ box, data }: typeof raw, x: number) =>
    data.some((value, pixel) => value > 0 && box.x + (pixel % box.width) === x);
  const inked = (from: number, to: number) =>
    Array.from({ length: Math.floor(to) - Math.ceil(from) }, (_, i) => Math.ceil(from) + i).filter(
      (x) => isInked(raw, x) || isInked(smooth, x),
    );
  const width = 4; // the line is as wide, and its ends are round
  expect(inked(at(300) + width, at(410) - width)).toEqual([]);
  expect(inked(at(800) + width, chart.box.x + chart.box.width)).toEqual([]);
  expect(inked(at(100), at(300)).length).toBeGreaterThan(at(300) - at(100) - 2);
  expect(inked(at(410), at(800)).length).toBeGreaterThan(at(800) - at(410) - 2);
});

it('says no loss where the one that was logged last is none', () => {
  const { chart, frame } = chartOf(100, 'step', true);
  const loss = (step: number) => findCurveEnd(chart, step, frame)?.current?.step;
  expect([300, 309, 310, 400, 410, 800, 1000].map(loss)).toEqual([
    300,
    300,
    undefined,
    undefined,
    410,
    800,
    undefined,
  ]);
});

it('draws nothing before the first row', () => {
  const { chart, frame } = chartOf(100, 'step');
  expect(findCurveEnd(chart, 0, frame)).toBeUndefined();
});
