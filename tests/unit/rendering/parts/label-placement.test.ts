import { describe, expect, it } from 'vitest';
import { placeLabels } from '../../../../integrations/embedding-animation/rendering/parts/label-placement.ts';
import type { Box } from '../../../../integrations/embedding-animation/rendering/raster/geometry.ts';
import { seededRandom } from '../../../helpers/rendering.ts';

describe('placeLabels', () => {
  const space = { size: 20, ring: 10, width: 300, height: 300 };
  const measure = (text: string): number => 12 * text.length;

  it('covers neither a ring nor another number, and stays inside', () => {
    const random = seededRandom(3);
    const points = Array.from({ length: 10 }, (_, i) => ({
      x: 300 * random(),
      y: 300 * random(),
      text: String(i + 1),
    }));
    const boxes = placeLabels(points, space, measure).map(({ text, x, y }) => {
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
    const [number] = placeLabels([{ x: 100, y: 100, text: '1' }], space, measure);
    expect(number!.x).toBeGreaterThan(110);
    expect(number!.y).toBeCloseTo(100 + 0.727 * 10, 6);
  });

  it('leaves a number out rather than cover another', () => {
    const points = Array.from({ length: 10 }, (_, i) => ({ x: 20, y: 20, text: String(i + 1) }));
    const tight = { ...space, width: 60, height: 60 };
    expect(placeLabels(points, tight, measure).length).toBeLessThan(10);
  });
});

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
