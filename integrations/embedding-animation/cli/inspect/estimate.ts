/** How long a run's stages take on this machine: each does a little of the work that is left, and the rest follows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '../../artifacts/cache.ts';
import { hashOf } from '../../artifacts/stable-json.ts';
import type { Checkpoint, OnProgress } from '../../contracts.ts';
import type { Projection } from '../../options/index.ts';
import type { PipelineContext } from '../../pipeline.ts';
import type { RunSource } from '../../run-source.ts';
import { analyseCheckpoints } from '../../stages/analyse.ts';
import { drawMaps } from '../../stages/draw.ts';
import { embedCheckpoints } from '../../stages/embed.ts';
import { encodeGifs } from '../../stages/encode-gifs.ts';
import { fitProjections, type FitProjections, type FittedRun } from '../../stages/fit-projections.ts';
import { listVariants } from '../../variants.ts';
import { silence, withCheckpoints, withoutCopies } from './cache-state.ts';
import { drawRun, sampleMap, withImages } from './samples.ts';

/** What is left to do: checkpoints to embed and to analyse, frames to draw. */
export interface MissingWork {
  readonly embed: readonly Checkpoint[];
  readonly analyse: MissingAnalysis;
  /** Number of frames, of all maps together. */
  readonly draw: number;
}

/** What is left of the analysis. */
export interface MissingAnalysis {
  /** Checkpoints whose outliers are not scored. */
  readonly score: readonly Checkpoint[];
  /** Of each checkpoint that is not on all maps, the projections that it lacks. */
  readonly project: readonly { readonly checkpoint: Checkpoint; readonly missing: readonly Projection[] }[];
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
    const { ms, reports } = await withScratch(context, (scratch) => measure(work, scratch, limitMs));
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

/** Outlier scores and maps are measured apart: a checkpoint may have the ones and lack the others. */
async function estimateAnalysis(
  source: RunSource,
  context: PipelineContext,
  { score, project }: MissingAnalysis,
): Promise<number> {
  const last = score.at(-1) ?? project.at(-1)?.checkpoint;
  if (last === undefined) return 0;
  const images = source.dataset.items.length;
  const points = Math.min(images, Math.max(ANALYSED_POINTS, (source.file.k ?? 0) + 1));
  const few = withImages(source, points);
  const run = drawRun(few, last, Math.min(Math.max(score.length, project.length), ANALYSED_CHECKPOINTS));
  return withScratch(context, async (scratch) => {
    const work = (measuring: PipelineContext) =>
      analyseCheckpoints(few, run.embedded, fitProjections([], run, measuring.cache), measuring);
    const { ms, reports } = await measure(work, scratch, ANALYSIS_LIMIT_MS);
    const { startMs, eachMs } = fitLine(reports, context.threads, ms);
    const scoringMs = score.length === 0 ? 0 : startMs + score.length * eachMs * (images / points) ** 2;
    if (project.length === 0) return scoringMs;
    return scoringMs + ((await measureMaps(few, run, scratch, project)) * images) / points;
  });
}

/**
 * How long the missing maps of a run take, in milliseconds for these images; it grows with their number.
 * @param run checkpoints whose outliers are scored
 */
async function measureMaps(
  few: RunSource,
  run: FittedRun,
  scratch: PipelineContext,
  project: MissingAnalysis['project'],
): Promise<number> {
  const projections = [...new Set(project.flatMap(({ missing }) => missing))];
  const start = performance.now();
  let [fitStart, fitEnd] = [start, start];
  const fit: FitProjections = async (own) => {
    await own.pool.hasNativeGemm(); // the first task starts threads
    fitStart = performance.now();
    const fitted = await fitProjections(projections, run, scratch.cache)(own);
    fitEnd = performance.now();
    return fitted;
  };
  const work = (measuring: PipelineContext) => analyseCheckpoints(few, run.embedded, fit, measuring);
  const { ms, reports } = await measure(work, scratch, ANALYSIS_LIMIT_MS);
  const fitMs = Math.max(0, fitEnd - fitStart);
  const since = reports.map((report) => ({ ...report, ms: report.ms - (fitEnd - start) }));
  const { eachMs } = fitLine(since, scratch.threads, ms - (fitEnd - start));
  // A checkpoint that lacks one of two maps takes about half of the time.
  const lacking = project.reduce((sum, { missing }) => sum + missing.length / projections.length, 0);
  return (fitMs / run.embedded.length) * project.length + eachMs * lacking;
}

async function estimateDrawing(
  source: RunSource,
  context: PipelineContext,
  missing: number,
): Promise<number> {
  if (missing === 0) return 0;
  const sample = sampleMap(source, Math.min(missing, DRAWN_FRAMES_PER_THREAD * context.threads));
  const work = async (measuring: PipelineContext) =>
    encodeGifs(source, await drawMaps(source, sample, measuring), measuring);
  const { ms, reports, isWhole } = await withScratch(context, (scratch) =>
    measure(work, scratch, DRAWING_LIMIT_MS),
  );
  const drawing = reports.filter(({ stage }) => stage === 'drawing');
  const { startMs, eachMs } = fitLine(drawing, context.threads, ms);
  const joiningMs = isWhole ? ms - (drawing.at(-1)?.ms ?? ms) : 0;
  const variants = listVariants(source.look).length; // each is a picture of its own
  return startMs + missing * (variants * eachMs + joiningMs / sample.frames.length);
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

/** Lends `work` an empty cache, which is deleted. */
async function withScratch<Result>(
  context: PipelineContext,
  work: (scratch: PipelineContext) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'embedding-animation-'));
  try {
    const silent = silence(context);
    return await work({ ...silent, cache: openCache(folder, silent.progress.logger) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Does `work` until it ends or `limitMs` are over. */
async function measure(
  work: (context: PipelineContext) => Promise<unknown>,
  context: PipelineContext,
  limitMs: number,
): Promise<{ readonly ms: number; readonly reports: readonly Report[]; readonly isWhole: boolean }> {
  const limit = AbortSignal.timeout(Math.ceil(limitMs));
  const { progress: silent } = context;
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
    await work({ ...context, progress });
    return { ms: since(), reports, isWhole: true };
  } catch (error) {
    if (!limit.aborted || error !== limit.reason) throw error;
    return { ms: since(), reports, isWhole: false };
  }
}
