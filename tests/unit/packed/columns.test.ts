import { describe, expect, it } from 'vitest';
import {
  addDifferences,
  joinPlanes,
  quantise,
  rangeOf,
  restore,
  splitPlanes,
  takeDifferences,
} from '../../../integrations/embedding-animation/packed/columns.ts';
import { decodeTensors, encodeTensors } from '../../../integrations/embedding-animation/packed/points.ts';
import { largestDifference } from '../../helpers/analysis.ts';
import { seededRandom } from '../../helpers/make-run.ts';

const random = seededRandom(1);

describe('quantise', () => {
  it('moves no value by more than half a step and leaves the ends where they are', () => {
    const values = Float64Array.from({ length: 5000 }, () => 40 * random() - 7);
    const range = rangeOf(values);
    const restored = restore(quantise(values, range), range);
    expect(largestDifference(values, restored)).toBeLessThanOrEqual(
      ((range[1] - range[0]) / 131_070) * (1 + 1e-9),
    );
    expect(rangeOf(restored)).toEqual(range);
  });

  it('keeps equal values, and none', () => {
    const equal = Float64Array.of(3.25, 3.25);
    expect(restore(quantise(equal, rangeOf(equal)), rangeOf(equal))).toEqual(equal);
    expect(rangeOf(new Float64Array())).toEqual([0, 0]);
  });

  it('puts what is outside of the range on its end', () => {
    expect(Array.from(quantise(Float64Array.of(-1, 2), [0, 1]))).toEqual([0, 65_535]);
  });
});

describe('planes and differences', () => {
  it('give the numbers back', () => {
    const frames = Array.from({ length: 4 }, () => Uint16Array.from({ length: 50 }, () => 65_536 * random()));
    const planes = splitPlanes(takeDifferences(frames));
    expect(addDifferences(new Uint16Array(joinPlanes(planes, 2)), 4)).toEqual(frames);
    const losses = Float32Array.from({ length: 9 }, random);
    expect(new Float32Array(joinPlanes(splitPlanes(losses), 4))).toEqual(losses);
  });

  it('put bytes of one place together', () => {
    expect(Array.from(splitPlanes(Uint16Array.of(0x0102, 0x0304)))).toEqual([2, 4, 1, 3]);
  });
});

describe('tensors', () => {
  const tensors = {
    names: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
    range: { dtype: 'F64', shape: [1, 2], data: Float64Array.of(0.1, Math.PI) },
  } as const;

  it('come back from their bytes, which do not depend on their order', () => {
    const bytes = encodeTensors(tensors);
    const { names, range } = tensors;
    expect(encodeTensors({ range, names })).toEqual(bytes);
    expect(Object.fromEntries(decodeTensors(bytes))).toEqual(tensors);
  });

  it('lie as safetensors has them: header length, header in JSON, aligned bytes', () => {
    const bytes = Buffer.from(encodeTensors(tensors));
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.subarray(8, 8 + length).toString())).toEqual({
      range: { dtype: 'F64', shape: [1, 2], data_offsets: [0, 16] },
      names: { dtype: 'U8', shape: [3], data_offsets: [16, 19] },
    });
    expect(bytes.readDoubleLE(8 + length + 8)).toBe(Math.PI);
  });

  it('are refused when bytes are missing', () => {
    const bytes = encodeTensors(tensors);
    expect(() => decodeTensors(bytes.subarray(0, bytes.length - 1))).toThrow('names is cut off');
    expect(() => decodeTensors(bytes.subarray(0, 20))).toThrow('the header is cut off');
  });
});
