import { describe, expect, it } from 'vitest';
import { rasterizePath } from '../../../../integrations/embedding-animation/rendering/raster/coverage.ts';
import type { Vertex } from '../../../../integrations/embedding-animation/rendering/raster/geometry.ts';
import {
  markerPath,
  markerPolygon,
  MARKERS,
} from '../../../../integrations/embedding-animation/rendering/raster/marker-shapes.ts';
import { seededRandom } from '../../../helpers/rendering.ts';

const sum = (values: Iterable<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const move = (vertices: readonly Vertex[], x: number, y: number): Vertex[] =>
  vertices.map(([dx, dy]) => [x + dx, y + dy]);
const HOLLOW = MARKERS.filter((marker) => markerPath(marker, 1).length > 1);
const SOLID = MARKERS.filter(
  (marker): marker is Parameters<typeof markerPolygon>[0] => !HOLLOW.includes(marker),
);
const cover = (polygon: readonly Vertex[], width: number, height: number): Float64Array =>
  rasterizePath([polygon], { x: 0, y: 0, width, height });
const square = (x: number, y: number, side: number): Vertex[] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const boxOf = (side: number) => ({ x: 0, y: 0, width: side, height: side });

describe('rasterizePath of a polygon', () => {
  it('gives each pixel the share that a rectangle covers', () => {
    const vertices = [[0.5, 1], [2.25, 1], [2.25, 2.5], [0.5, 2.5]] as const; // prettier-ignore
    expect([...cover(vertices, 3, 4)]).toEqual([0, 0, 0, 0.5, 1, 0.25, 0.25, 0.5, 0.125, 0, 0, 0]);
  });

  it('halves a pixel along its diagonal', () => {
    expect([...cover([[0, 0], [1, 0], [0, 1]], 1, 1)]).toEqual([0.5]); // prettier-ignore
  });

  it.each(SOLID)('sums to the area of a %s, wherever it lies and whichever way it turns', (marker) => {
    const random = seededRandom(5);
    for (let i = 0; i < 40; i++) {
      const radius = 1 + 6 * random();
      const vertices = move(markerPolygon(marker, radius), 12 + random(), 12 + random());
      for (const turned of [vertices, vertices.toReversed()]) {
        expect(sum(cover(turned, 25, 25))).toBeCloseTo(Math.PI * radius ** 2, 6);
      }
    }
  });

  it('agrees with counting points of a fine grid', () => {
    const vertices = move(markerPolygon('triangle', 4), 6.3, 5.9);
    const fine = 40;
    const covered = cover(vertices, 12, 12);
    for (const [column, row] of [
      [3, 7],
      [6, 1],
      [6, 4],
      [9, 8],
      [4, 6],
    ] as const) {
      // prettier-ignore
      let inside = 0;
      for (let i = 0; i < fine * fine; i++) {
        const [x, y] = [column + ((i % fine) + 0.5) / fine, row + (Math.floor(i / fine) + 0.5) / fine];
        if (isInside(vertices, x, y)) inside++;
      }
      expect(covered[row * 12 + column]).toBeCloseTo(inside / fine ** 2, 1);
    }
  });
});

describe('rasterizePath', () => {
  it('leaves out a hole, and counts twice what is covered twice only once', () => {
    const hole = square(1, 1, 1).reverse();
    expect([...rasterizePath([square(0, 0, 3), hole], boxOf(3))]).toEqual([1, 1, 1, 1, 0, 1, 1, 1, 1]);
    expect([...rasterizePath([square(0, 0, 2), square(1, 0, 1)], boxOf(2))]).toEqual([1, 1, 1, 1]);
    expect([...rasterizePath([], boxOf(1))]).toEqual([0]);
  });
});

function isInside(vertices: readonly Vertex[], x: number, y: number): boolean {
  return vertices.reduce((inside, [x0, y0], i) => {
    const [x1, y1] = vertices[(i + 1) % vertices.length]!;
    const crosses = y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
    return crosses ? !inside : inside;
  }, false);
}
