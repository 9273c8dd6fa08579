import { describe, expect, it } from 'vitest';
import { frameExtent } from '../../../integrations/embedding-animation/rendering/extent.ts';
import { placeNumbers } from '../../../integrations/embedding-animation/rendering/parts/label-placement.ts';
import { layOutFrame, type Box } from '../../../integrations/embedding-animation/rendering/layout.ts';
import { projectPoints } from '../../../integrations/embedding-animation/rendering/parts/map-plot.ts';
import { markerPath } from '../../../integrations/embedding-animation/rendering/raster/marker-shapes.ts';
import { shuffledIndices } from '../../../integrations/embedding-animation/rendering/shuffle.ts';
import { seededRandom } from '../../helpers/rendering.ts';

const matrix = (values: readonly number[]) => ({
  rows: values.length / 2,
  cols: 2,
  data: Float64Array.from(values),
});

describe('layOutFrame', () => {
  const sizes: [number, number][] = [
    [1200, 800],
    [640, 480],
    [1920, 1080],
    [800, 1200],
    [900, 900],
    [1080, 1920],
    [2400, 900],
  ];
  it.each(sizes)('keeps all parts of a %i × %i frame inside and apart', (width, height) => {
    for (const outliers of [0, 3, 10]) {
      for (const hasLosses of [true, false]) {
        for (const legendRows of [1, 3]) {
          const parts = layOutFrame({ width, height, outliers, hasLosses, legendRows });
          const { header, map, legend, leaderboard, losses, progress } = parts;
          const boxes = [header, map, legend, leaderboard, losses, progress].filter(
            (box) => box !== undefined,
          );
          for (const box of boxes) {
            expect(box.x).toBeGreaterThanOrEqual(0);
            expect(box.y).toBeGreaterThanOrEqual(0);
            expect(box.x + box.width).toBeLessThanOrEqual(width);
            expect(box.y + box.height).toBeLessThanOrEqual(height);
          }
          boxes.forEach((a, i) => {
            for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false);
          });
          expect(Math.min(map.width, map.height)).toBeGreaterThan(0.3 * Math.min(width, height));
        }
      }
    }
  });
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

describe('projectPoints', () => {
  const box = { x: 0, y: 0, width: 400, height: 200 };
  const extent = { x: [-1, 1], y: [-1, 1] } as const;

  it('has as many px a unit across as up, y upwards, the middle in the middle', () => {
    const { x, y } = projectPoints({ points: matrix([0, 0, 0.5, 0, 0, 0.5]), extent }, box, 10);
    expect([...x]).toEqual([200, 245, 200]);
    expect([...y]).toEqual([100, 100, 55]);
  });

  it('puts what lies outside the extent on its edge', () => {
    const { x, y } = projectPoints({ points: matrix([50, -50]), extent }, box, 10);
    expect([x[0], y[0]]).toEqual([290, 190]);
  });
});

describe('placeNumbers', () => {
  const space = { size: 20, ring: 10, width: 300, height: 300 };
  const measure = (text: string): number => 12 * text.length;

  it('covers neither a ring nor another number, and stays inside', () => {
    const random = seededRandom(3);
    const points = Array.from({ length: 10 }, (_, i) => ({
      x: 300 * random(),
      y: 300 * random(),
      rank: i + 1,
    }));
    const boxes = placeNumbers(points, space, measure).map(({ text, x, y }) => {
      const width = measure(text);
      return { x: x - width / 2, y: y - 14.5, width, height: 14.5 };
    });
    const rings = points.map(({ x, y }) => ({ x: x - 10, y: y - 10, width: 20, height: 20 }));
    expect(boxes.length).toBeGreaterThan(7);
    boxes.forEach((box, i) => {
      for (const other of [...rings, ...boxes.slice(i + 1)]) expect(overlap(box, other)).toBe(false);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(300);
    });
  });

  it('goes to the right of a ring that stands alone', () => {
    const [number] = placeNumbers([{ x: 100, y: 100, rank: 1 }], space, measure);
    expect(number!.x).toBeGreaterThan(110);
    expect(number!.y).toBeCloseTo(100 + 0.727 * 10, 6);
  });

  it('leaves a number out rather than cover another', () => {
    const points = Array.from({ length: 10 }, (_, i) => ({ x: 20, y: 20, rank: i + 1 }));
    const tight = { ...space, width: 60, height: 60 };
    expect(placeNumbers(points, tight, measure).length).toBeLessThan(10);
  });
});

describe('markerPath', () => {
  it.each(['square', 'triangle', 'diamond', 'cross', 'triangle-down', 'star', 'times'] as const)(
    'gives a %s the area of the disc',
    (marker) => {
      const corners = [...markerPath(marker, 50, 50, 10).matchAll(/([\d.]+) ([\d.]+)/g)].map(
        ([, x, y]) => [Number(x), Number(y)] as const,
      );
      const twice = corners.reduce((sum, [x, y], i) => {
        const [nextX, nextY] = corners[(i + 1) % corners.length]!;
        return sum + x * nextY - nextX * y;
      }, 0);
      expect(Math.abs(twice) / 2 / (Math.PI * 100)).toBeCloseTo(1, 2);
    },
  );
});

describe('shuffledIndices', () => {
  it('holds every index once, in the same order each time, and not as they came', () => {
    const order = shuffledIndices(1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(order).toEqual(shuffledIndices(1000));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  });
});

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
