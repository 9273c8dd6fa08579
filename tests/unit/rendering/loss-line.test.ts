import { expect, it } from 'vitest';
import type { RgbImage } from '../../../integrations/embedding-animation/contracts.ts';
import { rasterizeOverlay } from '../../../integrations/embedding-animation/images/index.ts';
import { blend } from '../../../integrations/embedding-animation/rendering/canvas.ts';
import { drawLineEnd, drawWholeLine } from '../../../integrations/embedding-animation/rendering/loss-line.ts';
import { openScene } from '../../../integrations/embedding-animation/rendering/scene.ts';
import { openTypesetter } from '../../../integrations/embedding-animation/rendering/text.ts';
import { makeFrameInput, makeLosses } from '../../helpers/rendering.ts';

const typesetter = openTypesetter();
const LAST_STEP = 1000;

function chartOf(rows: number, lossAxis: 'step' | 'epoch') {
  const losses = makeLosses(rows, LAST_STEP);
  const input = makeFrameInput({ losses, lastStep: LAST_STEP, look: { lossAxis } });
  const { chart, theme } = openScene(input, typesetter);
  if (chart === undefined) throw new Error('the scene has no chart');
  return { chart, theme, frame: input.look };
}

it.each([
  [400, 10, 'step'],
  [400, 500, 'step'],
  [400, 737, 'epoch'],
  [400, 1000, 'step'],
  [12, 600, 'step'],
] as const)(
  '%i losses at step %i by %s: whole line and end look as a line drawn at once',
  async (rows, step, axis) => {
    const { chart, theme, frame } = chartOf(rows, axis);
    const end = drawLineEnd(chart, step, frame, theme)!;
    const whole = drawWholeLine(chart, frame, theme);
    const parts = blank();
    blend(parts, await rasterizeOverlay(whole.svg, whole.box), whole.box, end.box.x - whole.box.x);
    blend(parts, await rasterizeOverlay(end.svg, end.box), end.box);

    const unlike = { ...chart, whole: [] }; // nothing is known of the whole line: all of it is drawn anew
    const alone = drawLineEnd(unlike, step, frame, theme)!;
    const once = blank();
    blend(once, await rasterizeOverlay(alone.svg, alone.box), alone.box);
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

it('draws nothing before the first row', () => {
  const { chart, theme, frame } = chartOf(100, 'step');
  expect(drawLineEnd(chart, 0, frame, theme)).toBeUndefined();
});
