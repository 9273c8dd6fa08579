/** How long a run's stages take on this machine: each is run on a little of the work, and the rest follows. */
import { hashOf } from '../artifacts/stable-json.ts';
import type { Embeddings, Frame } from '../contracts.ts';
import type { PipelineContext } from '../pipeline.ts';
import type { RunSource } from '../run-source.ts';
import { analyseCheckpoints } from '../stages/analyse.ts';
import { drawFrames } from '../stages/draw.ts';
import { embedCheckpoints, type EmbeddedCheckpoint } from '../stages/embed.ts';
import { joinFrames } from '../stages/join.ts';
import { openMemoryCache } from './memory-cache.ts';
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

/** Measures what a run's stages take; nothing is kept. */
export async function measureStages(source: RunSource, context: PipelineContext): Promise<StageTimes> {
  const measured = { ...source, file: { ...source.file, storeEmbeddings: false } };
  const own = { ...context, progress: silentProgress(context) };
  return {
    embedImage: source.packed === undefined ? await measureEmbedding(measured, own) : 0,
    analyseCheckpoint: source.packed === undefined ? await measureAnalysis(measured, own) : 0,
    drawFrame: await measureDrawing(measured, own),
  };
}

/** The last checkpoint on a few images, then on more: what both have in common is starting, not embedding. */
async function measureEmbedding(source: RunSource, context: PipelineContext): Promise<number> {
  const last = source.trainer.checkpoints.at(-1)!; // a run has a checkpoint
  if (last.form === 'embeddings') return 0;
  const total = source.dataset.items.length;
  const embedFirst = (images: number) =>
    timeOf(() =>
      embedCheckpoints(withImages(withCheckpoint(source, last), images), {
        ...context,
        cache: openMemoryCache(),
      }),
    );
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

async function measureAnalysis(source: RunSource, context: PipelineContext): Promise<number> {
  const checkpoint = source.trainer.checkpoints.at(-1)!;
  const images = source.dataset.items.length;
  const analyse = (points: number) =>
    timeOf(() =>
      analyseCheckpoints(
        withImages(source, points),
        Array.from({ length: context.threads }, (_, thread): EmbeddedCheckpoint => ({
          checkpoint,
          key: `measured ${points} ${thread}`,
          load: () => Promise.resolve(drawEmbeddings(points, checkpoint.hiddenSize)),
        })),
        { ...context, cache: openMemoryCache() },
      ),
    );
  const k = (source.file.k ?? 10) + 1;
  const points = Math.min(images, ANALYSED_POINTS);
  const start = await analyse(Math.min(points, k + 1));
  const difference = Math.max(0, (await analyse(points)) - start) / context.threads;
  return difference * (images / points) ** 2;
}

async function measureDrawing(source: RunSource, context: PipelineContext): Promise<number> {
  const draw = (count: number) =>
    timeOf(async () => {
      const own = { ...context, cache: openMemoryCache() };
      await joinFrames(source, await drawFrames(source, drawPoints(source, count), own), own);
    });
  const [few, many] = [context.threads, context.threads * (1 + DRAWN_FRAMES)];
  const start = await draw(few);
  return Math.max(0, (await draw(many)) - start) / (many - few);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
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
