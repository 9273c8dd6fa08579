import { describe, expect, it } from 'vitest';
import {
  fitExtent,
  frameExtent,
  placeInView,
  placePoints,
} from '../../../../integrations/embedding-animation/rendering/parts/map-extent.ts';
import { seededRandom } from '../../../helpers/rendering.ts';

const matrix = (values: readonly number[]) => ({
  rows: values.length / 2,
  cols: 2,
  data: Float64Array.from(values),
});

/** Points evenly in a square around (0, 0). */
const square = (count: number, side: number, seed = 1) => {
  const random = seededRandom(seed);
  return Array.from({ length: 2 * count }, () => side * (random() - 0.5));
};

describe('frameExtent', () => {
  it('holds all points of small frames', () => {
    expect(frameExtent([matrix([0, 1, 2, 3]), matrix([-4, 5, 1, 1])])).toEqual({ x: [-4, 2], y: [1, 5] });
  });

  it('does not let a few far points shrink all others', () => {
    const { x, y } = frameExtent([matrix([...square(4000, 1), 1000, 0.5, -0.5, -1000])]);
    expect(x[1] - x[0]).toBeLessThan(1);
    expect(y[1] - y[0]).toBeLessThan(1);
    expect(x[1] - x[0]).toBeGreaterThan(0.98);
  });

  it('holds most of every frame, however small all others are', () => {
    const large = square(1000, 10);
    const { x } = frameExtent([...Array.from({ length: 99 }, () => matrix(square(1000, 1))), matrix(large)]);
    const outside = large.filter((value, i) => i % 2 === 0 && (value < x[0] || value > x[1]));
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.length).toBeLessThanOrEqual(20);
  });

  it('holds a group that lies apart in all frames, though it is a hundredth of the points', () => {
    const apart = Array.from({ length: 10 }, () => [4, 0]).flat();
    expect(frameExtent(Array.from({ length: 5 }, () => matrix([...square(990, 1), ...apart]))).x[1]).toBe(4);
  });

  it('is never empty', () => {
    expect(frameExtent([matrix([2, 3, 2, 3, 2, 3])])).toEqual({ x: [1.5, 2.5], y: [2.5, 3.5] });
    expect(frameExtent([])).toEqual({ x: [-0.5, 0.5], y: [-0.5, 0.5] });
    const nearlyEqual = frameExtent([matrix([...Array.from({ length: 2000 }, () => 1), 5, 5])]);
    expect(nearlyEqual).toEqual({ x: [1, 5], y: [1, 5] });
  });
});

describe('a view', () => {
  const box = { x: 0, y: 0, width: 400, height: 200 };
  const view = fitExtent({ x: [-1, 1], y: [-1, 1] }, box, 10, 4);

  it('has as many px a unit across as up, y upwards, the middle in the middle', () => {
    const { x, y } = placeInView(matrix([0, 0, 0.5, 0, 0, 0.5]), view);
    expect([...x]).toEqual([200, 245, 200]);
    expect([...y]).toEqual([100, 100, 55]);
  });

  it('shows what lies outside the extent where it is, as far as the panel reaches', () => {
    const { x, y } = placeInView(matrix([1.5, 1.05]), view);
    expect([x[0], y[0]]).toEqual([335, 5.5]);
  });

  it('puts what lies outside the panel on its edge', () => {
    const { x, y } = placeInView(matrix([50, -50]), view);
    expect([x[0], y[0]]).toEqual([396, 196]);
  });
});

describe('placePoints', () => {
  const input = { points: matrix([0, 1, 1, 0]), extent: { x: [0, 1], y: [0, 1] } as const };
  const layout = { map: { x: 30, y: 30, width: 300, height: 300 }, unit: 1 };

  it('fills the panel with the extent, but for an inset', () => {
    const { x, y } = placePoints(input, layout);
    expect([...x]).toEqual([20, 280]);
    expect([...y]).toEqual([20, 280]);
  });

  it('takes the circle of a class map instead', () => {
    const { x, y } = placePoints(input, layout, { x: 150, y: 160, radius: 100 });
    expect([...x]).toEqual([150, 250]);
    expect([...y]).toEqual([60, 160]);
  });
});
