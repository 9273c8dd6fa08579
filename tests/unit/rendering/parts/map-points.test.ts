import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import {
  drawOrder,
  drawPoints,
  frameExtent,
  layerGroups,
  scaleToBox,
} from '../../../../integrations/embedding-animation/rendering/parts/map-points.ts';
import { makeMarkerSprites } from '../../../../integrations/embedding-animation/rendering/raster/marker-sprites.ts';
import { seededRandom } from '../../../helpers/rendering.ts';

const matrix = (values: readonly number[]) => ({
  rows: values.length / 2,
  cols: 2,
  data: Float64Array.from(values),
});

const blank = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height),
});

describe('frameExtent', () => {
  it('holds all points of all frames', () => {
    expect(frameExtent([matrix([0, 1, 2, 3]), matrix([-4, 5, 1, 1])])).toEqual({ x: [-4, 2], y: [1, 5] });
  });

  it('does not let one far point shrink all others', () => {
    const random = seededRandom(1);
    const values = Array.from({ length: 4000 }, () => random());
    const { x } = frameExtent([matrix([...values, 1000, 0.5])]);
    expect(x[1]).toBeLessThan(1.3);
    expect(x[0]).toBeGreaterThanOrEqual(0);
  });

  it('is never empty', () => {
    expect(frameExtent([matrix([2, 3, 2, 3, 2, 3])])).toEqual({ x: [1.5, 2.5], y: [2.5, 3.5] });
    expect(frameExtent([])).toEqual({ x: [-0.5, 0.5], y: [-0.5, 0.5] });
  });
});

describe('scaleToBox', () => {
  const box = { x: 0, y: 0, width: 400, height: 200 };
  const extent = { x: [-1, 1], y: [-1, 1] } as const;

  it('has as many px a unit across as up, y upwards, the middle in the middle', () => {
    const { x, y } = scaleToBox({ points: matrix([0, 0, 0.5, 0, 0, 0.5]), extent }, box, 10);
    expect([...x]).toEqual([200, 245, 200]);
    expect([...y]).toEqual([100, 100, 55]);
  });

  it('puts what lies outside the extent on its edge', () => {
    const { x, y } = scaleToBox({ points: matrix([50, -50]), extent }, box, 10);
    expect([x[0], y[0]]).toEqual([290, 190]);
  });
});

describe('drawPoints', () => {
  const styles = ['#ff0000', '#00ff00', '#0000ff'].map((colour) => ({ colour, marker: 'disc' }) as const);
  const sprites = new Map([['disc', makeMarkerSprites('disc', 3, 1)]] as const);
  const look = { styles, sprites, ground: '#ffffff' };

  it('paints a class in its colour, and a halo of the ground around it', () => {
    const canvas = blank(30, 30);
    drawPoints(
      canvas,
      { x: 5, y: 5, width: 20, height: 20 },
      { x: Float64Array.of(10.5), y: Float64Array.of(10.5) },
      Int32Array.of(2),
      look,
    );
    const at = (x: number, y: number): number[] => Array.from(canvas.data.subarray(3 * (30 * y + x), 3 * (30 * y + x) + 3)); // prettier-ignore
    expect(at(15, 15)).toEqual([0, 0, 255]);
    expect(Math.min(...at(15 + 3, 15 + 1))).toBeGreaterThan(100);
    expect(at(15 + 6, 15)).toEqual([0, 0, 0]);
  });

  it('paints chosen rows above all others, the first of them last', () => {
    const place = (): Float64Array => Float64Array.from({ length: 50 }, () => 10.5);
    const labels = Int32Array.from({ length: 50 }, (_, i) => i % 3);
    for (const [above, expected] of [
      [[4], [0, 255, 0]],
      [
        [2, 4],
        [0, 0, 255],
      ],
    ] as const) {
      const canvas = blank(20, 20);
      drawPoints(
        canvas,
        { x: 0, y: 0, width: 20, height: 20 },
        { x: place(), y: place() },
        labels,
        look,
        above,
      );
      expect([...canvas.data.subarray(3 * (20 * 10 + 10), 3 * (20 * 10 + 10) + 3)]).toEqual(expected);
    }
  });

  it('lets no class always lie on top', () => {
    const random = seededRandom(2);
    const count = 240;
    const canvas = blank(60, 60);
    const place = (): Float64Array => Float64Array.from({ length: count }, () => 5 + 50 * random());
    const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
    drawPoints(canvas, { x: 0, y: 0, width: 60, height: 60 }, { x: place(), y: place() }, labels, look);
    const shares = [0, 1, 2].map((channel) => {
      const pure = canvas.data.filter((value, i) => i % 3 === channel && value === 255);
      return pure.length;
    });
    expect(Math.min(...shares) / Math.max(...shares)).toBeGreaterThan(0.7);
  });

  it('paints every point once, in the same order each time', () => {
    const labels = Int32Array.from({ length: 500 }, (_, i) => (i * 7) % 4);
    const groups = [...layerGroups(labels)];
    expect(groups.flat().sort((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    for (const group of groups) expect(new Set(group.map((row) => labels[row])).size).toBe(1);
    expect([...layerGroups(labels)]).toEqual(groups);
    expect([...layerGroups(new Int32Array(0))]).toEqual([]);
  });
});

describe('drawOrder', () => {
  it('holds every index once, in the same order each time, and not as they came', () => {
    const order = drawOrder(1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(order).toEqual(drawOrder(1000));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  });
});
