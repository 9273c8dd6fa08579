import { describe, expect, it } from 'vitest';
import { alignGeneralized } from '../../../integrations/embedding-animation/analysis/generalized-procrustes.ts';
import {
  alignFrames,
  alignProcrustes,
  standardise,
} from '../../../integrations/embedding-animation/analysis/index.ts';
import { centre } from '../../../integrations/embedding-animation/analysis/procrustes.ts';
import type { Matrix } from '../../../integrations/embedding-animation/contracts.ts';
import { createRandom, largestDifference, mapOf } from '../../helpers/analysis.ts';
import { readGeneralizedGoldens, readProcGpaGoldens } from '../../helpers/map-goldens.ts';

const METHODS = ['last', 'generalized', 'first', 'previous'] as const;
const goldens = readGeneralizedGoldens();
const film = goldens.find(({ name }) => name === 'a blob that opens')!.maps;

describe('generalized alignment equals an implementation by singular value decompositions', () => {
  for (const { name, maps, scaling, reflection, aligned, residual, disparities } of goldens) {
    it(`within 1e-9: ${name}`, () => {
      const ours = alignFrames(maps, { align: 'generalized', scaling, reflection });
      expect(Math.abs(ours.residual! - residual)).toBeLessThan(1e-12);
      for (const [at, { points, disparity }] of ours.frames.entries()) {
        const size = Math.sqrt(aligned[at]!.reduce((sum, value) => sum + value ** 2, 0));
        expect(largestDifference(points.data, aligned[at]!)).toBeLessThan(1e-9 * size);
        expect(Math.abs(disparity - disparities[at]!)).toBeLessThan(1e-12);
      }
    });
  }
});

describe('generalized alignment equals procGPA of the R package shapes', () => {
  for (const { name, maps, scaling, rmsd, rotated } of readProcGpaGoldens()) {
    it(`up to a turn of all: ${name}`, () => {
      const ours = alignFrames(maps, { align: 'generalized', scaling, reflection: false });
      // With scaling, procGPA gives each map the size that fits best, we that which keeps the sum: shapes are the same.
      const stack = (parts: readonly Matrix<Float64Array>[]) =>
        mapOf(parts.flatMap((part) => [...(scaling ? standardise(part) : part).data]));
      const { disparity, reflected } = alignProcrustes(
        stack(ours.frames.map(({ points }) => points)),
        stack(rotated),
      );
      expect(disparity).toBeLessThan(1e-10);
      expect(reflected).toBe(false);
      if (scaling) expect(ours.residual).toBeCloseTo(rmsd ** 2, 9);
    });
  }
});

