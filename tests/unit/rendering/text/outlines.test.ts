import type { PathCommand } from 'fontkit';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import { rasterizeSvg } from '../../../../integrations/embedding-animation/images/index.ts';
import { stain } from '../../../../integrations/embedding-animation/rendering/raster/pixels.ts';
import {
  coverShape,
  type Corner,
} from '../../../../integrations/embedding-animation/rendering/raster/coverage.ts';
import {
  pathOfGlyph,
  shapeOfGlyph,
  type PlacedGlyph,
} from '../../../../integrations/embedding-animation/rendering/text/glyphs.ts';
import { paintLines, setLines } from '../../../../integrations/embedding-animation/rendering/text/lines.ts';
import { openTypesetter } from '../../../../integrations/embedding-animation/rendering/text/typesetter.ts';

const typesetter = openTypesetter();
const square = (x: number, y: number, side: number): Corner[] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const white = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(255),
});
const boxOf = (side: number) => ({ x: 0, y: 0, width: side, height: side });

describe('coverShape', () => {
  it('leaves out a hole, and counts twice what is covered twice only once', () => {
    const hole = square(1, 1, 1).reverse();
    expect([...coverShape([square(0, 0, 3), hole], boxOf(3))]).toEqual([1, 1, 1, 1, 0, 1, 1, 1, 1]);
    expect([...coverShape([square(0, 0, 2), square(1, 0, 1)], boxOf(2))]).toEqual([1, 1, 1, 1]);
    expect([...coverShape([], boxOf(1))]).toEqual([0]);
  });
});

describe('shapeOfGlyph', () => {
  const k = 0.5522847498; // the usual circle of four cubic curves
  const circle = [
    { command: 'moveTo', args: [1, 0] },
    { command: 'bezierCurveTo', args: [1, k, k, 1, 0, 1] },
    { command: 'bezierCurveTo', args: [-k, 1, -1, k, -1, 0] },
    { command: 'bezierCurveTo', args: [-1, -k, -k, -1, 0, -1] },
    { command: 'bezierCurveTo', args: [k, -1, 1, -k, 1, 0] },
    { command: 'closePath', args: [] },
  ] satisfies PathCommand[];
  const arch = [
    { command: 'moveTo', args: [0, 0] },
    { command: 'quadraticCurveTo', args: [1, 2, 2, 0] },
    { command: 'closePath', args: [] },
  ] satisfies PathCommand[];
  const areaOf = (glyph: PlacedGlyph): number =>
    coverShape(shapeOfGlyph(glyph), boxOf(20)).reduce((sum, share) => sum + share, 0);

  it('keeps the area of curves', () => {
    const round = areaOf({ commands: circle, x: 10, y: 10, scale: 10 });
    expect(Math.abs(round / (100 * Math.PI) - 1)).toBeLessThan(0.005);
    const segment = areaOf({ commands: arch, x: 0, y: 20, scale: 10 });
    expect(Math.abs(segment / (400 / 3) - 1)).toBeLessThan(0.005); // a parabola's: 2/3 of its box
  });

  it('puts the glyph at its place and turns it upside down', () => {
    const commands = [
      { command: 'moveTo', args: [0, 0] },
      { command: 'lineTo', args: [4, 0] },
      { command: 'lineTo', args: [4, 2] },
      { command: 'closePath', args: [] },
    ] satisfies PathCommand[];
    const glyph = { commands: [...commands, ...commands], x: 5, y: 6, scale: 0.5 };
    const triangle = [[5, 6], [7, 6], [7, 5]]; // prettier-ignore
    expect(shapeOfGlyph(glyph)).toEqual([triangle, triangle]);
    expect(pathOfGlyph(glyph)).toBe('M5 6L7 6L7 5ZM5 6L7 6L7 5Z');
    expect(shapeOfGlyph({ ...glyph, commands: [] })).toEqual([]);
  });
});

describe('stain', () => {
  it('mixes by coverage and leaves out what lies outside', () => {
    const canvas = white(2, 2);
    stain(canvas, [[square(0, 0, 3)]], [0, 100, 200], 0.5, -1);
    const [half, whole] = [[127, 177, 227], [0, 100, 200]]; // prettier-ignore
    expect([...canvas.data]).toEqual([...half, ...whole, ...half, ...whole]);
    stain(canvas, [], [0, 0, 0], 0, 0);
    stain(canvas, [[square(0, 0, 3)]], [0, 0, 0], 40, -40);
    expect([...canvas.data]).toEqual([...half, ...whole, ...half, ...whole]);
  });
});

describe('paintLines', () => {
  it.each(['Strongest 0.123', 'שלום & مرحبا', '❤️ %'])(
    'looks as librsvg draws the outlines of %s',
    async (text) => {
      const place = { text, x: 100, y: 22.3, size: 25, fill: '#1b1d21', anchor: 'middle' } as const;
      const lines = setLines({ x: 7, y: 3, width: 0, height: 0 }, [place], typesetter);
      const canvas = white(220, 40);
      paintLines(canvas, lines);
      const { width, glyphs } = typesetter.layOut(text, { size: 25, weight: 400 });
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="220" height="40"><path d="${glyphs.map(pathOfGlyph).join('')}" fill="#1b1d21" transform="translate(${107 - width / 2} 25.3)"/></svg>`;
      const drawn = await rasterizeSvg(svg, { width: 220, height: 40, background: '#ffffff' });
      const most = drawn.data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - canvas.data[i]!)),
        0,
      );
      expect(most).toBeLessThan(24);
      expect(canvas.data.some((value) => value < 60)).toBe(true);
    },
  );

  it('says where the lines are, and sets none of nothing', () => {
    const line = { x: 50, y: 20, size: 10, fill: '#000000', anchor: 'end' } as const;
    const texts = ['ab', ''].map((text) => ({ ...line, text }));
    const [set, ...rest] = setLines({ x: 5, y: 6, width: 0, height: 0 }, texts, typesetter);
    expect(rest).toEqual([]);
    expect(set!.box.x + set!.box.width).toBeCloseTo(55, 9);
    expect(set!.box).toMatchObject({ text: 'ab', size: 10, missing: 0 });
    expect(set!.box.y).toBeCloseTo(26 - 7.27, 9);
  });
});
