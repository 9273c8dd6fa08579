import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import { rasterizeSvg } from '../../../../integrations/embedding-animation/images/index.ts';
import { glyphPathData } from '../../../../integrations/embedding-animation/rendering/text/glyph-outlines.ts';
import {
  drawTexts,
  typeset,
} from '../../../../integrations/embedding-animation/rendering/text/placed-text.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';

const typesetter = openTypesetter();
const white = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(255),
});

describe('drawTexts', () => {
  it.each(['Strongest 0.123', 'שלום & مرحبا', '❤️ %'])(
    'looks as librsvg draws the outlines of %s',
    async (text) => {
      const place = { text, x: 100, y: 22.3, size: 25, fill: '#1b1d21', anchor: 'middle' } as const;
      const lines = typeset({ x: 7, y: 3, width: 0, height: 0 }, [place], typesetter);
      const picture = white(220, 40);
      drawTexts(picture, lines);
      const { width, glyphs } = typesetter.layOut(text, { size: 25, weight: 400 });
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="220" height="40"><path d="${glyphs.map(glyphPathData).join('')}" fill="#1b1d21" transform="translate(${107 - width / 2} 25.3)"/></svg>`;
      const drawn = await rasterizeSvg(svg, { width: 220, height: 40, background: '#ffffff' });
      const most = drawn.data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - picture.data[i]!)),
        0,
      );
      expect(most).toBeLessThan(24);
      expect(picture.data.some((value) => value < 60)).toBe(true);
    },
  );

  it('says where the lines are, and sets none of nothing', () => {
    const line = { x: 50, y: 20, size: 10, fill: '#000000', anchor: 'end' } as const;
    const texts = ['ab', ''].map((text) => ({ ...line, text }));
    const [set, ...rest] = typeset({ x: 5, y: 6, width: 0, height: 0 }, texts, typesetter);
    expect(rest).toEqual([]);
    expect(set!.box.x + set!.box.width).toBeCloseTo(55, 9);
    expect(set!.box).toMatchObject({ text: 'ab', size: 10, missing: 0 });
    expect(set!.box.y).toBeCloseTo(26 - 7.27, 9);
  });
});