describe('generalized alignment', () => {
  it.each([
    { scaling: true, reflection: true },
    { scaling: false, reflection: true },
    { scaling: true, reflection: false },
    { scaling: false, reflection: false },
  ])('never lets the residual rise: $scaling, $reflection', (options) => {
    for (let seed = 1; seed <= 20; seed++) {
      const maps = Array.from({ length: 6 }, (_, t) => centre(randomMap(5 + seed, 10 * seed + t)));
      const { residuals } = alignGeneralized(maps, options);
      expect(residuals.length).toBeGreaterThan(2);
      for (const [round, residual] of residuals.slice(1).entries()) {
        expect(residual).toBeLessThanOrEqual(residuals[round]! + 1e-14);
      }
    }
  });

  it('leaves less than alignment with any one frame', () => {
    const standard = film.map(standardise);
    const { residuals } = alignGeneralized(standard, { scaling: false, reflection: true });
    for (const target of standard) {
      const onto = standard.map((map) => {
        const { points } = alignProcrustes(map, target);
        return standardise(points).data;
      });
      const mean = onto[0]!.map((_, i) => onto.reduce((sum, data) => sum + data[i]!, 0) / onto.length);
      const common = mean.reduce((sum, value) => sum + value ** 2, 0);
      expect(residuals.at(-1)).toBeLessThanOrEqual(1 - common + 1e-14);
    }
  });

  it('keeps the sum of squares: of unit maps with scaling, of the maps themselves without', () => {
    const squares = (maps: readonly Matrix<Float64Array>[]): number =>
      maps.reduce((sum, { data }) => sum + data.reduce((part, value) => part + value ** 2, 0), 0);
    const align = (scaling: boolean) =>
      alignFrames(film, { align: 'generalized', scaling, reflection: true }).frames.map(
        ({ points }) => points,
      );
    expect(squares(align(true))).toBeCloseTo(film.length, 10);
    expect(squares(align(false))).toBeCloseTo(squares(film.map(centre)), 8);
  });

  it('stands still at once for a single frame', () => {
    const { frames, rounds, residual } = alignFrames([film[3]!], options('generalized'));
    expect({ rounds, residual }).toEqual({ rounds: 0, residual: 0 });
    expect(largestDifference(frames[0]!.points.data, standardise(film[3]!).data)).toBeLessThan(1e-15);
  });

  it('leaves frames whose points coincide out of the mean', () => {
    const blank = mapOf(new Float64Array(2 * film[0]!.rows).fill(3));
    const others = alignFrames(film, options('generalized'));
    const withBlank = alignFrames([blank, ...film], options('generalized'));
    expect(withBlank.frames[0]!.disparity).toBeCloseTo(1, 12);
    expect(withBlank.frames[0]!.points.data.every((value) => value === 0)).toBe(true);
    expect(withBlank.residual).toBe(others.residual);
    expect(withBlank.frames.slice(1)).toEqual(others.frames);
  });

  it('comes to an end for maps on a line, where turning and mirroring fit alike', () => {
    const lines = [0.3, 1.9, -2.5, 0].map((angle) =>
      mapOf([0, 1, 2, 5].flatMap((t) => [t * Math.cos(angle), t * Math.sin(angle)])),
    );
    const { rounds, residual, frames } = alignFrames(lines, options('generalized'));
    expect(rounds).toBeLessThan(10);
    expect(residual).toBeLessThan(1e-14);
    for (const { points } of frames) {
      expect(largestDifference(points.data, frames[3]!.points.data)).toBeLessThan(1e-12);
    }
  });
});

describe('every method', () => {
  const shape = randomMap(20, 7);
  const turns = [
    { angle: 2, scale: 3, mirrored: true },
    { angle: -1, scale: 0.2, mirrored: false },
    { angle: 3, scale: 10, mirrored: true },
    { angle: 0, scale: 1, mirrored: false },
  ];
  const maps = turns.map((turn) => moved(shape, turn));

  it.each(METHODS)('lays turned, mirrored and scaled copies onto the last frame: %s', (align) => {
    const { frames } = alignFrames(maps, options(align));
    for (const [at, { points, disparity, reflected, mirrorGap }] of frames.entries()) {
      expect(largestDifference(points.data, standardise(shape).data)).toBeLessThan(1e-12);
      expect(disparity).toBeLessThan(1e-20);
      expect(reflected).toBe(turns[at]!.mirrored);
      expect(mirrorGap).toBeGreaterThan(0.1);
    }
  });

  it.each(METHODS)('gives the last frame its own orientation: %s', (align) => {
    for (const reflection of [true, false]) {
      const { frames } = alignFrames(film, { align, scaling: false, reflection });
      expect(largestDifference(frames.at(-1)!.points.data, centre(film.at(-1)!).data)).toBeLessThan(1e-12);
      expect(frames.at(-1)!.reflected).toBe(false);
    }
  });

  it.each(METHODS)('keeps sizes without scaling: %s', (align) => {
    const { frames } = alignFrames(film, { align, scaling: false, reflection: true });
    for (const [at, { points }] of frames.entries()) {
      expect(sizeOf(points)).toBeCloseTo(sizeOf(centre(film[at]!)), 12);
    }
  });

  it.each(METHODS)('mirrors nothing where that is not allowed: %s', (align) => {
    const { frames } = alignFrames(maps, { align, scaling: true, reflection: false });
    for (const { reflected, mirrorGap } of frames) {
      expect({ reflected, mirrorGap }).toEqual({ reflected: false, mirrorGap: undefined });
    }
  });

  it.each([...METHODS, 'none'] as const)('has the disparity to the last frame: %s', (align) => {
    const { frames } = alignFrames(film, { align, scaling: false, reflection: false });
    const expected = film.map((map) => alignProcrustes(map, film.at(-1)!).disparity);
    expect(frames.map(({ disparity }) => disparity)).toEqual(expected);
  });

  it.each([...METHODS, 'none'] as const)('is refused for maps of different length: %s', (align) => {
    expect(() => alignFrames([randomMap(3, 1), randomMap(4, 1)], options(align))).toThrow(RangeError);
  });

  it.each([...METHODS, 'none'] as const)('gives no frames for none: %s', (align) => {
    expect(alignFrames([], options(align)).frames).toEqual([]);
  });
});

