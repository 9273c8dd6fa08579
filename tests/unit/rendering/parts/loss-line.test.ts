import { expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import { rasterizeOverlay } from '../../../../integrations/embedding-animation/images/index.ts';
import { compositeImage } from '../../../../integrations/embedding-animation/rendering/raster/pixels.ts';
import {
  drawLineEnd,
  drawWholeLine,
} from '../../../../integrations/embedding-animation/rendering/parts/loss-line.ts';
import { xOfLoss } from '../../../../integrations/embedding-animation/rendering/parts/loss-chart.ts';
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
  async (rows, step, axis, hasGap) => {
    const { chart, theme, frame } = chartOf(rows, axis, hasGap);
    const end = drawLineEnd(chart, step, frame, theme)!;
    const whole = drawWholeLine(chart, frame, theme);
    const parts = blank();
    compositeImage(parts, await rasterizeOverlay(whole.svg, whole.box), whole.box, end.box.x - whole.box.x);
    compositeImage(parts, await rasterizeOverlay(end.svg, end.box), end.box);

    const unlike = { ...chart, whole: [] }; // nothing is known of the whole line: all of it is drawn anew
    const alone = drawLineEnd(unlike, step, frame, theme)!;
    const once = blank();
    compositeImage(once, await rasterizeOverlay(alone.svg, alone.box), alone.box);
    expect(alone.box.x).toBe(whole.box.x);
    expect(end.current).toEqual(alone.current);
    expect(mostDifferent(parts, once)).toBeLessThan(16); // long segments are cut at the edge of a drawing
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
  const { chart, theme, frame } = chartOf(1200, 'step');
  const { box } = drawLineEnd(chart, 700, frame, theme)!;
  expect(box.width).toBeLessThan(chart.box.width / 4);
});

it.each(['step', 'epoch'] as const)('draws no line across losses that are none, by %s', async (axis) => {
  const { chart, theme, frame } = chartOf(100, axis, true);
  const whole = drawWholeLine(chart, frame, theme);
  const pixels = await rasterizeOverlay(whole.svg, whole.box);
  const at = (step: number) => xOfLoss(chart, axis === 'step' ? step : step / 95) - whole.box.x;
  const inked = (from: number, to: number) =>
    Array.from({ length: Math.floor(to) - Math.ceil(from) }, (_, i) => Math.ceil(from) + i).filter((x) =>
      Array.from({ length: whole.box.height }, (__, y) => pixels[4 * (y * whole.box.width + x) + 3]!).some(
        (alpha) => alpha > 0,
      ),
    );
  const width = 4; // the line is as wide, and its ends are round
  expect(inked(at(300) + width, at(410) - width)).toEqual([]);
  expect(inked(at(800) + width, whole.box.width)).toEqual([]);
  expect(inked(at(100), at(300)).length).toBeGreaterThan(at(300) - at(100) - 2);
  expect(inked(at(410), at(800)).length).toBeGreaterThan(at(800) - at(410) - 2);
});

it('says no loss where the one that was logged last is none', () => {
  const { chart, theme, frame } = chartOf(100, 'step', true);
  const loss = (step: number) => drawLineEnd(chart, step, frame, theme)?.current?.step;
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
  const { chart, theme, frame } = chartOf(100, 'step');
  expect(drawLineEnd(chart, 0, frame, theme)).toBeUndefined();
});
