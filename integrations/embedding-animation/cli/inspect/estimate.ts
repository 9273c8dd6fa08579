/** How long a run's stages take on this machine: each does a little of the work that is left, and the rest follows. */
import { hashOf } from '../../artifacts/stable-json.ts';
import type { Checkpoint, OnProgress } from '../../contracts.ts';
import type { PipelineContext } from '../../pipeline.ts';
import type { RunSource } from '../../run-source.ts';
import { analyseCheckpoints } from '../../stages/analyse.ts';
import { drawFrames } from '../../stages/draw.ts';
import { embedCheckpoints, type EmbeddedCheckpoint } from '../../stages/embed.ts';
import { joinFrames } from '../../stages/join.ts';
import { openMeasure, type Measure, type Measurement, type Report } from '../measuring.ts';
import { drawEmbeddings, samplePoints, withCheckpoints, withImages } from '../sample-work.ts';

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
 * Measures what is left of a run; `onProgress` counts stages. No stage does more than what is left of it, so that measuring never takes longer than
 * the work itself; nothing is kept.
 * @throws EmbeddingAnimationError where the work would
 */
export async function estimateWork(
  source: RunSource,
  context: PipelineContext,
  missing: MissingWork,
  onProgress: OnProgress = () => undefined,
): Promise<StageSeconds> {
  const measured = { ...source, file: { ...source.file, storeEmbeddings: false } };
  const measure = openMeasure(context);
  const { threads } = context;
  onProgress(0, 3);
  const embed = await estimateEmbedding(measured, missing.embed, threads, measure);
  onProgress(1, 3);
  const analyse = await estimateAnalysis(measured, missing.analyse, threads, measure);
  onProgress(2, 3);
  const draw = await estimateDrawing(measured, missing.draw, threads, measure);
  return { embed: embed / 1000, analyse: analyse / 1000, draw: draw / 1000 };
}

/** A few images with the last checkpoint, twice where more than one is left: the second time threads are there. */
async function estimateEmbedding(
  source: RunSource,
  missing: readonly Checkpoint[],
  threads: number,
  measure: Measure,
): Promise<number> {
  const last = missing.at(-1);
  if (last === undefined) return 0;
  const total = source.dataset.items.length;
  const again = { ...last, digest: hashOf({ digest: last.digest, use: 'measuring' }) };
  const twice = withCheckpoints(source, missing.length > 1 ? [last, again] : [last]);
  const measureImages = async (images: number, limitMs: number): Promise<EmbeddingCost> => {
    const work = (context: PipelineContext) => embedCheckpoints(withImages(twice, images), context);
    return readEmbeddingCost(await measure(work, limitMs), images);
  };
  const few = await measureImages(Math.min(total, FIRST_IMAGES * threads), EMBEDDING_LIMIT_MS);
  const byFew = {
    startMs: few.startMs,
    prepareImageMs: few.preparedMs / few.prepared,
    imageMs: few.checkpointMs / Math.max(1, few.embedded),
    loadMs: 0,
  };
  const estimate = ({ startMs, prepareImageMs, imageMs, loadMs }: typeof byFew) =>
    startMs + prepareImageMs * total + missing.length * (loadMs + imageMs * total);
  const images = Math.min(total, MORE_IMAGES * few.prepared);
  const limitMs = few.ms + MORE_LIMIT_MS; // until threads and model are there it takes as long again
  const isWorthMore = images > few.prepared && few.ms + limitMs < estimate(byFew);
  if (!isWorthMore) return estimate(byFew);
  const more = await measureImages(images, limitMs);
  const prepareImageMs = slope(few.prepared, few.preparedMs, more.prepared, more.preparedMs);
  if (more.embedded <= few.embedded) return estimate({ ...byFew, prepareImageMs });
  const imageMs = slope(few.embedded, few.checkpointMs, more.embedded, more.checkpointMs);
  const loadMs = Math.max(0, few.checkpointMs - few.embedded * imageMs);
  return estimate({ startMs: more.startMs, prepareImageMs, imageMs, loadMs });
}

/** Milliseconds of each unit more; on average where they do not tell. */
function slope(few: number, fewMs: number, more: number, moreMs: number): number {
  const each = more > few ? (moreMs - fewMs) / (more - few) : 0;
  return each > 0 ? each : moreMs / more;
}

