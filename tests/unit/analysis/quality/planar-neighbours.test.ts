import { describe, expect, it } from 'vitest';
import { findPlanarNeighbours } from '../../../../integrations/embedding-animation/analysis/quality/planar-neighbours.ts';
import type { Matrix } from '../../../../integrations/embedding-animation/contracts.ts';
import { createRandom, mapOf } from '../../../helpers/analysis.ts';

describe('neighbours on a map are those that measuring all pairs finds', () => {
  const random = createRandom(7);
  const spread = (count: number): number[][] => Array.from({ length: count }, () => [random(), random()]);
  it.each<[string, number[][], number]>([
    ['of scattered points', spread(700), 10],
    ['of three points', spread(3), 2],
    ['of all others', spread(40), 39],
    ['of more than a block', spread(300), 30],
    ['of a grid, where many are equally near', grid(24), 10],
    ['of a line', spread(400).map(([x]) => [x!, 3]), 6],
    ['of points on a line that are equally far apart', spread(400).map((_, i) => [0, -i]), 5],
    ['of groups of fewer than k', spread(400).map((_, i) => spot(i % 100)), 10],
    ['of groups of more than k', spread(400).map((_, i) => spot(i % 9)), 10],
    [
      'of k + 1 that coincide',
      spread(200).map((point, i) => (i % 17 === 0 && i < 187 ? [0, -0] : point)),
      10,
    ],
    ['of points that all coincide', spread(100).map(() => [1, 2]), 10],
    ['of one point far from all others', [...spread(99), [1e9, -1e9]], 4],
    ['of points far from the origin', spread(200).map(([x, y]) => [x! + 1e6, y! - 1e6]), 8],
  ])('%s', (_, rows, k) => {
    const points = mapOf(rows.flat());
    expect([...findPlanarNeighbours(points, k)]).toEqual(measureAll(points, k));
  });

  it('at once, of 10,000 points that coincide', () => {
    const points = mapOf(new Float64Array(20_000).fill(0.5));
    const nearest = findPlanarNeighbours(points, 10);
    expect([...nearest.subarray(30, 40)]).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10]);
    expect([...nearest.subarray(99_990)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

function grid(side: number): number[][] {
  return Array.from({ length: side * side }, (_, at) => [at % side, Math.floor(at / side)]);
}

/** A place of its own for each number, in no order. */
function spot(number: number): number[] {
  return [(number * 37) % 101, (number * 59) % 103];
}

function measureAll({ rows, data }: Matrix<Float64Array>, k: number): number[] {
  const distance = (i: number, j: number): number =>
    (data[2 * i]! - data[2 * j]!) ** 2 + (data[2 * i + 1]! - data[2 * j + 1]!) ** 2;
  return Array.from({ length: rows }, (_, i) => i).flatMap((i) =>
    Array.from({ length: rows }, (_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => distance(i, a) - distance(i, b) || a - b)
      .slice(0, k),
  );
}
