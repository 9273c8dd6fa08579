/** How long a run's stages take on this machine: each is run on a little of the work, and the rest follows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '../artifacts/cache.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { OnProgress } from '../contracts.ts';
import type { PipelineContext } from '../pipeline.ts';
import type { RunSource } from '../run-source.ts';
import { analyseCheckpoints } from '../stages/analyse.ts';
import { drawFrames } from '../stages/draw.ts';
import { embedCheckpoints, type EmbeddedCheckpoint } from '../stages/embed.ts';
import { joinFrames } from '../stages/join.ts';
import { silentProgress, withCheckpoint } from './probe.ts';
import { drawEmbeddings, drawPoints, withImages } from './sample-work.ts';

/** What a stage costs on this machine, with all threads at work. */
export interface StageCost {
  /** Milliseconds before the first unit is done: threads start, images are prepared. */
  readonly onceMs: number;
  /** Milliseconds of each unit: a checkpoint or a frame. */
  readonly eachMs: number;
}

/** Costs by stage. */
export type StageCosts = Readonly<Record<'embed' | 'analyse' | 'draw', StageCost>>;

const NOTHING: StageCost = { onceMs: 0, eachMs: 0 };
const FIRST_IMAGES = 16;
/** Images are added until the difference is this long, or the whole measurement so long. */
const TELLING_MS = 1000;
const PATIENCE_MS = 8000;
/** A measurement that took this long is not repeated with many times as many images. */
const SLOW_MS = 2000;
/** Points at which the analysis is timed; its time grows with their square. */
const ANALYSED_POINTS = 2000;
const DRAWN_FRAMES = 3;

/** Times some work, with an empty cache or with a `warm` one: what the work before has left. */
type Timer = (
  work: (context: PipelineContext) => Promise<unknown>,
  cache?: 'empty' | 'warm',
) => Promise<number>;

/** Measures what a run's stages take; nothing is kept. `onProgress` counts stages. */
export async function measureStages(
  source: RunSource,
  context: PipelineContext,
  onProgress: OnProgress,
): Promise<StageCosts> {
  const measured = { ...source, file: { ...source.file, storeEmbeddings: false } };
  const progress = silentProgress(context);
  const scratch = await mkdtemp(join(tmpdir(), 'embedding-animation-'));
  let runs = 0;
  const timeOf: Timer = async (work, state = 'empty') => {
    if (state === 'empty') runs++;
    const cache = openCache(join(scratch, String(runs)), progress.logger);
    const start = performance.now();
    await work({ ...context, progress, cache });
    return performance.now() - start;
  };
  try {
    const { threads } = context;
    const isPacked = source.packed !== undefined;
    onProgress(0, 3);
    const embed = isPacked ? NOTHING : await measureEmbedding(measured, timeOf);
    onProgress(1, 3);
    const analyse = isPacked ? NOTHING : await measureAnalysis(measured, threads, timeOf);
    onProgress(2, 3);
    return { embed, analyse, draw: await measureDrawing(measured, threads, timeOf) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * The last checkpoint on a few images, then on more: what both have in common is the start. Once more, with the
 * images prepared: what is saved is the preparation, which happens once for all checkpoints.
 */
async function measureEmbedding(source: RunSource, timeOf: Timer): Promise<StageCost> {
  const last = source.trainer.checkpoints.at(-1)!; // a run has a checkpoint
  if (last.form === 'embeddings') return NOTHING;
  const total = source.dataset.items.length;
  const embedFirst = (images: number) => (context: PipelineContext) =>
    embedCheckpoints(withImages(withCheckpoint(source, last), images), context);
  const few = { images: Math.min(FIRST_IMAGES, total), ms: 0 };
  few.ms = await timeOf(embedFirst(few.images));
  let [many, spent] = [few, few.ms];
  while (many.images < total && many.ms - few.ms < TELLING_MS && spent < PATIENCE_MS) {
    const images = Math.min(many.images * (many.ms < SLOW_MS ? 4 : 2), total);
    many = { images, ms: await timeOf(embedFirst(images)) };
    spent += many.ms;
  }
  const other = { ...last, digest: hashOf({ digest: last.digest, use: 'measuring' }) }; // embedded anew
  const embedAgain = (context: PipelineContext) =>
    embedCheckpoints(withImages(withCheckpoint(source, other), many.images), context);
  const prepared = await timeOf(embedAgain, 'warm');
  const added = many.images - few.images;
  const imageMs = added === 0 ? many.ms / many.images : Math.max(0, many.ms - few.ms) / added;
  const startMs = Math.max(0, few.ms - few.images * imageMs);
  const embedMs = Math.min(imageMs, Math.max(0, prepared - startMs) / many.images);
  return { onceMs: startMs + (imageMs - embedMs) * total, eachMs: embedMs * total };
}

async function measureAnalysis(source: RunSource, threads: number, timeOf: Timer): Promise<StageCost> {
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
  const onceMs = await analyse(Math.min(points, k + 1));
  const difference = Math.max(0, (await analyse(points)) - onceMs) / threads;
  return { onceMs, eachMs: difference * (images / points) ** 2 };
}

async function measureDrawing(source: RunSource, threads: number, timeOf: Timer): Promise<StageCost> {
  const draw = (count: number) =>
    timeOf(async (context) => {
      await joinFrames(source, await drawFrames(source, drawPoints(source, count), context), context);
    });
  const [few, many] = [threads, threads * (1 + DRAWN_FRAMES)];
  const start = await draw(few);
  const eachMs = Math.max(0, (await draw(many)) - start) / (many - few);
  return { onceMs: Math.max(0, start - few * eachMs), eachMs };
}
