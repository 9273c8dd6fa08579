/** Work of a run's kind and size, made up where it is not there, for measuring how long stages take. */
import { hashOf } from '../../artifacts/stable-json.ts';
import type { Checkpoint } from '../../contracts.ts';
import { OUTLIERS_PUBLISHED } from '../../frame-figures.ts';
import { DEFAULT_MAPS } from '../../options/index.ts';
import type { RunSource } from '../../run-source.ts';
import type { MapToDraw } from '../../stages/describe-frames.ts';
import type { ResultsToDraw } from '../../stages/draw.ts';
import type { FittedRun } from '../../stages/fit-projections.ts';

/** The same run with its first images only. */
export function withImages(source: RunSource, images: number): RunSource {
  const { dataset } = source;
  const digest = hashOf({ dataset: dataset.digest, images });
  return { ...source, dataset: { ...dataset, digest, items: dataset.items.slice(0, images) } };
}

/** Frames of a map: the first ones of the run's own where it is packed, else of random points, always the same. */
export function sampleMap({ dataset, packed }: RunSource, count: number): ResultsToDraw<MapToDraw> {
  if (packed !== undefined) {
    const [first] = packed.maps;
    const frames = packed.frames.slice(0, count);
    return { frames, maps: [{ ...first, frames: first.frames.slice(0, count) }] };
  }
  const n = dataset.items.length;
  const draw = openRandom(1);
  const outliers = Array.from({ length: Math.min(OUTLIERS_PUBLISHED, n) }, (_, index) => ({
    index,
    score: 1,
    distanceRatio: 1,
  }));
  return {
    frames: Array.from({ length: count }, (_, step) => ({
      step,
      epoch: undefined,
      accuracy: undefined,
      outliers,
    })),
    maps: [
      {
        options: DEFAULT_MAPS[0],
        frames: Array.from({ length: count }, () => ({
          points: { rows: n, cols: 2, data: Float64Array.from({ length: 2 * n }, () => draw() - draw()) },
        })),
      },
    ],
  };
}

/** Embeddings and logits of `count` checkpoints, always the same. */
export function drawRun({ dataset }: RunSource, checkpoint: Checkpoint, count: number): FittedRun {
  const rows = dataset.items.length;
  const columns = dataset.classNames.map((name, label) => ({ name, label }));
  const { embeddingWidth } = checkpoint;
  const checkpoints = Array.from({ length: count }, (_, at) => ({ checkpoint, key: `measured-${at}` }));
  const drawMatrix = (cols: number, seed: number, sizeOf: (column: number) => number) => {
    const draw = openRandom(seed);
    const data = new Float32Array(new SharedArrayBuffer(4 * rows * cols));
    for (let index = 0; index < data.length; index++) data[index] = (draw() - 0.5) * sizeOf(index % cols);
    return Promise.resolve({ rows, cols, data });
  };
  return {
    // Columns shrink as the principal components of a trained model do.
    embedded: checkpoints.map((one, at) => ({
      ...one,
      load: () => drawMatrix(embeddingWidth, at + 1, (column) => 1 / (1 + column)),
    })),
    classes: {
      columns,
      checkpoints: checkpoints.map((one, at) => ({
        ...one,
        load: () => drawMatrix(columns.length, at + 1, () => 8),
      })),
    },
  };
}

/** Uniform numbers 0 … 1 by a linear congruential generator (Numerical Recipes). */
function openRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
