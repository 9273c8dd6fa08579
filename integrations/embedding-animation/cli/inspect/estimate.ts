/** How long a run's stages take on this machine: each does a little of the work that is left, and the rest follows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '../../artifacts/cache.ts';
import { hashOf } from '../../artifacts/stable-json.ts';
import type { Checkpoint, OnProgress } from '../../contracts.ts';
import type { PipelineContext } from '../../pipeline.ts';
import { OUTLIERS_PUBLISHED } from '../../frame-figures.ts';
import type { RunSource } from '../../run-source.ts';
import { analyseCheckpoints } from '../../stages/analyse.ts';
import type { FrameToDraw } from '../../stages/describe-frames.ts';
import { drawFrames } from '../../stages/draw.ts';
import { embedCheckpoints } from '../../stages/embed.ts';
import { encodeGifs } from '../../stages/encode-gifs.ts';
import { silence, withCheckpoints, withoutCopies } from './cache-state.ts';

/** What is left to do: checkpoints to embed and to analyse, frames to draw. */
export interface MissingWork {
  readonly embed: readonly Checkpoint[];
  readonly analyse: readonly Checkpoint[];
  /** Number of frames. */
  readonly draw: number;
}

/** Seconds by stage; 0 where nothing is left. */
export type StageSeconds = Readonly<Record<keyof MissingWork, number>>;

/** Images that each thread embeds at first, and how long at most. */
const FIRST_IMAGES = 4;
const EMBEDDING_LIMIT_MS = 3000;
/** So many times as many tell more, where the work is long enough to spend so much longer on them. */
const MORE_IMAGES = 16;
const MORE_LIMIT_MS = 2000;
/** Points at which the analysis is timed; its time grows with their square. */
const ANALYSED_POINTS = 1500;
const ANALYSED_CHECKPOINTS = 3;
const ANALYSIS_LIMIT_MS = 2000;
const DRAWN_FRAMES_PER_THREAD = 2;
const DRAWING_LIMIT_MS = 4000;

/**
 * Measures what is left of a run; `onProgress` counts stages. No stage does more than what is left of it, so that
 * measuring never takes longer than the work itself; nothing is kept.
 * @throws EmbeddingAnimationError where the work would
 */
export async function estimateWork(
  source: RunSource,
  context: PipelineContext,
  missing: MissingWork,
  onProgress: OnProgress = () => undefined,
): Promise<StageSeconds> {
  const measured = withoutCopies(source);
  onProgress(0, 3);
  const embed = await estimateEmbedding(measured, context, missing.embed);
  onProgress(1, 3);
  const analyse = await estimateAnalysis(measured, context, missing.analyse);
  onProgress(2, 3);
  const draw = await estimateDrawing(measured, context, missing.draw);
  return { embed: embed / 1000, analyse: analyse / 1000, draw: draw / 1000 };
}

/** A few images with the last checkpoint, twice where more than one is left: the second time threads are there. */
async function estimateEmbedding(
  source: RunSource,
  context: PipelineContext,
  missing: readonly Checkpoint[],
): Promise<number> {
  const last = missing.at(-1);
  if (last === undefined) return 0;
  const { threads } = context;
  const total = source.dataset.items.length;
  const other = { ...last, digest: hashOf({ digest: last.digest, use: 'measuring' }) };
  const twice = withCheckpoints(source, missing.length > 1 ? [last, other] : [last]);
  const measureImages = async (images: number, limitMs: number) => {
    const work = (measuring: PipelineContext) => embedCheckpoints(withImages(twice, images), measuring);
    const { ms, reports } = await measure(work, context, limitMs);
    const preparing = reports.findLast(({ stage }) => stage === 'preparing images');
    const embedding = reports.filter(({ stage }) => stage === 'embedding');
    const [first, second] = [images, 2 * images].map((done) =>
      embedding.find((report) => report.done >= done),
    );
    const preparedMs = preparing?.ms ?? ms;
    const reached = first ?? embedding.at(-1) ?? { done: 0, ms }; // where time was over, what was done counts
    const firstMs = reached.ms - preparedMs;
    const checkpointMs = first !== undefined && second !== undefined ? second.ms - first.ms : firstMs;
    const prepared = Math.max(1, preparing?.done ?? images);
    return { ms, prepared, preparedMs, embedded: reached.done, firstMs, checkpointMs };
  };
  const few = await measureImages(Math.min(total, FIRST_IMAGES * threads), EMBEDDING_LIMIT_MS);
  const estimate = (
    { firstMs, checkpointMs }: typeof few,
    prepareMs: number,
    imageMs: number,
    loadMs: number,
  ) => Math.max(0, firstMs - checkpointMs) + total * prepareMs + missing.length * (loadMs + total * imageMs);
  const byFew = estimate(few, few.preparedMs / few.prepared, few.checkpointMs / Math.max(1, few.embedded), 0);
  const images = Math.min(total, MORE_IMAGES * few.prepared);
  const limitMs = few.ms + MORE_LIMIT_MS; // until threads and model are there it takes as long again
  if (images <= few.prepared || few.ms + limitMs >= byFew) return byFew;
  const more = await measureImages(images, limitMs);
  const prepareMs = slope(few.prepared, few.preparedMs, more.prepared, more.preparedMs);
  if (more.embedded <= few.embedded)
    return estimate(few, prepareMs, few.checkpointMs / Math.max(1, few.embedded), 0);
  const imageMs = slope(few.embedded, few.checkpointMs, more.embedded, more.checkpointMs);
  return estimate(more, prepareMs, imageMs, Math.max(0, few.checkpointMs - few.embedded * imageMs));
}

