/** Everything after embedding, through the whole pipeline, against the article's Python libraries in a row. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../integrations/embedding-animation/engine/index.ts';
import { optionsSchema } from '../../integrations/embedding-animation/options/index.ts';
import type { BenchContext, OpenBenchmark, Parity, Benchmark } from '../contracts.ts';
import { largestDifference } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import type { PythonProcess } from '../harness/python-process.ts';
import { writeReadyRun, type ReadyRun } from '../inputs/ready-run.ts';
import { makeFrameData } from '../inputs/frame-data.ts';

const FRAMES = 50;
const QUICK_FRAMES = 6;
/** Frames that Python is timed on: its time is the same for each, it takes a minute, and its memory is not made for all. */
const PYTHON_FRAMES = 3;
const QUICK_PYTHON_FRAMES = 2;
const FRAME_MS = 350;
const ROUNDS = 1;
const LARGEST_DISPARITY_DIFFERENCE = 1e-4;
const LARGEST_TEMPORAL_DIFFERENCE = 1e-4;
/** Neighbours that are equally near but for rounding may change places. */
const LARGEST_SHARE_DIFFERENCE = 1e-3;
const LARGEST_SAMPLING_ERROR = 0.02;

/** What a frame is measured by, and how close each figure has to be. */
const FRAME_FIGURES = {
  trustworthiness: LARGEST_SAMPLING_ERROR,
  continuity: LARGEST_SAMPLING_ERROR,
  neighbourhoodPreservation: LARGEST_SHARE_DIFFERENCE,
  neighbourhoodHit: LARGEST_SHARE_DIFFERENCE,
} as const;
const TEMPORAL_FIGURES = ['temporalPearson', 'temporalSpearman', 'temporalStress'] as const;

/** Scores, two maps and their figures, alignment, frames, GIFs and JSON of a run with ready embeddings, from an empty cache. */
export const after: Benchmark = {
  id: 'after',
  async open(context) {
    const { inputs, folder, python, quick } = context;
    const frames = quick ? QUICK_FRAMES : FRAMES;
    const pythonFrames = quick ? QUICK_PYTHON_FRAMES : PYTHON_FRAMES;
    const frameData = await makeFrameData(inputs, folder);
    const run = await writeReadyRun(inputs, frameData, folder, frames);
    const shortRun = await writeReadyRun(inputs, frameData, join(folder, 'after-short'), pythonFrames);
    const theirFolder = join(folder, 'after-python');
    await mkdir(theirFolder);
    const theirs = {
      data: frameData.path,
      embeddings: shortRun.embeddings,
      folder: theirFolder,
      milliseconds: FRAME_MS,
    };
    return {
      compare: async () => compareMaps(await renderMaps(shortRun, context), await runTheirs(python, theirs)),
      comparisons: [
        {
          title: `everything after embedding, two maps with their figures, ${frames} frames of ${inputs.rows} × ${inputs.cols}`,
          rounds: ROUNDS,
          goal: { must: 7, aim: 12 },
          ours: async () => (await renderOnce(run, context, () => Promise.resolve())).seconds,
          python: async () => ((await python.time('pictures.after', theirs)) * frames) / pythonFrames,
          facts: () => [
            { text: `Python timed on a run of ${pythonFrames} such frames, times ${frames}/${pythonFrames}` },
          ],
        },
      ],
      close: () => Promise.resolve(),
    } satisfies OpenBenchmark;
  },
};

/** Renders the run from an empty cache. Opening it, the digests of its files included, is outside the clock. */
async function renderOnce<Result>(
  run: ReadyRun,
  { folder, threads }: BenchContext,
  read: (engine: Engine) => Promise<Result>,
): Promise<{ readonly seconds: number; readonly result: Result }> {
  const cacheFolder = join(folder, 'after-cache');
  await rm(cacheFolder, { recursive: true, force: true });
  const engine = createEngine({
    options: optionsSchema.parse({ threads }),
    projectRoot: folder,
    runsFolder: run.runsFolder,
    cacheFolder,
    base: '/',
    logger: { info: () => undefined, warn: console.warn },
  });
  await engine.checkpoints();
  const seconds = await clock(() => engine.renderAll());
  return { seconds, result: await read(engine) };
}

type FrameFigure = keyof typeof FRAME_FIGURES;
type TemporalFigure = (typeof TEMPORAL_FIGURES)[number];

/** Figures of one map: what both sides say. */
interface MeasuredMap {
  readonly temporal: Readonly<Record<TemporalFigure, number>>;
  readonly frames: readonly Readonly<Record<FrameFigure, number>>[];
  /** Procrustes disparity of each frame to the last. */
  readonly disparities: readonly number[];
}

/** The part of `animation.json` that is compared. */
interface PublishedMap {
  readonly map: MeasuredMap['temporal'];
  readonly maps: readonly { readonly json: string }[];
  readonly frames: readonly (Readonly<Record<FrameFigure, number>> & { readonly disparity: number })[];
}

async function renderMaps(run: ReadyRun, context: BenchContext): Promise<MeasuredMap[]> {
  const { result } = await renderOnce(run, context, async (engine) => {
    const { folder } = (await engine.published()).get(run.id)!; // it has just been rendered
    const { maps } = await readMap(join(folder, 'animation.json'));
    return Promise.all(maps.map(({ json }) => readMap(join(folder, json))));
  });
  return result.map(({ map, frames }) => ({
    temporal: map,
    frames,
    disparities: frames.map(({ disparity }) => disparity),
  }));
}

async function readMap(path: string): Promise<PublishedMap> {
  return JSON.parse(await readFile(path, 'utf8')) as PublishedMap; // written by the pipeline
}

async function runTheirs(
  python: PythonProcess,
  request: Readonly<Record<string, unknown>>,
): Promise<readonly MeasuredMap[]> {
  const { maps } = await python.call('pictures.after', request);
  return maps as readonly MeasuredMap[]; // pictures.py's `after`
}

/** Both maps, in the order of run.yaml. */
function compareMaps(ours: readonly MeasuredMap[], theirs: readonly MeasuredMap[]): Parity[] {
  const difference = (valuesOf: (map: MeasuredMap) => readonly number[]): number =>
    largestDifference(ours.flatMap(valuesOf), theirs.flatMap(valuesOf));
  return [
    {
      what: "largest difference to a frame's disparity, from embeddings to maps",
      value: difference(({ disparities }) => disparities),
      limit: LARGEST_DISPARITY_DIFFERENCE,
    },
    ...Object.entries(FRAME_FIGURES).map(([figure, limit]) => ({
      what: `largest difference to a frame's ${figure}`,
      value: difference(({ frames }) => frames.map((frame) => frame[figure as FrameFigure])), // a key of the same
      limit,
    })),
    ...TEMPORAL_FIGURES.map((figure) => ({
      what: `largest difference to a map's ${figure}`,
      value: difference(({ temporal }) => [temporal[figure]]),
      limit: LARGEST_TEMPORAL_DIFFERENCE,
    })),
  ];
}
