import { describe, expect, it } from 'vitest';
import {
  describeMovement,
  measureDisplacements,
  measureTemporal,
  type TemporalQuality,
} from '../../../../integrations/embedding-animation/analysis/index.ts';
import type { Embeddings, Matrix } from '../../../../integrations/embedding-animation/contracts.ts';
import { createRandom, embeddingsOf, mapOf, randomEmbeddings } from '../../../helpers/analysis.ts';
import { readTemporalGoldens } from '../../../helpers/map-goldens.ts';

const NOTHING = { temporalPearson: undefined, temporalSpearman: undefined, temporalStress: undefined };

describe('the movement of a map equals what SciPy makes of it', () => {
  for (const { name, frames, maps, ...expected } of readTemporalGoldens()) {
    it(`for ${name}`, () => {
      const found = measure(frames, maps);
      expect(found.temporalPearson).toBeCloseTo(expected.temporalPearson!, 12);
      expect(found.temporalSpearman).toBeCloseTo(expected.temporalSpearman!, 12);
      expect(found.temporalStress).toBeCloseTo(expected.temporalStress!, 12);
    });
  }
});

describe('a map that moves as the embeddings do', () => {
  const frames = [1, 2, 3].map((seed) => randomEmbeddings(40, 2, { seed }));

  it.each([1, 1e-100, 1e100])('has correlations of 1 and no stress, at %d times their size', (size) => {
    const maps = frames.map(({ data }) => mapOf(Float64Array.from(data, (value) => size * value)));
    const { temporalPearson, temporalSpearman, temporalStress } = measure(frames, maps);
    expect(temporalPearson).toBeCloseTo(1, 12);
    expect(temporalSpearman).toBeCloseTo(1, 12);
    expect(temporalStress).toBeCloseTo(0, 12);
  });
});

describe('a map that moves at random', () => {
  it('has correlations near 0', () => {
    const frames = [1, 2, 3].map((seed) => randomEmbeddings(2000, 6, { seed }));
    const random = createRandom(9);
    const maps = frames.map(() => mapOf(Array.from({ length: 4000 }, random)));
    const { temporalPearson, temporalSpearman } = measure(frames, maps);
    expect(Math.abs(temporalPearson!)).toBeLessThan(0.06);
    expect(Math.abs(temporalSpearman!)).toBeLessThan(0.06);
  });
});

describe('movement has no figures', () => {
  const [a, b] = [randomEmbeddings(9, 4, { seed: 1 }), randomEmbeddings(9, 4, { seed: 2 })];
  const [early, late] = [randomMap(1), randomMap(2)];

  it('of one frame', () => {
    expect(measure([a], [early])).toEqual(NOTHING);
  });

  it('where the map stands still', () => {
    expect(measure([a, b], [early, early])).toEqual(NOTHING);
  });

  it('where the embeddings stand still', () => {
    expect(measure([a, a], [early, late])).toEqual(NOTHING);
  });

  it('but stress where all images move equally far', () => {
    const shifted = { ...a, data: a.data.map(() => 0.25) };
    const still = { ...a, data: a.data.map(() => 0) };
    const found = measure([still, shifted], [early, late]);
    expect(found).toMatchObject({ temporalPearson: undefined, temporalSpearman: undefined });
    expect(found.temporalStress).toBeGreaterThan(0);
  });
});

describe('a step whose embeddings can not be compared', () => {
  it('is left out, and the other steps stay with their frames', () => {
    const frames = [1, 2, 3, 4].map((seed) => randomEmbeddings(9, 4, { seed }));
    const maps = [1, 2, 3, 4].map(randomMap);
    const [first, , third] = stepsOf(frames);
    const both = describeMovement([first, undefined, third]);
    // The same steps, one behind the other.
    const moved = Float64Array.from([...first!, ...third!]);
    const early = mapOf([...maps[0]!.data, ...maps[2]!.data]);
    const late = mapOf([...maps[1]!.data, ...maps[3]!.data]);
    expect(measureTemporal(both, maps)).toEqual(measureTemporal(describeMovement([moved]), [early, late]));
  });
});

describe('displacements', () => {
  it('are Euclidean distances of rows', () => {
    const moved = measureDisplacements(
      embeddingsOf([
        [0, 0, 1],
        [5, 5, 5],
      ]),
      embeddingsOf([
        [2, 3, 7],
        [5, 5, 5],
      ]),
    );
    expect([...moved]).toEqual([7, 0]);
  });

  it('are refused between matrices of two sizes', () => {
    expect(() => measureDisplacements(randomEmbeddings(3, 4), randomEmbeddings(3, 5))).toThrow(RangeError);
  });
});

function measure(frames: readonly Embeddings[], maps: readonly Matrix<Float64Array>[]): TemporalQuality {
  return measureTemporal(describeMovement(stepsOf(frames)), maps);
}

function stepsOf(frames: readonly Embeddings[]): Float64Array[] {
  return frames.slice(1).map((frame, step) => measureDisplacements(frames[step]!, frame));
}

function randomMap(seed: number): Matrix<Float64Array> {
  const random = createRandom(seed);
  return mapOf(Array.from({ length: 18 }, random));
}