/** Milliseconds of each unit more; on average where they do not tell. */
function slope(few: number, fewMs: number, more: number, moreMs: number): number {
  const each = more > few ? (moreMs - fewMs) / (more - few) : 0;
  return each > 0 ? each : moreMs / more;
}

async function estimateAnalysis(
  source: RunSource,
  context: PipelineContext,
  missing: readonly Checkpoint[],
): Promise<number> {
  const last = missing.at(-1);
  if (last === undefined) return 0;
  const images = source.dataset.items.length;
  const points = Math.min(images, Math.max(ANALYSED_POINTS, (source.file.k ?? 0) + 1));
  const draw = openRandom();
  // Columns shrink as the principal components of a trained model do.
  const load = () => {
    const data = new Float32Array(new SharedArrayBuffer(4 * points * last.hiddenSize));
    for (let at = 0; at < data.length; at++) data[at] = (draw() - 0.5) / (1 + (at % last.hiddenSize));
    return Promise.resolve({ rows: points, cols: last.hiddenSize, data });
  };
  const count = Math.min(missing.length, ANALYSED_CHECKPOINTS);
  const embedded = Array.from({ length: count }, (_, at) => ({
    checkpoint: last,
    key: `measured-${at}`,
    load,
  }));
  const work = (measuring: PipelineContext) =>
    analyseCheckpoints(withImages(source, points), embedded, measuring);
  const { ms, reports } = await measure(work, context, ANALYSIS_LIMIT_MS);
  const { startMs, eachMs } = fitLine(reports, context.threads, ms);
  return startMs + missing.length * eachMs * (images / points) ** 2;
}

async function estimateDrawing(
  source: RunSource,
  context: PipelineContext,
  missing: number,
): Promise<number> {
  if (missing === 0) return 0;
  const frames = sampleFrames(source, Math.min(missing, DRAWN_FRAMES_PER_THREAD * context.threads));
  const work = async (measuring: PipelineContext) =>
    encodeGifs(source, await drawFrames(source, frames, measuring), measuring);
  const { ms, reports, isWhole } = await measure(work, context, DRAWING_LIMIT_MS);
  const drawing = reports.filter(({ stage }) => stage === 'drawing');
  const { startMs, eachMs } = fitLine(drawing, context.threads, ms);
  const joiningMs = isWhole ? ms - (drawing.at(-1)?.ms ?? ms) : 0;
  return startMs + missing * (eachMs + joiningMs / frames.length);
}

/** One report of a stage. */
interface Report {
  /** The stage's title without the run, such as `preparing images`. */
  readonly stage: string;
  readonly done: number;
  /** Milliseconds since the work began. */
  readonly ms: number;
}

/**
 * How long it takes until the first unit begins, and milliseconds of each: by the line through the report of half the
 * units, which is not among those that all threads began at once, and the last.
 * @param untilMs when measuring ended: where nothing was reported a unit takes at least as long
 */
function fitLine(reports: readonly Report[], threads: number, untilMs: number) {
  const last = reports.at(-1) ?? { done: 1, ms: untilMs };
  const half = reports.find(({ done }) => done >= Math.max(threads, last.done / 2)) ?? last;
  const isLine = half.done < last.done && half.ms < last.ms;
  const eachMs = isLine ? (last.ms - half.ms) / (last.done - half.done) : last.ms / last.done;
  return { startMs: Math.max(0, last.ms - last.done * eachMs), eachMs };
}

/** Does `work` in silence, with an empty cache of its own, which is deleted, until it ends or `limitMs` are over. */
async function measure(
  work: (context: PipelineContext) => Promise<unknown>,
  context: PipelineContext,
  limitMs: number,
): Promise<{ readonly ms: number; readonly reports: readonly Report[]; readonly isWhole: boolean }> {
  const scratch = await mkdtemp(join(tmpdir(), 'embedding-animation-'));
  const limit = AbortSignal.timeout(Math.ceil(limitMs));
  const { progress: silent } = silence(context);
  const reports: Report[] = [];
  const start = performance.now();
  const since = () => performance.now() - start;
  const progress = {
    ...silent,
    signal: silent.signal === undefined ? limit : AbortSignal.any([silent.signal, limit]),
    onUpdate: (title: string, done: number) =>
      void reports.push({ stage: title.slice(title.lastIndexOf(': ') + 2), done, ms: since() }),
  };
  try {
    await work({ ...context, progress, cache: openCache(scratch, progress.logger) });
    return { ms: since(), reports, isWhole: true };
  } catch (error) {
    if (!limit.aborted || error !== limit.reason) throw error;
    return { ms: since(), reports, isWhole: false };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The same run with its first images only. */
function withImages(source: RunSource, images: number): RunSource {
  const { dataset } = source;
  const digest = hashOf({ dataset: dataset.digest, images });
  return { ...source, dataset: { ...dataset, digest, items: dataset.items.slice(0, images) } };
}

/** Frames of the run: its own first ones where it is packed, else of random points, always the same. */
function sampleFrames({ dataset, packed }: RunSource, count: number): readonly FrameToDraw[] {
  if (packed !== undefined) return packed.frames.slice(0, count);
  const n = dataset.items.length;
  const draw = openRandom();
  return Array.from({ length: count }, (_, step) => ({
    ...{ step, epoch: undefined, accuracy: undefined, disparity: 0 },
    points: { rows: n, cols: 2, data: Float64Array.from({ length: 2 * n }, () => draw() - draw()) },
    outliers: Array.from({ length: Math.min(OUTLIERS_PUBLISHED, n) }, (_, index) => ({ index, score: 1 })),
  }));
}

/** Uniform numbers 0 … 1 by a linear congruential generator (Numerical Recipes). */
function openRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
