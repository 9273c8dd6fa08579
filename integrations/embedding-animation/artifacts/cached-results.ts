/** How typed results lie in a cache entry: little-endian numbers, nothing else. */
import type { Embeddings, OutlierScores, Projection } from '../contracts.ts';

const HEADER = 4;

/** What is kept of one checkpoint's analysis. */
export interface Analysis {
  readonly outliers: OutlierScores;
  readonly projection: Projection;
}

/** `[n × d]` float32, row-major. */
export function packEmbeddings({ data }: Embeddings): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The embeddings of a cache entry, in its own memory where that is aligned. `undefined` when its size is not n × d. */
export function unpackEmbeddings(bytes: Uint8Array, rows: number, cols: number): Embeddings | undefined {
  if (bytes.byteLength !== rows * cols * Float32Array.BYTES_PER_ELEMENT) return undefined;
  const isAligned = bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? bytes : copyBytes(bytes);
  return { rows, cols, data: new Float32Array(buffer, byteOffset, rows * cols) };
}

/** `[k, is cosine, ratio 1, ratio 2, scores n, mean distances n, points 2n]` as float64. */
export function packAnalysis({ outliers, projection }: Analysis): Uint8Array {
  const n = outliers.scores.length;
  const values = new Float64Array(HEADER + 4 * n);
  values.set([outliers.k, outliers.metric === 'cosine' ? 1 : 0, ...projection.explainedVarianceRatio]);
  values.set(outliers.scores, HEADER);
  values.set(outliers.meanDistances, HEADER + n);
  values.set(projection.points.data, HEADER + 2 * n);
  return new Uint8Array(values.buffer);
}

/** The analysis of a cache entry for `n` images; `undefined` when its size does not fit. */
export function unpackAnalysis(bytes: Uint8Array, n: number): Analysis | undefined {
  if (bytes.byteLength !== (HEADER + 4 * n) * Float64Array.BYTES_PER_ELEMENT) return undefined;
  const values = new Float64Array(copyBytes(bytes).buffer);
  const [k = 0, cosine = 0, first = 0, second = 0] = values;
  return {
    outliers: {
      k,
      metric: cosine === 1 ? 'cosine' : 'euclidean',
      scores: values.slice(HEADER, HEADER + n),
      meanDistances: values.slice(HEADER + n, HEADER + 2 * n),
    },
    projection: {
      points: { rows: n, cols: 2, data: values.slice(HEADER + 2 * n) },
      explainedVarianceRatio: [first, second],
    },
  };
}

/** What stands before the images of a cache entry. */
export interface PixelsHeader {
  readonly count: number;
  /** Of each stored image, in px. */
  readonly height: number;
  readonly width: number;
}

/** `[count, height, width]` as uint32. */
export const PIXELS_HEADER_BYTES = 3 * Uint32Array.BYTES_PER_ELEMENT;

/** The first bytes of an entry of 8-bit RGB images of one size. */
export function packPixelsHeader({ count, height, width }: PixelsHeader): Uint8Array {
  return new Uint8Array(Uint32Array.of(count, height, width).buffer);
}

/** What the first bytes of an entry of `length` bytes say; `undefined` when its size does not fit. */
export function unpackPixelsHeader(bytes: Uint8Array, length: number): PixelsHeader | undefined {
  if (bytes.byteLength < PIXELS_HEADER_BYTES) return undefined;
  const [count = 0, height = 0, width = 0] = new Uint32Array(
    copyBytes(bytes.subarray(0, PIXELS_HEADER_BYTES)).buffer,
  );
  if (length !== PIXELS_HEADER_BYTES + count * 3 * height * width) return undefined;
  return { count, height, width };
}

/** A copy with a buffer of its own, aligned for wider numbers; `slice` of a Node Buffer would be a view. */
function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
