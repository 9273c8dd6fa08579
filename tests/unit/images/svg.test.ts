import { describe, expect, it } from 'vitest';
import { openSvgDrawer, rasterizeSvg } from '../../../integrations/embedding-animation/images/index.ts';
import { catchError } from '../../helpers/catch-error.ts';

const options = { width: 96, height: 96, background: '#ffffff' };

function draw(body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96">${body}</svg>`;
}

/** Lines that cross each other: drawing them takes time that grows with the square of their number. */
function crossing(lines: number): string {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((96 * state) / 2 ** 32);
  };
  return `M0 0${Array.from({ length: lines }, () => `L${next()} ${next()}`).join('')}`;
}

describe('openSvgDrawer', () => {
  it('draws the same in its process as in this one', async () => {
    const drawer = openSvgDrawer();
    const drawings = [
      draw('<circle cx="48" cy="48" r="40" fill="#369"/>'),
      draw('<defs><circle id="a" cx="48" cy="48" r="40"/></defs><use href="#a" fill="#369"/>'),
      draw(`<path fill="#a00" d="${crossing(1500)}"/>`),
    ];
    const drawn = await Promise.all(drawings.map((svg) => drawer.draw(svg, options)));
    expect(drawn).toEqual(await Promise.all(drawings.map((svg) => rasterizeSvg(svg, options))));
  });

  it('ends a drawing that takes too long, and goes on with the next', async () => {
    const drawer = openSvgDrawer({ limitMs: 5000 });
    const slow = draw(`<path d="${crossing(60_000)}"/>`);
    const [first, second] = [drawer.draw(slow, options), drawer.draw(draw('<use href="#a"/>'), options)];
    const error = await catchError('ImageUnreadable', () => first);
    expect(error.problem).toBe('the drawing was not finished within 5 seconds');
    expect(error.cause).toMatchObject({ code: 'ETIMEDOUT' }); // it is no finding about the drawing
    expect((await second).width).toBe(96);
  });

  it('refuses what is no drawing, in its process as in this one', async () => {
    const drawer = openSvgDrawer();
    for (const svg of ['<svg', '<svg href="#a">'])
      await catchError('ImageUnreadable', () => drawer.draw(svg, options));
  });

  it('refuses a million segments at once', async () => {
    const started = Date.now();
    const error = await catchError('ImageUnreadable', () =>
      openSvgDrawer().draw(draw(`<path d="M0 0${'L9 1L1 9'.repeat(500_000)}"/>`), options),
    );
    expect(error.problem).toMatch(/^the drawing has \d+ bytes of SVG; at most 524288 are drawn$/);
    expect(Date.now() - started).toBeLessThan(1000);
  });
});
