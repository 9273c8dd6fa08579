/** Everything after embedding, through the whole pipeline, against the article's Python libraries in a row. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../integrations/embedding-animation/engine/index.ts';
import { optionsSchema } from '../../integrations/embedding-animation/options/index.ts';
import type { BenchContext, OpenBenchmark, Benchmark } from '../contracts.ts';
import { largestDifference } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
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
const LARGEST_SAMPLING_ERROR = 0.02;

/** Scores, two maps and their figures, alignment, frames, GIFs and JSON of a run with ready embeddings, from an empty cache. */
export const after: Benchmark = {
  id: 'after',
  async open(context) {
    const { inputs, folder, python, quick } = context;
    const frames = quick ? QUICK_FRAMES : FRAMES;
    const pythonFrames = quick ? QUICK_PYTHON_FRAMES : PYTHON_FRAMES;
    const frameData = await makeFrameData(inputs, folder);
    const run = await writeReadyRun(inputs, frameData, folder, frames);
    const positions = Array.from({ length: pythonFrames }, (_, i) =>
      Math.round((i * (frames - 1)) / (pythonFrames - 1)),
    );
    const theirFolder = join(folder, 'after-python');
    await mkdir(theirFolder);
    const theirs = {
      data: frameData.path,
      embeddings: positions.map((position) => run.embeddings[position]),
      folder: theirFolder,
      milliseconds: FRAME_MS,
    };
    return {
      async compare() {
        const answer = await python.call('pictures.after', theirs);
        const { disparities, figures } = answer as unknown as TheirResults; // pictures.py's `after`
        const { result } = await renderOnce(run, context, (engine) => readFrames(engine, run.id));
        const found = positions.map((position) => result[position]!);
        return [
          {
            what: "largest difference to a frame's disparity, from embeddings to aligned maps",
            value: largestDifference(
              found.map(({ disparity }) => disparity),
              disparities,
            ),
            limit: LARGEST_DISPARITY_DIFFERENCE,
          },
          {
            what: "largest difference to a frame's trustworthiness, of a sample of the images",
            value: largestDifference(
              found.map(({ trustworthiness }) => trustworthiness),
              figures.own.trustworthiness,
            ),
            limit: LARGEST_SAMPLING_ERROR,
          },
        ];
      },
      comparisons: [
        {
          title: `everything after embedding, two maps with their figures, ${frames} frames of ${inputs.rows} × ${inputs.cols}`,
          rounds: ROUNDS,
          goal: { must: 7, aim: 12 },
          ours: async () => (await renderOnce(run, context, () => Promise.resolve())).seconds,
          python: async () => ((await python.time('pictures.after', theirs)) * frames) / pythonFrames,
          facts: () => [
            { text: `Python timed on ${pythonFrames} of the frames, times ${frames / pythonFrames}` },
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

/** What `animation.json` says of a frame. */
interface PublishedFrame {
  readonly disparity: number;
  readonly trustworthiness: number;
}

/** What Python says of the frames that it is timed on. */
interface TheirResults {
  readonly disparities: readonly number[];
  readonly figures: { readonly own: { readonly trustworthiness: readonly number[] } };
}

async function readFrames(engine: Engine, id: string): Promise<readonly PublishedFrame[]> {
  const { folder } = (await engine.published()).get(id)!; // it has just been rendered
  const text = await readFile(join(folder, 'animation.json'), 'utf8');
  const { frames } = JSON.parse(text) as { frames: readonly PublishedFrame[] }; // written by the pipeline
  return frames;
}
