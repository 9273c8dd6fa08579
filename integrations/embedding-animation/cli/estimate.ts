/** How long a run's stages take on this machine: each is run on a little of the work, and the rest follows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '../artifacts/cache.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Embeddings, Frame, OnProgress } from '../contracts.ts';
import type { PipelineContext } from '../pipeline.ts';
import type { RunSource } from '../run-source.ts';
import { analyseCheckpoints } from '../stages/analyse.ts';
import { drawFrames } from '../stages/draw.ts';
import { embedCheckpoints, type EmbeddedCheckpoint } from '../stages/embed.ts';
import { joinFrames } from '../stages/join.ts';
import { silentProgress, withCheckpoint } from './probe.ts';

/** Milliseconds of one unit of each stage's work, with all threads at work. */
export interface StageTimes {
  /** One image with one checkpoint; 0 for ready embeddings. */
  readonly embedImage: number;
  /** One checkpoint of random embeddings, which are the slowest kind. */
  readonly analyseCheckpoint: number;
  /** One frame, drawn and joined to the GIF. */
  readonly drawFrame: number;
}

const FIRST_IMAGES = 16;
/** Images are added until the difference is this long, or the whole measurement so long. */
const TELLING_MS = 400;
const PATIENCE_MS = 8000;
const GROWTH = 4;
/** Points at which the analysis is timed; its time grows with their square. */
const ANALYSED_POINTS = 2000;
const DRAWN_FRAMES = 3;

/** Times some work with an empty cache. */
type Timer = (work: (context: PipelineContext) => Promise<unknown>) => Promise<number>;

/** Measures what a run's stages take; nothing is kept. `onProgress` counts stages. */
export async function measureStages(
  source: RunSource,
  context: PipelineContext,
  onProgress: OnProgress,
): Promise<StageTimes> {
  const measured = { ...source, file: { ...source.file, storeEmbeddings: false } };
  const progress = silentProgress(context);
  const scratch = await mkdtemp(join(tmpdir(), 'embedding-animation-'));
  let runs = 0;
  const timeOf: Timer = async (work) => {
    const cache = openCache(join(scratch, String(runs++)), progress.logger);
    const start = performance.now();
    await work({ ...context, progress, cache });
    return performance.now() - start;
  };
  try {
    const isPacked = source.packed !== undefined;
    onProgress(0, 3);
    const embedImage = isPacked ? 0 : await measureEmbedding(measured, timeOf);
    onProgress(1, 3);
    const analyseCheckpoint = isPacked ? 0 : await measureAnalysis(measured, context.threads, timeOf);
    onProgress(2, 3);
    return {
      embedImage,
      analyseCheckpoint,
      drawFrame: await measureDrawing(measured, context.threads, timeOf),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The last checkpoint on a few images, then on more: what both have in common is starting, not embedding. */
async function measureEmbedding(source: RunSource, timeOf: Timer): Promise<number> {
  const last = source.trainer.checkpoints.at(-1)!; // a run has a checkpoint
  if (last.form === 'embeddings') return 0;
  const total = source.dataset.items.length;
  const embedFirst = (images: number) =>
    timeOf((context) => embedCheckpoints(withImages(withCheckpoint(source, last), images), context));
  let images = Math.min(FIRST_IMAGES, total);
  const few = { images, ms: await embedFirst(images) };
  let spent = few.ms;
  let many = few;
  while (images < total && many.ms - few.ms < TELLING_MS && spent < PATIENCE_MS) {
    images = Math.min(images * GROWTH, total);
    many = { images, ms: await embedFirst(images) };
    spent += many.ms;
  }
  const difference = (many.ms - few.ms) / (many.images - few.images);
  return difference > 0 ? difference : many.ms / many.images; // too few images to tell the start from the rest
}

async function measureAnalysis(source: RunSource, threads: number, timeOf: Timer): Promise<number> {
  const checkpoint = source.trainer.checkpoints.at(-1)!;
  const images = source.dataset.items.length;
  const analyse = (points: number) => {
    const embedded = Array.from({ length: threads }, (_, thread): EmbeddedCheckpoint => ({
      checkpoint,
      key: `measured-${points}-${thread}`,
      load: () => Promise.resolve(drawEmbeddings(points, checkpoint.hiddenSize)),
    }));
    return timeOf((context) => analyseCheckpoints(withImages(source, points), embedded, context));
  };
  const k = (source.file.k ?? 10) + 1;
  const points = Math.min(images, ANALYSED_POINTS);
  const start = await analyse(Math.min(points, k + 1));
  const difference = Math.max(0, (await analyse(points)) - start) / threads;
  return difference * (images / points) ** 2;
}

async function measureDrawing(source: RunSource, threads: number, timeOf: Timer): Promise<number> {
  const draw = (count: number) =>
    timeOf(async (context) => {
      await joinFrames(source, await drawFrames(source, drawPoints(source, count), context), context);
    });
  const [few, many] = [threads, threads * (1 + DRAWN_FRAMES)];
  const start = await draw(few);
  return Math.max(0, (await draw(many)) - start) / (many - few);
}

function withImages(source: RunSource, images: number): RunSource {
  const { dataset } = source;
  const digest = hashOf({ dataset: dataset.digest, images });
  return { ...source, dataset: { ...dataset, digest, items: dataset.items.slice(0, images) } };
}

/** Numbers without structure, always the same. */
function drawEmbeddings(rows: number, cols: number): Embeddings {
  const random = createRandom();
  const data = new Float32Array(new SharedArrayBuffer(4 * rows * cols)).map(() => random() - 0.5);
  return { rows, cols, data };
}

function drawPoints({ dataset }: RunSource, count: number): Frame[] {
  const n = dataset.items.length;
  const random = createRandom();
  return Array.from({ length: count }, (_, step) => ({
    step,
    epoch: undefined,
    loss: undefined,
    accuracy: undefined,
    points: { rows: n, cols: 2, data: Float64Array.from({ length: 2 * n }, () => random() - random()) },
    scores: new Float64Array(n).fill(1),
    meanDistances: new Float64Array(n),
    explainedVarianceRatio: [0.5, 0.5] as const,
    disparity: 0,
    reflected: false,
    outliers: Array.from({ length: Math.min(10, n) }, (_, index) => ({ index, score: 1 })),
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
