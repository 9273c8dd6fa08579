import { afterAll, describe, expect, it } from 'vitest';
import { openLocalExecutor } from '../../../../integrations/embedding-animation/analysis/executor.ts';
import {
  findNeighbours,
  fitPca,
  hitOfNeighbours,
  measureMaps,
  openAnalysisPool,
  type MapQuality,
} from '../../../../integrations/embedding-animation/analysis/index.ts';
import {
  EXACT_IMAGES,
  SAMPLED_IMAGES,
} from '../../../../integrations/embedding-animation/analysis/quality/measure-maps.ts';
import type { Embeddings, Matrix } from '../../../../integrations/embedding-animation/contracts.ts';
import { createRandom, mapOf, randomEmbeddings, withZeros } from '../../../helpers/analysis.ts';
import { useGemms } from '../../../helpers/gemms.ts';
import { readMapQualityGoldens } from '../../../helpers/map-goldens.ts';

const FIGURES = ['trustworthiness', 'continuity', 'neighbourhoodPreservation', 'neighbourhoodHit'] as const;
const gemms = useGemms();

describe('the quality of a map equals what scikit-learn makes of it', () => {
  for (const { title, gemm } of gemms) {
    for (const { name, embeddings, points, k, labels, ...expected } of readMapQualityGoldens()) {
      it(`for ${name}, with products by ${title}`, async () => {
        const executor = openLocalExecutor(gemm());
        const neighbours = await findNeighbours(embeddings, { k, executor });
        const [found] = await measureMaps(embeddings, neighbours, [points], labels, { executor });
        for (const figure of FIGURES) expect(found![figure], figure).toBeCloseTo(expected[figure]!, 12);
        expect(found!.trueNeighbours).toEqual(expected.trueNeighbours);
      });
    }
  }
});

describe('a map that is the embeddings', () => {
  it.each([400, EXACT_IMAGES + 1])('has figures of 1 with %d images', async (images) => {
    const embeddings = randomEmbeddings(images, 2, { seed: 4 });
    const found = await measure(embeddings, mapOf(embeddings.data));
    expect(found).toMatchObject({ trustworthiness: 1, continuity: 1, neighbourhoodPreservation: 1 });
    expect(new Set(found.trueNeighbours)).toEqual(new Set([10]));
  });

  it('has them however it is moved, turned, mirrored and scaled', async () => {
    const embeddings = randomEmbeddings(300, 2, { seed: 5 });
    const points = mapOf(turnedPairs(embeddings.data));
    expect(await measure(embeddings, points)).toEqual(await measure(embeddings, mapOf(embeddings.data)));
  });
});

describe('a map whose points lie at random', () => {
  it.each([1000, 4000])('has what chance gives with %d images', async (images) => {
    const found = await measure(randomEmbeddings(images, 12, { seed: 6 }), randomMap(images));
    // Ranks of false neighbours are spread evenly over all: half of the worst case.
    const chance = 1 - (images - 10) / (2 * images - 31);
    expect(Math.abs(found.trustworthiness! - chance)).toBeLessThan(0.02);
    expect(Math.abs(found.continuity! - chance)).toBeLessThan(0.02);
    expect(found.neighbourhoodPreservation).toBeLessThan(3 * (10 / images));
    expect(Math.abs(found.neighbourhoodHit - 0.25)).toBeLessThan(0.02);
  });
});

describe('few images', () => {
  it.each([3, 5, 20])('have no ranks where half of %d or more are neighbours', async (images) => {
    const found = await measure(randomEmbeddings(images, 6, { seed: 7 }), randomMap(images));
    expect(found.trustworthiness).toBeUndefined();
    expect(found.continuity).toBeUndefined();
    const k = Math.min(10, images - 1);
    const kept = found.trueNeighbours.reduce((sum, count) => sum + count, 0);
    expect(found.neighbourhoodPreservation).toBe(kept / (images * k));
  });

  it.each([
    [3, 1],
    [5, 2],
    [21, 10],
  ])('have ranks from %d on with k = %d', async (images, k) => {
    const found = await measure(randomEmbeddings(images, 6, { seed: 8 }), randomMap(images), k);
    expect(found.trustworthiness).toBeGreaterThanOrEqual(0);
    expect(found.continuity).toBeLessThanOrEqual(1);
  });

  it('are all neighbours of each other', async () => {
    const found = await measure(randomEmbeddings(5, 6, { seed: 7 }), randomMap(5));
    expect(found).toMatchObject({
      neighbourhoodPreservation: 1,
      trueNeighbours: Uint8Array.of(4, 4, 4, 4, 4),
    });
  });
});

describe('many neighbours', () => {
  it.each([255, 256])('are counted up to 255 of each image, and refused above: %d', async (k) => {
    const embeddings = randomEmbeddings(600, 2, { seed: 8 });
    const neighbours = await findNeighbours(embeddings, { k });
    const measuring = measureMaps(embeddings, neighbours, [mapOf(embeddings.data)], new Int32Array(600));
    if (k > 255) await expect(measuring).rejects.toThrow(RangeError);
    else expect((await measuring)[0]!.neighbourhoodPreservation).toBe(1);
  });
});

