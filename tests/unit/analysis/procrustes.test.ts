import { describe, expect, it } from 'vitest';
import { alignProcrustes, standardise } from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Matrix } from '../../../integrations/embedding-animation/contracts.ts';
import { createRandom, largestDifference, mapOf, readProcrustesGoldens } from '../../helpers/analysis.ts';

describe('alignment equals scipy.spatial.procrustes', () => {
  for (const { name, reference, points, standardised, aligned, disparity } of readProcrustesGoldens()) {
    it(`within 1e-12: ${name}`, () => {
      const ours = alignProcrustes(points, reference);
      expect(largestDifference(standardise(reference).data, standardised)).toBeLessThan(1e-12);
      expect(largestDifference(ours.points.data, aligned)).toBeLessThan(1e-12);
      expect(Math.abs(ours.disparity - disparity)).toBeLessThan(1e-12);
    });
  }
});

describe('alignment', () => {
  const reference = randomMap(30);

  for (const angle of [0, 0.3, Math.PI / 2, Math.PI, -2]) {
    for (const mirrored of [false, true]) {
      it(`recovers a map ${mirrored ? 'mirrored and ' : ''}turned by ${angle.toFixed(2)}, scaled and moved`, () => {
        const { points, disparity, reflected } = alignProcrustes(
          moved(reference, angle, 7, mirrored),
          reference,
        );
        expect(largestDifference(points.data, standardise(reference).data)).toBeLessThan(1e-12);
        expect(disparity).toBeLessThan(1e-24);
        expect(reflected).toBe(mirrored);
      });
    }
  }

  it('has 1 − s² as its disparity, with s the length of the aligned map', () => {
    const { points, disparity } = alignProcrustes(randomMap(30, 2), reference);
    const squares = points.data.reduce((sum, value) => sum + value ** 2, 0);
    expect(disparity).toBeCloseTo(1 - squares, 12);
  });

  it('fits no worse than any turn, mirrored or not', () => {
    const points = randomMap(30, 3);
    const { disparity } = alignProcrustes(points, reference);
    const target = standardise(reference).data;
    for (const mirrored of [false, true]) {
      for (let angle = 0; angle < 2 * Math.PI; angle += 0.01) {
        const turned = standardise(moved(points, angle, 1, mirrored)).data;
        const overlap = turned.reduce((sum, value, at) => sum + value * target[at]!, 0);
        if (overlap > 0) expect(disparity).toBeLessThanOrEqual(1 - overlap ** 2 + 1e-12);
      }
    }
  });

  it('prefers a rotation where a reflection fits as well', () => {
    const line = mapOf([0, 0, 1, 1, 2, 2]);
    expect(alignProcrustes(line, line).reflected).toBe(false);
  });

  it('gives zeros and disparity 1 for a map whose points coincide', () => {
    const { points, disparity } = alignProcrustes(mapOf(Array.from({ length: 60 }, () => 0.1)), reference);
    expect(points.data.every((value) => value === 0)).toBe(true);
    expect(disparity).toBe(1);
  });

  it('gives zeros and disparity 1 onto a reference whose points coincide', () => {
    const { points, disparity } = alignProcrustes(reference, mapOf(new Float64Array(60).fill(3)));
    expect(points.data.every((value) => value === 0)).toBe(true);
    expect(disparity).toBe(1);
  });

  it('gives disparity 0 for two maps whose points coincide', () => {
    expect(alignProcrustes(mapOf([1, 1, 1, 1]), mapOf([0, 2, 0, 2])).disparity).toBe(0);
  });

  it('is refused for maps of different length', () => {
    expect(() => alignProcrustes(mapOf([1, 2, 3, 4]), reference)).toThrow('[2 × 2] and [30 × 2]');
  });
});

describe('the standard frame', () => {
  it('is centred, with unit Frobenius norm', () => {
    const { data } = standardise(moved(randomMap(12), 1, 40, false));
    expect(data.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 14);
    expect(data.reduce((sum, value, at) => sum + (at % 2 === 0 ? value : 0), 0)).toBeCloseTo(0, 14);
  });
});

function randomMap(rows: number, seed = 1): Matrix<Float64Array> {
  const random = createRandom(seed);
  return mapOf(Float64Array.from({ length: 2 * rows }, (_, at) => random() * (at % 2 === 0 ? 3 : 1)));
}

function moved(
  { data }: Matrix<Float64Array>,
  angle: number,
  scale: number,
  mirrored: boolean,
): Matrix<Float64Array> {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const turned = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 2) {
    const [x, y] = [data[i]!, mirrored ? -data[i + 1]! : data[i + 1]!];
    turned[i] = scale * (cos * x - sin * y) + 5;
    turned[i + 1] = scale * (sin * x + cos * y) - 2;
  }
  return mapOf(turned);
}
