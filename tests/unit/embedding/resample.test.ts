import { describe, expect, it } from 'vitest';
import { createResize } from '../../../integrations/embedding-animation/embedding/preprocessing/resample.ts';
import type { ResampleFilter } from '../../../integrations/embedding-animation/embedding/preprocessing/resample-coefficients.ts';
import { noiseImage, readGolden, sha256 } from '../../helpers/embedding.ts';

interface Case {
  readonly filter: ResampleFilter;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly seed: number;
  readonly sha256: string;
}

const cases = await readGolden<Case[]>('resample.json');

describe('createResize', () => {
  it.each(cases)(
    'equals Pillow bit for bit: $filter $from to $to',
    ({ filter, from, to, seed, sha256: expected }) => {
      const resized = createResize(filter)(noiseImage(...from, seed), ...to);
      expect([resized.width, resized.height]).toEqual(to);
      expect(sha256(resized.data)).toBe(expected);
    },
  );

  it('gives the same result when coefficients are reused for other images', () => {
    const resize = createResize('lanczos');
    const first = resize(noiseImage(20, 30, 1), 11, 40);
    resize(noiseImage(30, 20, 2), 11, 40);
    expect(resize(noiseImage(20, 30, 1), 11, 40)).toEqual(first);
  });

  it.each(['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const)(
    'leaves an image of one colour as it is: %s',
    (filter) => {
      const data = new Uint8Array(19 * 23 * 3).map((_, i) => [7, 128, 255][i % 3]!);
      const resized = createResize(filter)({ width: 19, height: 23, data }, 41, 5);
      expect(resized.data).toEqual(new Uint8Array(41 * 5 * 3).map((_, i) => [7, 128, 255][i % 3]!));
    },
  );

  it.each(['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const)(
    'makes a window of the result as it would be cut from the whole: %s',
    (filter) => {
      const sizes = [
        [40, 30, 17, 90],
        [40, 30, 80, 11],
        [9, 200, 23, 20],
        [200, 9, 20, 23],
        [3, 50, 12, 400],
        [30, 30, 30, 12],
        [30, 30, 12, 30],
        [30, 30, 30, 30],
      ] as const;
      for (const [fromWidth, fromHeight, width, height] of sizes) {
        const image = noiseImage(fromWidth, fromHeight, 3);
        const resize = createResize(filter);
        const whole = resize(image, width, height);
        for (const part of [0, 0.3]) {
          const columns = { start: Math.floor(width * part), end: Math.ceil(width * (part + 0.5)) };
          const rows = { start: Math.floor(height * part), end: Math.ceil(height * (part + 0.6)) };
          const expected: number[] = [];
          for (let y = rows.start; y < rows.end; y++) {
            expected.push(
              ...whole.data.subarray(3 * (y * width + columns.start), 3 * (y * width + columns.end)),
            );
          }
          const made = resize(image, width, height, { columns, rows });
          expect([made.width, made.height]).toEqual([columns.end - columns.start, rows.end - rows.start]);
          expect(made.data).toEqual(Uint8Array.from(expected));
        }
      }
    },
  );
});
