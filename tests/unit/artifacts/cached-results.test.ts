import { describe, expect, it } from 'vitest';
import {
  packAnalysis,
  packEmbeddings,
  packPixelsHeader,
  PIXELS_HEADER_BYTES,
  unpackAnalysis,
  unpackEmbeddings,
  unpackPixelsHeader,
} from '../../../integrations/embedding-animation/artifacts/cached-results.ts';

describe('packed results', () => {
  it('embeddings come back as they were, wherever they lie', () => {
    const data = Float32Array.of(1, -2, 3.5, 0, 5, 1e-7);
    const back = unpackEmbeddings(packEmbeddings({ rows: 2, cols: 3, data }), 2, 3)!;
    expect([...back.data]).toEqual([...data]);
    const unaligned = Buffer.concat([Buffer.alloc(3), packEmbeddings({ rows: 2, cols: 3, data })]).subarray(
      3,
    );
    expect([...unpackEmbeddings(unaligned, 2, 3)!.data]).toEqual([...data]);
  });

  it('an entry of another size is no entry', () => {
    expect(unpackEmbeddings(new Uint8Array(20), 2, 3)).toBeUndefined();
    expect(unpackAnalysis(new Uint8Array(20), 2)).toBeUndefined();
    expect(unpackPixelsHeader(new Uint8Array(3), 3)).toBeUndefined();
    expect(unpackPixelsHeader(packPixelsHeader({ count: 2, height: 4, width: 4 }), 13)).toBeUndefined();
  });

  it('an analysis comes back to the last bit', () => {
    const analysis = {
      outliers: {
        k: 1,
        metric: 'cosine' as const,
        scores: Float64Array.of(0.1, 0.2),
        meanDistances: Float64Array.of(1 / 3, 2 / 3),
      },
      projection: {
        points: { rows: 2, cols: 2, data: Float64Array.of(Math.PI, -1, 0, Math.E) },
        explainedVarianceRatio: [0.5, 0.25] as const,
      },
    };
    const insideOfAFile = Buffer.concat([Buffer.alloc(5), packAnalysis(analysis)]).subarray(5);
    expect(unpackAnalysis(insideOfAFile, 2)).toEqual(analysis);
  });

  it('the header of pixels comes back where as many pixels follow', () => {
    const header = { count: 2, height: 3, width: 5 };
    const bytes = packPixelsHeader(header);
    expect(bytes).toHaveLength(PIXELS_HEADER_BYTES);
    expect(unpackPixelsHeader(bytes, PIXELS_HEADER_BYTES + 2 * 3 * 3 * 5)).toEqual(header);
  });
});
