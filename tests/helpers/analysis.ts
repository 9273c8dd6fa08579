/** What the tests of the analysis share: seeded matrices and the reference values of the Python libraries. */
import { readFileSync } from 'node:fs';
import { openNativeGemm, type Gemm } from '../../integrations/embedding-animation/analysis/linalg/gemm.ts';
import {
  fitPca,
  scoreOutliers,
  copyToShared,
  type AnalysisPool,
} from '../../integrations/embedding-animation/analysis/index.ts';
import type {
  EmbeddingMap,
  Embeddings,
  Matrix,
  OutlierScores,
} from '../../integrations/embedding-animation/contracts.ts';
import { withPooledArrays } from '../../integrations/embedding-animation/threads/buffer-pool.ts';
import { settleAll } from '../../integrations/embedding-animation/threads/concurrency.ts';

/** Numbers in [−1, 1) in a fixed order. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Products by onnxruntime, which the tests can't do without. */
export async function requireNativeGemm(): Promise<Gemm> {
  const gemm = await openNativeGemm();
  if (gemm === undefined) throw new Error('onnxruntime-node can not be imported');
  return gemm;
}

/**
 * Scores outliers and fits the map of embeddings at the same time on all threads of a pool, as the stages do.
 * Embeddings in shared memory are read in place, others copied.
 */
export function analyseEmbeddings(
  pool: AnalysisPool,
  embeddings: Embeddings,
  options: { readonly k?: number } = {},
): Promise<{ readonly outliers: OutlierScores; readonly map: EmbeddingMap }> {
  return withPooledArrays(pool.buffers, async (arrays) => {
    const isShared = embeddings.data.buffer instanceof SharedArrayBuffer;
    const shared = isShared ? embeddings : copyToShared(embeddings, arrays);
    const [outliers, map] = await settleAll([
      scoreOutliers(shared, { ...options, executor: pool }),
      fitPca(shared, { executor: pool }),
    ]);
    return { outliers, map };
  });
}

/** `[rows × cols]` embeddings whose columns shrink by `decay` from one to the next. */
export function randomEmbeddings(rows: number, cols: number, { seed = 1, decay = 1 } = {}): Embeddings {
  const random = createRandom(seed);
  const data = Float32Array.from(
    { length: rows * cols },
    (_, at) => (random() + random() + random()) * decay ** (at % cols),
  );
  return { rows, cols, data };
}

/** The same rows, far from the origin: all point in nearly one direction. */
export function shifted({ rows, cols, data }: Embeddings, by: number): Embeddings {
  return { rows, cols, data: data.map((value) => value + by) };
}

/** Groups of `size` rows that are equal. */
export function repeated({ rows, cols, data }: Embeddings, size: number): Embeddings {
  const copy = data.slice();
  for (let i = 0; i < rows; i++) {
    const source = (i - (i % size)) * cols;
    copy.set(data.subarray(source, source + cols), i * cols);
  }
  return { rows, cols, data: copy };
}

/** `count` of the rows set to zero: each seventh from the first on. */
export function withZeros({ rows, cols, data }: Embeddings, count: number, first = 0): Embeddings {
  const copy = data.slice();
  for (let i = 0; i < count; i++) copy.fill(0, (first + 7 * i) * cols, (first + 7 * i + 1) * cols);
  return { rows, cols, data: copy };
}

/** The same rows in a space with more axes, all of them zero. */
export function padded({ rows, cols, data }: Embeddings, width: number): Embeddings {
  const wide = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) wide.set(data.subarray(i * cols, (i + 1) * cols), i * width);
  return { rows, cols: width, data: wide };
}

/** A map from x, y, x, y, … */
export function mapOf(values: Iterable<number>): Matrix<Float64Array> {
  const data = Float64Array.from(values);
  return { rows: data.length / 2, cols: 2, data };
}

/** Embeddings from rows of numbers. */
export function embeddingsOf(rows: readonly (readonly number[])[]): Embeddings {
  return { rows: rows.length, cols: rows[0]!.length, data: Float32Array.from(rows.flat()) };
}

/** The largest |aᵢ − bᵢ|; infinite when the lengths differ or a number is missing. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    largest = Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  }
  return largest;
}

/** The longer side of a map's bounding box. */
export function extentOf({ data }: Matrix<Float64Array>): number {
  const side = (axis: 0 | 1): number => {
    const values = data.filter((_, at) => at % 2 === axis);
    return Math.max(...values) - Math.min(...values);
  };
  return Math.max(side(0), side(1));
}

/** One matrix with what cleanlab and scikit-learn make of it. */
export interface AnalysisGolden {
  readonly name: string;
  readonly k: number | null;
  readonly embeddings: Embeddings;
  readonly scores: Float64Array;
  /** Absent where float32 distances are mostly rounding. */
  readonly scoresOfFloat32: Float32Array | undefined;
  readonly pca: Float64Array | undefined;
  readonly ratio: readonly [number, number] | undefined;
}

/** Two maps with what SciPy makes of them. */
export interface ProcrustesGolden {
  readonly name: string;
  readonly reference: Matrix<Float64Array>;
  readonly points: Matrix<Float64Array>;
  readonly standardised: Float64Array;
  readonly aligned: Float64Array;
  readonly disparity: number;
}

interface AnalysisCase {
  name: string;
  rows: number;
  cols: number;
  k: number | null;
  dtype: 'i8' | 'f32';
  features: string;
  scores: string;
  scoresOfFloat32?: string;
  pca?: string;
  ratio?: [number, number];
}

interface ProcrustesCase {
  name: string;
  reference: string;
  points: string;
  standardised: string;
  aligned: string;
  disparity: number;
}

/** The cases of `tests/golden/make-analysis.py`. */
export function readAnalysisGoldens(): AnalysisGolden[] {
  return readGolden<AnalysisCase>('outliers-and-pca').map(
    ({ name, rows, cols, k, dtype, features, ...made }) => {
      const bytes = decode(features);
      const data = dtype === 'i8' ? Float32Array.from(new Int8Array(bytes)) : new Float32Array(bytes);
      return {
        name,
        k,
        embeddings: { rows, cols, data },
        scores: new Float64Array(decode(made.scores)),
        scoresOfFloat32:
          made.scoresOfFloat32 === undefined ? undefined : new Float32Array(decode(made.scoresOfFloat32)),
        pca: made.pca === undefined ? undefined : new Float64Array(decode(made.pca)),
        ratio: made.ratio,
      };
    },
  );
}

/** The pairs of `tests/golden/make-analysis.py`. */
export function readProcrustesGoldens(): ProcrustesGolden[] {
  return readGolden<ProcrustesCase>('procrustes').map(
    ({ name, reference, points, standardised, aligned, disparity }) => ({
      name,
      reference: mapOf(new Float64Array(decode(reference))),
      points: mapOf(new Float64Array(decode(points))),
      standardised: new Float64Array(decode(standardised)),
      aligned: new Float64Array(decode(aligned)),
      disparity,
    }),
  );
}

function readGolden<Case>(name: string): Case[] {
  const file = new URL(`../golden/analysis/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Case[]; // our own script wrote it in this shape
}

function decode(base64: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer;
}
