import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../../integrations/embedding-animation/formats/float16.ts';

describe('toHalf', () => {
  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
    [-Infinity, 0xfc00],
    [NaN, 0x7e00],
    [-0, 0x8000],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [2 ** -14 - 2 ** -26, 0x0400],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [0.1, 0x2e66],
  ])('rounds %d to the nearest half', (value, bits) => {
    expect(toHalf(value)).toBe(bits);
  });
});

describe('fromHalf', () => {
  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65_504],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x8000, -0],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e01, NaN],
  ])('reads %i as the number it stands for', (bits, value) => {
    expect(fromHalf(bits)).toBe(value);
  });

  it('is undone by toHalf for all numbers that there are', () => {
    const all = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
      (bits) => !Number.isNaN(fromHalf(bits)),
    );
    expect(all).toHaveLength(2 ** 16 - 2 * 1023);
    expect(all.filter((bits) => toHalf(fromHalf(bits)) !== bits)).toEqual([]);
  });
});
