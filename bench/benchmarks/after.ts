/** Everything after embedding, through the whole pipeline, against the article's Python libraries in a row. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../integrations/embedding-animation/engine/index.ts';
import { optionsSchema } from '../../integrations/embedding-animation/options/index.ts';
import type { BenchContext, OpenBenchmark, Parity, Benchmark } from '../contracts.ts';
import { largestDifference } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import { writeReadyRun, type ReadyRun } from '../inputs/ready-run.ts';
import { makeFrameData } from '../inputs/frame-data.ts';

const FRAMES = 50;
const QUICK_FRAMES = 6;
/** Frames that Python is timed on: its time is the same for each, and its memory is not made for all. */
const PYTHON_FRAMES = 5;
const QUICK_PYTHON_FRAMES = 2;
const FRAME_MS = 350;
const ROUNDS = 3;
const LARGEST_DISPARITY_DIFFERENCE = 1e-4;

/** Scores, maps, alignment, frames, GIF and JSON of a run with ready embeddings, from an empty cache. */
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
        const expected = answer['disparities'] as readonly number[]; // pictures.py's `after`
        const found = await renderOnce(run, context, (engine) => readDisparities(engine, run.id));
        return [
          describeParity(
            positions.map((position) => found.result[position]!),
            expected,
          ),
        ];
      },
      comparisons: [
        {
          title: `everything after embedding, ${frames} frames of ${inputs.rows} × ${inputs.cols}`,
          rounds: ROUNDS,
          goal: { must: 4, aim: 12 },
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

async function readDisparities(engine: Engine, id: string): Promise<number[]> {
  const { folder } = (await engine.published()).get(id)!; // it has just been rendered
  const text = await readFile(join(folder, 'animation.json'), 'utf8');
  const { frames } = JSON.parse(text) as { frames: readonly { disparity: number }[] }; // written by the pipeline
  return frames.map(({ disparity }) => disparity);
}

function describeParity(found: readonly number[], expected: readonly number[]): Parity {
  return {
    what: "largest difference to a frame's disparity, from embeddings to aligned maps",
    value: largestDifference(found, expected),
    limit: LARGEST_DISPARITY_DIFFERENCE,
  };
}
