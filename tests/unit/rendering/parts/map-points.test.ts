import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../integrations/embedding-animation/contracts.ts';
import {
  drawOrder,
  drawPoints,
  fadeDistrusted,
  layerGroups,
} from '../../../../integrations/embedding-animation/rendering/parts/map-points.ts';
import { makeMarkerSprites } from '../../../../integrations/embedding-animation/rendering/raster/marker-sprites.ts';
import { seededRandom } from '../../../helpers/rendering.ts';

const blank = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height),
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
      { positions: { x: Float64Array.of(10.5), y: Float64Array.of(10.5) }, labels: Int32Array.of(2) },
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
        { positions: { x: place(), y: place() }, labels, above },
        look,
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
    const box = { x: 0, y: 0, width: 60, height: 60 };
    drawPoints(canvas, box, { positions: { x: place(), y: place() }, labels }, look);
    const shares = [0, 1, 2].map((channel) => {
      const pure = canvas.data.filter((value, i) => i % 3 === channel && value === 255);
      return pure.length;
    });
    expect(Math.min(...shares) / Math.max(...shares)).toBeGreaterThan(0.7);
  });

  it('lets the ground show through faint points, and through their halos, but not through those above', () => {
    const paint = (opacities?: Uint8Array, above: readonly number[] = []): number[][] => {
      const canvas = blank(30, 30);
      canvas.data.fill(100);
      const positions = { x: Float64Array.of(10.5), y: Float64Array.of(10.5) };
      const drawn = { positions, labels: Int32Array.of(2), opacities, above };
      drawPoints(canvas, { x: 5, y: 5, width: 20, height: 20 }, drawn, look);
      return [15, 19].map((x) => Array.from(canvas.data.subarray(3 * (30 * 15 + x), 3 * (30 * 15 + x) + 3)));
    };
    const [opaque, faint] = [paint(), paint(Uint8Array.of(64))];
    expect(opaque[0]).toEqual([0, 0, 255]);
    expect(faint[0]).toEqual([75, 75, 139]); // a quarter of blue over 100
    expect(opaque[1]![0]).toBeGreaterThan(faint[1]![0]!);
    expect(faint[1]![0]).toBeGreaterThan(100);
    expect(paint(Uint8Array.of(255))).toEqual(opaque);
    expect(paint(Uint8Array.of(64), [0])[0]).toEqual([0, 0, 255]);
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

describe('fadeDistrusted', () => {
  it('is a quarter where no neighbour is true, rises with them, and is all from half of them on', () => {
    const opacities = fadeDistrusted(Uint8Array.of(0, 1, 3, 5, 10), 10);
    expect([...opacities]).toEqual([64, 102, 179, 255, 255]);
  });

  it('has no neighbours to count in a set of one image', () => {
    expect([...fadeDistrusted(Uint8Array.of(0), 0)]).toEqual([64]);
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
