import { describe, expect, it } from 'vitest';
import {
  decodeMap,
  decodeOutlierScores,
  encodeMap,
  encodeOutlierScores,
  encodeEmbeddings,
  encodePixelsHeader,
  PIXELS_HEADER_BYTES,
  decodeEmbeddings,
  decodePixelsHeader,
} from '../../../integrations/embedding-animation/artifacts/cached-results.ts';

describe('results in the cache', () => {
  it('embeddings come back as they were, wherever they lie', () => {
    const data = Float32Array.of(1, -2, 3.5, 0, 5, 1e-7);
    const back = decodeEmbeddings(encodeEmbeddings({ rows: 2, cols: 3, data }), 2, 3)!;
    expect([...back.data]).toEqual([...data]);
    const unaligned = Buffer.concat([Buffer.alloc(3), encodeEmbeddings({ rows: 2, cols: 3, data })]).subarray(
      3,
    );
    expect([...decodeEmbeddings(unaligned, 2, 3)!.data]).toEqual([...data]);
  });

  it('an entry of another size is no entry', () => {
    expect(decodeEmbeddings(new Uint8Array(20), 2, 3)).toBeUndefined();
    expect(decodeOutlierScores(new Uint8Array(20), 2)).toBeUndefined();
    expect(decodeMap(new Uint8Array(20), 2)).toBeUndefined();
    expect(decodePixelsHeader(new Uint8Array(3), 3)).toBeUndefined();
    expect(decodePixelsHeader(encodePixelsHeader({ count: 2, height: 4, width: 4 }), 13)).toBeUndefined();
  });

  it('outlier scores and maps come back to the last bit', () => {
    const outliers = {
      k: 1,
      metric: 'cosine' as const,
      scores: Float64Array.of(0.1, 0.2),
      meanDistances: Float64Array.of(1 / 3, 2 / 3),
    };
    const map = {
      points: { rows: 2, cols: 2, data: Float64Array.of(Math.PI, -1, 0, Math.E) },
      explainedVarianceRatio: [0.5, 0.25] as const,
    };
    const insideOfAFile = (bytes: Uint8Array) => Buffer.concat([Buffer.alloc(5), bytes]).subarray(5);
    expect(decodeOutlierScores(insideOfAFile(encodeOutlierScores(outliers)), 2)).toEqual(outliers);
    expect(decodeMap(insideOfAFile(encodeMap(map)), 2)).toEqual(map);
  });

  it('the header of pixels comes back where as many pixels follow', () => {
    const header = { count: 2, height: 3, width: 5 };
    const bytes = encodePixelsHeader(header);
    expect(bytes).toHaveLength(PIXELS_HEADER_BYTES);
    expect(decodePixelsHeader(bytes, PIXELS_HEADER_BYTES + 2 * 3 * 3 * 5)).toEqual(header);
  });
});
