/** A little work for the stages: part of a run, or numbers that look like one's. */
import { hashOf } from '../artifacts/stable-json.ts';
import type { Checkpoint, Embeddings } from '../contracts.ts';
import { LEADERBOARD_ROWS } from '../rendering/index.ts';
import type { RunSource } from '../run-source.ts';
import type { DrawnFrame } from '../stages/describe-frames.ts';

/** The same run with its first images only. */
export function withImages(source: RunSource, images: number): RunSource {
  const { dataset } = source;
  const digest = hashOf({ dataset: dataset.digest, images });
  return { ...source, dataset: { ...dataset, digest, items: dataset.items.slice(0, images) } };
}

/** The same run with these checkpoints. */
export function withCheckpoints(source: RunSource, checkpoints: readonly Checkpoint[]): RunSource {
  return { ...source, trainer: { ...source.trainer, checkpoints } };
}

/** Random numbers, always the same, whose columns shrink as the principal components of a trained model do. */
export function drawEmbeddings(rows: number, cols: number): Embeddings {
  const random = createRandom();
  const data = new Float32Array(new SharedArrayBuffer(4 * rows * cols)).map(
    (_, at) => (random() - 0.5) / (1 + (at % cols)),
  );
  return { rows, cols, data };
}

/** Frames of the run: its own first ones where it is packed, else of random points, always the same. */
export function samplePoints({ dataset, packed }: RunSource, count: number): readonly DrawnFrame[] {
  if (packed !== undefined) return packed.frames.slice(0, count);
  const n = dataset.items.length;
  const random = createRandom();
  return Array.from({ length: count }, (_, step) => ({
    step,
    epoch: undefined,
    accuracy: undefined,
    points: { rows: n, cols: 2, data: Float64Array.from({ length: 2 * n }, () => random() - random()) },
    disparity: 0,
    outliers: Array.from({ length: Math.min(LEADERBOARD_ROWS, n) }, (_, index) => ({ index, score: 1 })),
  }));
}

/** Uniform numbers 0 … 1 by a linear congruential generator (Numerical Recipes). */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
