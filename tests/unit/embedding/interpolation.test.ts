import { describe, expect, it } from 'vitest';
import { interpolationMatrix } from '../../../integrations/embedding-animation/embedding/graph/tokens.ts';

const KINDS = ['cubic', 'antialiased'] as const;
const rowsOf = (matrix: Float32Array, width: number): number[][] =>
  Array.from({ length: matrix.length / width }, (_, row) => [
    ...matrix.subarray(row * width, (row + 1) * width),
  ]);

describe('interpolationMatrix', () => {
  it.each(KINDS)('leaves a grid of the same size as it is: %s', (kind) => {
    const rows = rowsOf(interpolationMatrix(kind, 5, 5), 5);
    expect(rows).toEqual(rows.map((_, row) => rows.map((__, col) => (row === col ? 1 : 0))));
  });

  it.each(KINDS.flatMap((kind) => [[kind, 37, 16] as const, [kind, 5, 13] as const, [kind, 1, 4] as const]))(
    'keeps a constant: %s, %d to %d',
    (kind, from, to) => {
      for (const row of rowsOf(interpolationMatrix(kind, from, to), from)) {
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
      }
    },
  );

  it('looks at four samples when it shrinks without antialias, and at all under the kernel with it', () => {
    const used = (kind: (typeof KINDS)[number]): number =>
      rowsOf(interpolationMatrix(kind, 40, 10), 40)[5]!.filter((weight) => weight !== 0).length;
    expect(used('cubic')).toBe(4);
    expect(used('antialiased')).toBe(16);
  });

  it('has PyTorch’s weights half way between two samples: a is −0.75', () => {
    expect(rowsOf(interpolationMatrix('cubic', 8, 4), 8)[1]).toEqual([
      0, -0.09375, 0.59375, 0.59375, -0.09375, 0, 0, 0,
    ]);
  });
});
