import { describe, expect, it } from 'vitest';
import {
  chooseTemperature,
  confusionOf,
  orderClasses,
  placeAnchors,
  placeOnCircle,
} from '../../../integrations/embedding-animation/analysis/index.ts';
import type { Logits, Matrix } from '../../../integrations/embedding-animation/contracts.ts';
import { createRandom, largestDifference } from '../../helpers/analysis.ts';
import { readClassMapGoldens } from '../../helpers/map-goldens.ts';

describe('a class map equals what SciPy and a search through all orders make', () => {
  for (const golden of readClassMapGoldens()) {
    it(`for ${golden.name}`, () => {
      const confusion = confusionOf(golden.logits, golden.trueClasses);
      expect(largestDifference(confusion.data, golden.confusion)).toBeLessThan(1e-14);
      const order = orderClasses(confusion);
      expect(order).toEqual(golden.order);
      const temperature = chooseTemperature(golden.logits);
      expect(Math.abs(temperature / golden.temperature - 1)).toBeLessThan(1e-7);
      const anchors = placeAnchors(order);
      expect(largestDifference(anchors.data, golden.anchors)).toBeLessThan(1e-15);
      const points = placeOnCircle(golden.logits, { anchors, temperature: golden.temperature });
      expect(largestDifference(points.data, golden.points)).toBeLessThan(1e-13);
    });
  }
});

describe('the order of classes', () => {
  it.each([4, 9, 12, 13, 30, 100])('finds %i classes again that were shuffled around a circle', (count) => {
    const { confusion, shuffled } = shuffledCircle(count);
    const order = orderClasses(confusion);
    const at = order.map((k) => shuffled[k]!);
    // Going around, neighbours on the circle follow each other, in one direction.
    const steps = new Set(at.map((place, i) => (at[(i + 1) % count]! - place + count) % count));
    expect([[1], [count - 1]]).toContainEqual([...steps]);
  });

  it.each([1, 2, 3, 7, 12, 13, 40])('keeps %i classes as they are where nothing is confused', (count) => {
    const confusion = { rows: count, cols: count, data: new Float64Array(count * count) };
    expect(orderClasses(confusion)).toEqual(Array.from({ length: count }, (_, k) => k));
  });

  it.each([5, 12, 13, 50])(
    'has each of %i classes once, 0 first, the lower of its neighbours second',
    (count) => {
      const order = orderClasses(randomConfusion(count));
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, k) => k));
      expect(order[0]).toBe(0);
      expect(order[1]).toBeLessThan(order.at(-1)!);
    },
  );

  it('does not ask which of two classes is the true one', () => {
    const { data, ...size } = randomConfusion(11);
    const transposed = data.map((_, at) => data[(at % 11) * 11 + Math.floor(at / 11)]!);
    expect(orderClasses({ ...size, data: transposed })).toEqual(orderClasses({ ...size, data }));
  });

  it('is at most 5 % worse by search than the best of all, for classes that random models confuse', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const exact = randomConfusion(12, seed);
      // A thirteenth class that nothing is taken for makes the search take over.
      const data = new Float64Array(13 * 13);
      for (let k = 0; k < 12; k++) data.set(exact.data.subarray(12 * k, 12 * k + 12), 13 * k);
      const found = orderClasses({ rows: 13, cols: 13, data }).filter((k) => k < 12);
      expect(around(found, exact)).toBeGreaterThan(0.95 * around(orderClasses(exact), exact) - 1e-12);
    }
  });

  it('takes seconds at most for a thousand classes', { timeout: 60_000 }, () => {
    expect(new Set(orderClasses(randomConfusion(1000))).size).toBe(1000);
  });
});

describe('the temperature', () => {
  it('makes the median image half sure', () => {
    const logits = randomLogits(201, 9, 3);
    const temperature = chooseTemperature(logits);
    const sureness = Array.from({ length: 201 }, (_, i) => largestProbability(logits, i, temperature));
    expect(sureness.toSorted((a, b) => a - b)[100]).toBeCloseTo((1 + 1 / 9) / 2, 6);
  });

  it('grows with the logits, so that the map stays as it is', () => {
    const logits = randomLogits(50, 6, 1);
    const surer = { ...logits, data: logits.data.map((value) => 8 * value) };
    expect(chooseTemperature(surer) / chooseTemperature(logits)).toBeCloseTo(8, 6);
  });

  it('is bounded', () => {
    expect(chooseTemperature(randomLogits(20, 5, 1e6))).toBe(100);
    expect(chooseTemperature(randomLogits(20, 5, 1e-6))).toBe(0.01);
  });

  it('is the lowest where the largest logit is shared by all', () => {
    expect(chooseTemperature({ rows: 3, cols: 4, data: new Float32Array(12) })).toBe(0.01);
  });
});

