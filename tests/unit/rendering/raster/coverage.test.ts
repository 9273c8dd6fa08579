import { describe, expect, it } from 'vitest';
import { rasterizeSvg } from '../../../../integrations/embedding-animation/images/index.ts';
import {
  rasterizePath,
  rasterizeStrokes,
} from '../../../../integrations/embedding-animation/rendering/raster/coverage.ts';
import type { Box, Vertex } from '../../../../integrations/embedding-animation/rendering/raster/geometry.ts';
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

describe('rasterizeStrokes', () => {
  /** As a square's pixels from (0, 0). */
  const strokes = (
    lines: readonly (readonly Vertex[])[],
    width: number,
    side: number,
    clip: Box = boxOf(side),
  ): number[] => {
    const { box, data } = rasterizeStrokes(lines, width, clip);
    return Array.from({ length: side * side }, (_, pixel) => {
      const [x, y] = [(pixel % side) - box.x, Math.floor(pixel / side) - box.y];
      return x >= 0 && x < box.width && y >= 0 && y < box.height ? data[y * box.width + x]! : 0;
    });
  };

  it('covers along rows and columns what a band of the width covers', () => {
    const row = [[-9, 1.5], [9, 1.5]] as const; // prettier-ignore
    expect(strokes([row], 1, 3)).toEqual([0, 0, 0, 255, 255, 255, 0, 0, 0]);
    expect(strokes([row], 2, 3)).toEqual([128, 128, 128, 255, 255, 255, 128, 128, 128]);
    expect(strokes([row], 0.5, 3)).toEqual([0, 0, 0, 128, 128, 128, 0, 0, 0]);
    const column = row.map(([x, y]): Vertex => [y, x]);
    expect(strokes([column], 2, 3)).toEqual([128, 255, 128, 128, 255, 128, 128, 255, 128]);
  });

  it('draws a line of one vertex as a dot, and nothing for nothing', () => {
    const dot = strokes([[[10, 10]]], 6, 20);
    expect(sum(dot) / 255).toBeCloseTo(Math.PI * 9, 0);
    expect(strokes([[[10, 10], [10, 10]]], 6, 20)).toEqual(dot); // prettier-ignore
    expect(sum(strokes([], 6, 20))).toBe(0);
    expect(sum(strokes([[]], 6, 20))).toBe(0);
  });

  it('is the same whichever way a line goes, and in parts as a whole', () => {
    const random = seededRandom(4);
    const line = Array.from({ length: 30 }, (_, i): Vertex => [2 + i, 4 + 24 * random()]);
    const whole = strokes([line], 2.5, 32);
    expect(strokes([line.toReversed()], 2.5, 32)).toEqual(whole);
    expect(strokes([line.slice(0, 12), line.slice(11)], 2.5, 32)).toEqual(whole);
    const clip = { x: 13, y: 5, width: 9, height: 20 };
    const inside = (pixel: number): boolean =>
      pixel % 32 >= 13 && pixel % 32 < 22 && Math.floor(pixel / 32) >= 5 && Math.floor(pixel / 32) < 25;
    const expected = whole.map((value, pixel) => (inside(pixel) ? value : 0));
    expect(strokes([line], 2.5, 32, clip)).toEqual(expected);
  });

  it.each([1.5, 3.5])('looks as librsvg draws a line %f px wide', async (width) => {
    const random = seededRandom(6);
    const line = Array.from({ length: 12 }, (_, i): Vertex => [8 + 7 * i, 20 + 60 * random()]);
    const drawn = await rasterizeSvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><path d="M${line.map(([x, y]) => `${x} ${y}`).join('L')}" fill="none" stroke="#000000" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/></svg>`,
      { width: 100, height: 100, background: '#ffffff' },
    );
    const ours = strokes([line], width, 100);
    const theirs = ours.map((_, pixel) => 255 - drawn.data[3 * pixel]!);
    const differences = ours.map((value, pixel) => Math.abs(value - theirs[pixel]!));
    expect(Math.max(...differences)).toBeLessThan(80); // in the notch of a sharp bend
    expect(Math.abs(sum(ours) / sum(theirs) - 1)).toBeLessThan(0.01);
  });
});

function isInside(vertices: readonly Vertex[], x: number, y: number): boolean {
  return vertices.reduce((inside, [x0, y0], i) => {
    const [x1, y1] = vertices[(i + 1) % vertices.length]!;
    const crosses = y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
    return crosses ? !inside : inside;
  }, false);
}