/** What a measurement of the embedding tells, in milliseconds with all threads at work. */
interface EmbeddingCost {
  readonly ms: number;
  /** Images that were prepared, and until when. */
  readonly prepared: number;
  readonly preparedMs: number;
  /** Threads start. */
  readonly startMs: number;
  /** Images that were embedded with one checkpoint, and how long that took; 0 where time was over before. */
  readonly embedded: number;
  readonly checkpointMs: number;
}

/** Reads the reports of one checkpoint or of two; where time was over, those that came count. */
function readEmbeddingCost({ ms, reports }: Measurement, images: number): EmbeddingCost {
  const preparing = lastOf(reports, 'preparing images');
  const preparedMs = preparing?.ms ?? ms;
  const embedding = reports.filter(({ stage }) => stage === 'embedding');
  const first = embedding.find((report) => report.done >= images);
  const second = embedding.find((report) => report.done >= 2 * images);
  const firstMs = (first?.ms ?? embedding.at(-1)?.ms ?? ms) - preparedMs;
  const isTwice = first !== undefined && second !== undefined;
  const checkpointMs = isTwice ? second.ms - first.ms : firstMs;
  return {
    ms,
    prepared: Math.max(1, preparing?.done ?? images),
    preparedMs,
    startMs: Math.max(0, firstMs - checkpointMs),
    embedded: first === undefined ? (embedding.at(-1)?.done ?? 0) : images,
    checkpointMs,
  };
}

async function estimateAnalysis(
  source: RunSource,
  missing: readonly Checkpoint[],
  threads: number,
  measure: Measure,
): Promise<number> {
  const last = missing.at(-1);
  if (last === undefined) return 0;
  const images = source.dataset.items.length;
  const points = Math.min(images, Math.max(ANALYSED_POINTS, (source.file.k ?? 0) + 1));
  const count = Math.min(missing.length, ANALYSED_CHECKPOINTS);
  const embedded = Array.from({ length: count }, (_, at): EmbeddedCheckpoint => ({
    checkpoint: last,
    key: `measured-${at}`,
    load: () => Promise.resolve(drawEmbeddings(points, last.hiddenSize)),
  }));
  const analyse = (context: PipelineContext) =>
    analyseCheckpoints(withImages(source, points), embedded, context);
  const { startMs, eachMs } = readCost(await measure(analyse, ANALYSIS_LIMIT_MS), threads, 'analysing');
  return startMs + missing.length * eachMs * (images / points) ** 2;
}

async function estimateDrawing(
  source: RunSource,
  missing: number,
  threads: number,
  measure: Measure,
): Promise<number> {
  if (missing === 0) return 0;
  const frames = samplePoints(source, Math.min(missing, DRAWN_FRAMES_PER_THREAD * threads));
  const draw = async (context: PipelineContext) =>
    joinFrames(source, await drawFrames(source, frames, context), context);
  const measurement = await measure(draw, DRAWING_LIMIT_MS);
  const drawing = readCost(measurement, threads, 'drawing');
  const drawnMs = lastOf(measurement.reports, 'drawing')?.ms ?? measurement.ms;
  const joiningMs = measurement.isWhole ? measurement.ms - drawnMs : 0;
  return drawing.startMs + missing * (drawing.eachMs + joiningMs / frames.length);
}

/** The start, and what each unit takes: what comes after the first one of every thread tells. */
function readCost(
  { ms, reports }: Measurement,
  threads: number,
  stage: string,
): { readonly startMs: number; readonly eachMs: number } {
  const last = lastOf(reports, stage);
  if (last === undefined) return { startMs: 0, eachMs: ms };
  const started = reports.find(
    (report) => report.stage === stage && report.done === Math.min(threads, last.done),
  );
  const later = last.done - (started?.done ?? 0);
  if (started === undefined || later === 0) return { startMs: 0, eachMs: last.ms / last.done };
  const eachMs = (last.ms - started.ms) / later;
  return { startMs: Math.max(0, last.ms - last.done * eachMs), eachMs };
}

function lastOf(reports: readonly Report[], stage: string): Report | undefined {
  return reports.findLast((report) => report.stage === stage);
}