describe('places on the circle', () => {
  const anchors = placeAnchors([0, 2, 1, 3]);

  it('begin at the top and go clockwise', () => {
    expect(largestDifference(anchors.data, [0, 1, 0, -1, 1, 0, -1, 0])).toBeLessThan(1e-15);
  });

  it('are an anchor where a class has all probability, and the middle where all have the same', () => {
    const logits = {
      rows: 3,
      cols: 4,
      data: Float32Array.of(0, 0, 3e38, 0, 7, 7, 7, 7, -3e38, 0, -3e38, -3e38),
    };
    const { data } = placeOnCircle(logits, { anchors, temperature: 0.01 });
    expect(largestDifference(data, [1, 0, 0, 0, 0, -1])).toBeLessThan(1e-15);
  });

  it('are inside the circle', () => {
    const { data } = placeOnCircle(randomLogits(100, 4, 10), { anchors, temperature: 1 });
    for (let i = 0; i < data.length; i += 2) {
      expect(Math.hypot(data[i]!, data[i + 1]!)).toBeLessThanOrEqual(1 + 1e-15);
    }
  });

  it('are refused for another number of classes', () => {
    expect(() => placeOnCircle(randomLogits(5, 3, 1), { anchors, temperature: 1 })).toThrow(RangeError);
  });
});

describe('confusion', () => {
  const logits = randomLogits(6, 3, 2);

  it('leaves out images whose class the model has not', () => {
    const all = confusionOf(logits, [0, 1, 2, 0, -1, -1]);
    const first = confusionOf({ rows: 4, cols: 3, data: logits.data.slice(0, 12) }, [0, 1, 2, 0]);
    expect(all).toEqual(first);
  });

  it('has rows that add up to 1 for classes with images, and zeros for those without', () => {
    const { data } = confusionOf(logits, [0, 0, 0, 2, 2, 2]);
    const sums = [0, 1, 2].map((k) => data[3 * k]! + data[3 * k + 1]! + data[3 * k + 2]!);
    expect(largestDifference(sums, [1, 0, 1])).toBeLessThan(1e-15);
  });

  it('is refused for a class that is no column, and for too few classes', () => {
    expect(() => confusionOf(logits, [0, 1, 2, 3, 0, 0])).toThrow(RangeError);
    expect(() => confusionOf(logits, [0, 1, 2])).toThrow(RangeError);
  });
});

function randomLogits(rows: number, cols: number, scale: number): Logits {
  const random = createRandom(rows * cols);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => scale * random()) };
}

function randomConfusion(count: number, seed = count): Matrix<Float64Array> {
  const random = createRandom(seed);
  return { rows: count, cols: count, data: Float64Array.from({ length: count ** 2 }, () => random() ** 8) };
}

/** Classes that are confused the more the nearer they are on a circle, in an order of their own. */
function shuffledCircle(count: number) {
  const random = createRandom(count);
  const shuffled = Array.from({ length: count }, (_, k) => ({ k, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ k }) => k);
  const data = Float64Array.from({ length: count ** 2 }, (_, at) => {
    const between = Math.abs(shuffled[at % count]! - shuffled[Math.floor(at / count)]!);
    return Math.exp(-Math.min(between, count - between));
  });
  return { confusion: { rows: count, cols: count, data }, shuffled };
}

/** Confusion of neighbours, both ways, summed around the circle. */
function around(order: readonly number[], { cols, data }: Matrix<Float64Array>): number {
  return order.reduce((sum, k, at) => {
    const next = order[(at + 1) % order.length]!;
    return sum + data[k * cols + next]! + data[next * cols + k]!;
  }, 0);
}

function largestProbability({ cols, data }: Logits, i: number, temperature: number): number {
  const row = data.subarray(i * cols, (i + 1) * cols);
  const largest = Math.max(...row);
  return 1 / row.reduce((sum, value) => sum + Math.exp((value - largest) / temperature), 0);
}
