/** The GIF of the same PNGs, against imageio. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { standardise } from '../../integrations/embedding-animation/analysis/index.ts';
import {
  encodeGif,
  frameExtent,
  openGifPool,
  openRenderingPool,
  renderFrameInWorker,
} from '../../integrations/embedding-animation/rendering/index.ts';
import type { BenchContext, OpenBenchmark, Parity, Benchmark } from '../contracts.ts';
import { smallestIndices } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import { numberOf } from '../harness/python-process.ts';
import { makeUnstructured } from '../inputs/embeddings.ts';
import { describeFrame, makeFrameData } from '../inputs/frame-data.ts';

const FRAMES = 12;
const QUICK_FRAMES = 3;
const FRAME_MS = 350;
const ROUNDS = 5;
/** Our GIF's bytes by imageio's: must, aim. */
const BYTES = { must: 0.75, aim: 0.5 };

/** PNG files in, one GIF out. */
export const gif: Benchmark = {
  id: 'gif',
  async open(context) {
    const { folder, python, quick, threads } = context;
    const frames = await drawFrames(context, quick ? QUICK_FRAMES : FRAMES);
    const paths = { ours: join(folder, 'ours.gif'), theirs: join(folder, 'imageio.gif') };
    const pool = openGifPool(threads);
    const reads = frames.map((path) => () => readFile(path));
    const encode = () =>
      writeFile(paths.ours, encodeGif(pool, reads, { delaysMs: frames.map(() => FRAME_MS) }));
    const theirs = { frames, milliseconds: FRAME_MS, output: paths.theirs };
    return {
      async compare() {
        await encode();
        await python.call('pictures.gif', theirs);
        return [
          ...(await compareGif(context, 'ours', paths.ours, frames)),
          ...(await compareGif(context, "imageio's", paths.theirs, frames)),
        ];
      },
      comparisons: [
        {
          title: `the GIF, ${frames.length} frames`,
          rounds: ROUNDS,
          goal: { must: 1, aim: 2 },
          ours: () => clock(encode),
          python: () => python.time('pictures.gif', theirs),
          async facts() {
            const [ours, their] = await Promise.all([stat(paths.ours), stat(paths.theirs)]);
            const ratio = ours.size / their.size;
            const text = `${(ours.size / 1e6).toFixed(2)} MB, ${ratio.toFixed(2)} of imageio's bytes (must ${BYTES.must}, aim ${BYTES.aim})`;
            return [{ text, value: ratio }];
          },
        },
      ],
      close: () => pool.close(),
    } satisfies OpenBenchmark;
  },
};

/** A cloud that takes the shape of a map, drawn by us. */
async function drawFrames(context: BenchContext, count: number): Promise<string[]> {
  const { inputs, folder, threads, analysis } = context;
  const frameData = await makeFrameData(inputs, folder);
  const { embeddings } = await inputs.structured();
  const { scores } = await analysis.score(embeddings);
  const start = standardise((await analysis.fit(makeUnstructured(inputs.rows, 8, 4))).points);
  const end = standardise((await analysis.fit(embeddings)).points);
  const maps = Array.from({ length: count }, (_, index) => {
    const share = index / (count - 1);
    return { ...end, data: end.data.map((value, i) => share * value + (1 - share) * start.data[i]!) };
  });
  const extent = frameExtent(maps);
  const outliers = smallestIndices(scores, 10 + count);
  const pool = openRenderingPool(threads);
  try {
    return await Promise.all(
      maps.map(async (points, index) => {
        const path = join(folder, `frame-${String(index).padStart(3, '0')}.png`);
        const shown = outliers.slice(index, index + 10);
        await writeFile(
          path,
          await renderFrameInWorker(
            pool,
            describeFrame(frameData, points, scores, shown, { step: 100 * index, extent }),
          ),
        );
        return path;
      }),
    );
  } finally {
    await pool.close();
  }
}

async function compareGif(
  { python }: BenchContext,
  whose: string,
  gif: string,
  frames: readonly string[],
): Promise<Parity[]> {
  const answer = await python.call('pictures.gif_error', { gif, frames });
  return [
    { what: `${whose}: mean difference to the PNGs, grey levels of 255`, value: numberOf(answer, 'mean') },
    { what: `${whose}: share of pixels more than 16 levels off`, value: numberOf(answer, 'off') },
  ];
}
