import { describe, expect, it, vi } from 'vitest';
import {
  openGemm,
  openNativeGemm,
  plainGemm,
  type Transpose,
} from '../../../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import type { Matrix } from '../../../../integrations/embedding-animation/contracts.ts';
import { createRandom, largestDifference } from '../../../helpers/analysis.ts';
import { useGemms } from '../../../helpers/gemms.ts';

const gemms = useGemms();

describe.each(gemms)('products of matrices by $title', ({ gemm }) => {
  const a = { rows: 2, cols: 3, data: Float64Array.of(1, 2, 3, 4, 5, 6) };
  const b = { rows: 3, cols: 2, data: Float64Array.of(1, -1, 0, 2, 5, 0) };
  const cases = [
    { transpose: 'neither', first: a, second: b, size: 2, expected: [16, 3, 34, 6] },
    { transpose: 'first', first: b, second: b, size: 2, expected: [26, -1, -1, 5] },
    { transpose: 'second', first: a, second: a, size: 2, expected: [14, 32, 32, 77] },
  ] as const;
  it.each(cases)(
    'transpose $transpose of the factors',
    async ({ transpose, first, second, size, expected }) => {
      for (const Type of [Float32Array, Float64Array]) {
        const as = ({ rows, cols, data }: Matrix<Float64Array>) => ({ rows, cols, data: Type.from(data) });
        const y = { rows: size, cols: size, data: new Type(size * size) };
        await gemm().multiply<Float32Array | Float64Array>(as(first), as(second), y, transpose);
        expect([...y.data]).toEqual(expected);
      }
    },
  );

  const sizes = [
    { rows: 1, terms: 1, cols: 1 },
    { rows: 3, terms: 5, cols: 7 },
    { rows: 7, terms: 1, cols: 6 },
    { rows: 8, terms: 12, cols: 5 },
  ];
  it.each(sizes)('are those of the definition for $rows × $terms × $cols', async ({ rows, terms, cols }) => {
    const random = createRandom(1);
    const left = Float64Array.from({ length: rows * terms }, random);
    const right = Float64Array.from({ length: terms * cols }, random);
    const expected = Float64Array.from({ length: rows * cols }, (_, at) => {
      const [i, j] = [Math.floor(at / cols), at % cols];
      let sum = 0;
      for (let c = 0; c < terms; c++) sum += left[i * terms + c]! * right[c * cols + j]!;
      return sum;
    });
    const a = { rows, cols: terms, data: left };
    const b = { rows: terms, cols, data: right };
    const factors: [Transpose, Matrix<Float64Array>, Matrix<Float64Array>][] = [
      ['neither', a, b],
      ['first', transposed(a), b],
      ['second', a, transposed(b)],
    ];
    for (const [transpose, first, second] of factors) {
      const y = { rows, cols, data: new Float64Array(rows * cols) };
      await gemm().multiply(first, second, y, transpose);
      expect(largestDifference(y.data, expected)).toBeLessThan(1e-14);
    }
  });
});

describe('onnxruntime', () => {
  it('is done without where onnxruntime-node can not be imported', async () => {
    vi.doMock('onnxruntime-node', () => {
      throw new Error('not installed');
    });
    expect(await openNativeGemm()).toBeUndefined();
    expect(await openGemm()).toBe(plainGemm);
    vi.doUnmock('onnxruntime-node');
  });
});

function transposed({ rows, cols, data }: Matrix<Float64Array>): Matrix<Float64Array> {
  return {
    rows: cols,
    cols: rows,
    data: data.map((_, at) => data[(at % rows) * cols + Math.floor(at / rows)]!),
  };
}
