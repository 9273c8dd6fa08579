import { describe, expect, it } from 'vitest';
import { layOutFrame } from '../../../integrations/embedding-animation/rendering/layout.ts';
import type { Box } from '../../../integrations/embedding-animation/rendering/raster/geometry.ts';

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

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
