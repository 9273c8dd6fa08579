/** Embeddings of the article's size, equal to those of `tests/golden/make-analysis-large.py` to the last bit. */
import { readFileSync } from 'node:fs';
import type { Embeddings } from '../../integrations/embedding-animation/contracts.ts';

const ROWS = 10_000;
const COLS = 768;
const CLASSES = 10;

/** What the Python libraries make of one frame. Scores and points are those of the sampled rows. */
export interface LargeFrame {
  readonly name: string;
  /** How far apart the classes are; `null` for data without structure. */
  readonly spread: number | null;
  /** Of the embeddings' bytes. */
  readonly sha256: string;
  readonly outliers: readonly number[];
  readonly scores: Float64Array;
  readonly points: Float64Array;
  readonly ratio: readonly [number, number];
}

/** The reference values, and the first frame aligned with the second. */
export interface LargeGolden {
  readonly sample: readonly number[];
  readonly frames: readonly LargeFrame[];
  readonly alignment: { readonly aligned: Float64Array; readonly disparity: number };
}

/** Makes the embeddings of a frame. */
export function makeLargeEmbeddings(spread: number | null): Embeddings {
  const data = new Float32Array(new SharedArrayBuffer(ROWS * COLS * Float32Array.BYTES_PER_ELEMENT));
  for (let i = 0; i < ROWS; i++) {
    for (let j = 0; j < COLS; j++) {
      data[i * COLS + j] = spread === null ? noise(i * COLS + j) : structured(i, j, spread);
    }
  }
  return { rows: ROWS, cols: COLS, data };
}

/** Reads the reference values. */
export function readLargeGolden(): LargeGolden {
  const file = new URL('../golden/analysis/large.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    ['scores', 'points', 'aligned'].includes(key) && typeof value === 'string' ? decode(value) : value,
  ) as LargeGolden; // our own script wrote it in this shape
}

function structured(i: number, j: number, spread: number): number {
  if (i === 70) return 0;
  const row = sourceOf(i);
  const centre = uniform(4, (row % CLASSES) * COLS + j);
  return (uniform(5, j) + spread * centre + noise(row * COLS + j)) / (1 + j / 8);
}

/** The row that row i repeats; mostly itself. */
function sourceOf(i: number): number {
  if (i > 40 && i < 52) return 40;
  return i > 60 && i < 65 ? 60 : i;
}

function noise(index: number): number {
  return uniform(1, index) + uniform(2, index) + uniform(3, index);
}

/** A number in [−0.5, 0.5) for an index: the mixing steps of MurmurHash3. */
function uniform(seed: number, index: number): number {
  let mixed = (index + Math.imul(seed, 0x9e3779b9)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32 - 0.5;
}

function decode(base64: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
}
