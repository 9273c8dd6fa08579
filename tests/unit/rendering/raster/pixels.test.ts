import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import type { Vertex } from '../../../../integrations/embedding-animation/rendering/raster/geometry.ts';
import {
  copyImage,
  fillCoverage,
  fillPaths,
} from '../../../../integrations/embedding-animation/rendering/raster/pixels.ts';

const square = (x: number, y: number, side: number): Vertex[] => [
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
const blank = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height),
});

describe('fillPaths', () => {
  it('mixes by coverage and leaves out what lies outside', () => {
    const canvas = white(2, 2);
    fillPaths(canvas, [[square(0, 0, 3)]], [0, 100, 200], 0.5, -1);
    const [half, whole] = [[127, 177, 227], [0, 100, 200]]; // prettier-ignore
    expect([...canvas.data]).toEqual([...half, ...whole, ...half, ...whole]);
    fillPaths(canvas, [], [0, 0, 0], 0, 0);
    fillPaths(canvas, [[square(0, 0, 3)]], [0, 0, 0], 40, -40);
    expect([...canvas.data]).toEqual([...half, ...whole, ...half, ...whole]);
  });
});

describe('fillCoverage and copyImage', () => {
  it('leave alone what is not covered, replace what is, and mix the rest', () => {
    const picture = blank(4, 3);
    picture.data.fill(100);
    const coverage = { box: { x: 1, y: 2, width: 3, height: 1 }, data: Uint8Array.of(0, 255, 128) };
    fillCoverage(picture, coverage, [200, 50, 0]);
    expect([...picture.data.subarray(3 * 9)]).toEqual([100, 100, 100, 200, 50, 0, 150, 75, 50]);
    copyImage(picture, { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 1, 1);
    expect([...picture.data.subarray(3 * 4, 3 * 8)]).toEqual([
      100, 100, 100, 1, 2, 3, 4, 5, 6, 100, 100, 100,
    ]);
  });

  it('fill as many columns as asked, and none outside the picture', () => {
    const picture = blank(3, 2);
    const coverage = { box: { x: -1, y: 1, width: 4, height: 4 }, data: new Uint8Array(16).fill(255) };
    fillCoverage(picture, coverage, [9, 9, 9], 3);
    expect([...picture.data]).toEqual([...new Uint8Array(9), 9, 9, 9, 9, 9, 9, 0, 0, 0]);
  });
});
