import type { PathCommand } from 'fontkit';
import { describe, expect, it } from 'vitest';
import { rasterizePath } from '../../../../integrations/embedding-animation/rendering/raster/coverage.ts';
import {
  flattenGlyph,
  glyphPathData,
  type PlacedGlyph,
} from '../../../../integrations/embedding-animation/rendering/text/glyph-outlines.ts';

const boxOf = (side: number) => ({ x: 0, y: 0, width: side, height: side });

describe('flattenGlyph', () => {
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
    rasterizePath(flattenGlyph(glyph), boxOf(20)).reduce((sum, share) => sum + share, 0);

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
    expect(flattenGlyph(glyph)).toEqual([triangle, triangle]);
    expect(glyphPathData(glyph)).toBe('M5 6L7 6L7 5ZM5 6L7 6L7 5Z');
    expect(flattenGlyph({ ...glyph, commands: [] })).toEqual([]);
  });
});