describe('images of which some are sampled', () => {
  const images = EXACT_IMAGES + 1;

  it('are drawn whatever the order of the set, be it that each third is of another kind', async () => {
    // One in three points lies where it belongs, the others at random.
    const embeddings = randomEmbeddings(images * 2, 2, { seed: 9 });
    const points = randomMap(images * 2);
    for (let i = 0; i < points.rows; i += 3)
      points.data.set(embeddings.data.subarray(2 * i, 2 * i + 2), 2 * i);
    const [sampled, shuffled] = await Promise.all([
      measure(embeddings, points),
      measure(...inOrder(shuffle(points.rows), embeddings, points)),
    ]);
    expect(Math.abs(sampled.trustworthiness! - shuffled.trustworthiness!)).toBeLessThan(0.04);
  });

  it('give what all give, within what samples vary', async () => {
    const embeddings = randomEmbeddings(images, 20, { seed: 10, decay: 0.7 });
    const few = randomEmbeddings(EXACT_IMAGES, 20, { seed: 10, decay: 0.7 }); // the same but for the last
    const [sampled, all] = await Promise.all(
      [embeddings, few].map(async (some) => measure(some, (await fitPca(some)).points)),
    );
    expect(SAMPLED_IMAGES).toBeLessThan(EXACT_IMAGES);
    expect(Math.abs(sampled!.trustworthiness! - all!.trustworthiness!)).toBeLessThan(0.01);
    expect(Math.abs(sampled!.continuity! - all!.continuity!)).toBeLessThan(0.01);
    expect(sampled!.trustworthiness).not.toBe(all!.trustworthiness);
  });
});

describe('the quality of a map is the same to the last bit', () => {
  const pools = [1, 2, 3].map(openAnalysisPool);
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  it.each([300, 2600])('for any number of threads, with %d images', async (images) => {
    const embeddings = withZeros(randomEmbeddings(images, 40, { seed: 11, decay: 0.9 }), 3);
    const neighbours = await findNeighbours(embeddings);
    const maps = [(await fitPca(embeddings)).points, randomMap(images)];
    const found = await Promise.all(
      pools.map((executor) => measureMaps(embeddings, neighbours, maps, labelsOf(images), { executor })),
    );
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  it.each([300, 2600])('alone and with other maps, with %d images', async (images) => {
    const embeddings = randomEmbeddings(images, 15, { seed: 12 });
    const neighbours = await findNeighbours(embeddings);
    const maps = [randomMap(images), (await fitPca(embeddings)).points, randomMap(images, 99)];
    const together = await measureMaps(embeddings, neighbours, maps, labelsOf(images));
    for (const [at, map] of maps.entries())
      expect(await measureMaps(embeddings, neighbours, [map], labelsOf(images))).toEqual([together[at]]);
  });
});

describe('the quality of a map with and without onnxruntime', () => {
  it('differs by rounding of single ranks only', async () => {
    const embeddings = randomEmbeddings(2600, 40, { seed: 13, decay: 0.9 });
    const { points } = await fitPca(embeddings);
    const [native, plain] = await Promise.all(
      gemms.map(({ gemm }) => measure(embeddings, points, 10, openLocalExecutor(gemm()))),
    );
    expect(Math.abs(native!.trustworthiness! - plain!.trustworthiness!)).toBeLessThan(1e-6);
    expect({ ...native, trustworthiness: 0 }).toEqual({ ...plain, trustworthiness: 0 });
  });
});

describe('the share of neighbours in embedding space that are of the class', () => {
  it('is counted over all neighbours of all images', () => {
    const distances = new Float64Array(6);
    const neighbours = {
      k: 2,
      metric: 'cosine' as const,
      distances,
      indices: Int32Array.of(1, 2, 0, 2, 1, 0),
    };
    expect(hitOfNeighbours(neighbours, Int32Array.of(4, 4, 5))).toBe(2 / 6);
  });
});

async function measure(
  embeddings: Embeddings,
  points: Matrix<Float64Array>,
  k?: number,
  executor = openLocalExecutor(),
): Promise<MapQuality> {
  const neighbours = await findNeighbours(embeddings, { k, executor });
  const [found] = await measureMaps(embeddings, neighbours, [points], labelsOf(points.rows), { executor });
  return found!;
}

function labelsOf(images: number): Int32Array {
  return Int32Array.from({ length: images }, (_, i) => i % 4);
}

function randomMap(images: number, seed = 21): Matrix<Float64Array> {
  const random = createRandom(seed);
  return mapOf(Array.from({ length: 2 * images }, random));
}

/** Mirrored, turned by a right angle, doubled and moved by powers of two: distances keep their order. */
function turnedPairs(data: Float32Array): Float64Array {
  return Float64Array.from(data, (_, at) => 2 * data[at ^ 1]! + 8);
}

/** A fixed permutation (Fisher and Yates' shuffle). */
function shuffle(length: number): number[] {
  const random = createRandom(17);
  const order = Array.from({ length }, (_, i) => i);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(((random() + 1) / 2) * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** Rows of both in another order. */
function inOrder(
  order: readonly number[],
  embeddings: Embeddings,
  points: Matrix<Float64Array>,
): [Embeddings, Matrix<Float64Array>] {
  const pairs = order.flatMap((i) => [2 * i, 2 * i + 1]);
  return [
    { ...embeddings, data: Float32Array.from(pairs, (at) => embeddings.data[at]!) },
    { ...points, data: Float64Array.from(pairs, (at) => points.data[at]!) },
  ];
}
