import { describe, expect, it } from 'vitest';
import {
  markerPath,
  MARKERS,
  markerPathData,
  markerSymbol,
  SYMBOL,
} from '../../../../integrations/embedding-animation/rendering/raster/marker-shapes.ts';

describe('markerPathData', () => {
  it.each(['square', 'triangle', 'diamond', 'cross', 'triangle-down', 'star', 'times'] as const)(
    'gives a %s the area of the disc',
    (marker) => {
      const corners = [...markerPathData(marker, 50, 50, 10).matchAll(/([\d.]+) ([\d.]+)/g)].map(
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

describe('markerSymbol', () => {
  it.each(MARKERS)('gives pages the path of a %s, within its square', (marker) => {
    const path = markerSymbol(marker);
    expect(path).toMatch(/^M[-\d. LaMZ]+Z$/);
    const reach = Math.max(...markerPath(marker, SYMBOL.radius).flat(2).map(Math.abs));
    expect(reach).toBeLessThanOrEqual(SYMBOL.reach);
  });
});