describe('alignment with the last frame', () => {
  it('is that of each frame by itself, to the last bit', () => {
    const { frames } = alignFrames(film, options('last'));
    expect(frames).toEqual(film.map((map) => alignProcrustes(map, film.at(-1)!)));
  });
});

describe('alignment with the frame before', () => {
  it('turns as a chain from the first frame on does', () => {
    let before = standardise(film[0]!);
    const chain = film.map((map) => (before = standardise(alignProcrustes(map, before).points)));
    const { frames } = alignFrames(film, options('previous'));
    const lastOfChain = chain.at(-1)!;
    const back = alignProcrustes(lastOfChain, film.at(-1)!);
    expect(back.disparity).toBeLessThan(1e-20);
    // Everything turned by the one turn that lays the last frame back: laid end to end, both are one shape.
    const stack = (parts: readonly Matrix<Float64Array>[]) => mapOf(parts.flatMap(({ data }) => [...data]));
    const both = alignProcrustes(stack(chain), stack(frames.map(({ points }) => standardise(points))));
    expect(both.disparity).toBeLessThan(1e-20);
  });

  it('passes over a frame whose points coincide', () => {
    const blank = mapOf(new Float64Array(2 * film[0]!.rows));
    const whole = alignFrames(film, options('previous')).frames;
    const { frames } = alignFrames(
      [...film.slice(0, 5), blank, ...film.slice(5), blank],
      options('previous'),
    );
    expect(frames.filter((_, at) => at !== 5 && at !== 13).map(({ points }) => points)).toEqual(
      whole.map(({ points }) => points),
    );
  });
});

describe('the gap between turning and mirroring', () => {
  it('is 0 for a map that is its own mirror image, and as large as the share of the smaller axis for others', () => {
    const line = mapOf([0, 0, 1, 1, 3, 3]);
    expect(alignProcrustes(line, line).mirrorGap).toBeCloseTo(0, 12);
    // Squares 18 along x, 2 along y: the best rotation reaches 20, the best reflection 16.
    const cross = mapOf([3, 0, -3, 0, 0, 1, 0, -1]);
    expect(alignProcrustes(cross, cross).mirrorGap).toBeCloseTo(4 / 20, 12);
  });

  it('is not told of maps that stay as they were projected', () => {
    const { frames } = alignFrames(film, options('none'));
    expect(frames.map(({ points }) => points)).toEqual(film);
    expect(frames.every(({ mirrorGap, reflected }) => mirrorGap === undefined && !reflected)).toBe(true);
  });
});

function options(align: (typeof METHODS)[number] | 'none') {
  return { align, scaling: true, reflection: true };
}

function randomMap(rows: number, seed: number): Matrix<Float64Array> {
  const random = createRandom(seed);
  return mapOf(Float64Array.from({ length: 2 * rows }, (_, at) => random() * (at % 2 === 0 ? 3 : 1)));
}

function moved(
  { data }: Matrix<Float64Array>,
  { angle, scale, mirrored }: { angle: number; scale: number; mirrored: boolean },
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

function sizeOf({ data }: Matrix<Float64Array>): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0));
}
