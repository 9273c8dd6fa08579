import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../integrations/embedding-animation/contracts.ts';
import {
  decodePng,
  encodePng,
  fitIntoSquare,
  rasterizeSvg,
} from '../../../integrations/embedding-animation/images/index.ts';

const SQUARE =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path fill="#ff0000" d="M0 0h2v4h-2z"/></svg>';

/** A picture whose every pixel is different. */
function paintGradient(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256);
  return { width, height, data };
}

function pixelAt({ width, data }: RgbImage, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

describe('encodePng', () => {
  it('keeps every pixel', async () => {
    const image = paintGradient(31, 17);
    expect(await decodePng(await encodePng(image))).toEqual(image);
  });

  it('gives the same bytes each time', async () => {
    const image = paintGradient(64, 64);
    expect(await encodePng(image)).toEqual(await encodePng(image));
  });
});

describe('fitIntoSquare', () => {
  it('centres a wide image between bars of the background', async () => {
    const white: RgbImage = { width: 40, height: 20, data: new Uint8Array(40 * 20 * 3).fill(255) };
    const square = await fitIntoSquare(white, 20, '#102030');
    expect([square.width, square.height, square.data.length]).toEqual([20, 20, 1200]);
    expect(pixelAt(square, 10, 1)).toEqual([0x10, 0x20, 0x30]);
    expect(pixelAt(square, 10, 10)).toEqual([255, 255, 255]);
  });
});

describe('rasterizeSvg', () => {
  it('draws at exactly the size asked for, on the background', async () => {
    const image = await rasterizeSvg(SQUARE, { width: 96, height: 96, background: '#00ff00' });
    expect([image.width, image.height, image.data.length]).toEqual([96, 96, 96 * 96 * 3]);
    expect(pixelAt(image, 10, 50)).toEqual([255, 0, 0]);
    expect(pixelAt(image, 90, 50)).toEqual([0, 255, 0]);
  });

  it('scales as vectors: an edge stays sharp at any size', async () => {
    const image = await rasterizeSvg(SQUARE, { width: 512, height: 512, background: '#ffffff' });
    expect(pixelAt(image, 255, 256)).toEqual([255, 0, 0]);
    expect(pixelAt(image, 256, 256)).toEqual([255, 255, 255]);
  });

  it('keeps proportions and fills what is left over', async () => {
    const image = await rasterizeSvg(SQUARE, { width: 80, height: 40, background: '#0000ff' });
    expect(pixelAt(image, 5, 20)).toEqual([0, 0, 255]);
    expect(pixelAt(image, 30, 20)).toEqual([255, 0, 0]);
  });

  it('refuses what is no SVG', async () => {
    const drawing = rasterizeSvg('<svg', { width: 8, height: 8, background: '#ffffff' });
    await expect(drawing).rejects.toMatchObject({ name: 'ImageUnreadable' });
  });

  it('loads no file that an SVG refers to', async () => {
    const here = new URL(import.meta.url).href;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image href="${here}" width="8" height="8"/></svg>`;
    const image = await rasterizeSvg(svg, { width: 8, height: 8, background: '#ffffff' });
    expect(new Set(image.data)).toEqual(new Set([255]));
  });
});
