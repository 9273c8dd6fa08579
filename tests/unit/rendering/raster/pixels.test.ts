import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import type { Vertex } from '../../../../integrations/embedding-animation/rendering/raster/geometry.ts';
import {
  compositeImage,
  copyImage,
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

describe('compositeImage and copyImage', () => {
  it('leave alone what is transparent, replace what is not, and mix the rest', () => {
    const canvas = blank(4, 3);
    canvas.data.fill(100);
    const rgba = Uint8Array.of(0, 0, 0, 0, 200, 50, 0, 255, 200, 0, 100, 128);
    compositeImage(canvas, rgba, { x: 1, y: 2, width: 3, height: 1 });
    expect([...canvas.data.subarray(3 * 9)]).toEqual([100, 100, 100, 200, 50, 0, 150, 50, 100]);
    copyImage(canvas, { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 1, 1);
    expect([...canvas.data.subarray(3 * 4, 3 * 8)]).toEqual([100, 100, 100, 1, 2, 3, 4, 5, 6, 100, 100, 100]);
  });
});
