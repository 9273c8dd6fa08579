/** One frame as a PNG, against matplotlib. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  openRenderingPool,
  renderFrameInWorker,
} from '../../integrations/embedding-animation/rendering/index.ts';
import type { OpenBenchmark, Benchmark } from '../contracts.ts';
import { smallestIndices } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import { writeNpy } from '../inputs/npy.ts';
import { describeFrame, makeFrameData } from '../inputs/frame-data.ts';

const ROUNDS = 9;

/** Map with legend, ten outliers with thumbnails, and the training loss: one thread each. */
export const frame: Benchmark = {
  id: 'frame',
  async open({ inputs, folder, python, analysis }) {
    const frameData = await makeFrameData(inputs, folder);
    const { embeddings } = await inputs.structured();
    const { points } = await analysis.fit(embeddings);
    const { scores } = await analysis.score(embeddings);
    const input = describeFrame(frameData, points, scores, smallestIndices(scores, 10), { step: 600 });
    const files = {
      points: join(folder, 'points.npy'),
      scores: join(folder, 'scores.npy'),
      output: join(folder, 'matplotlib.png'),
    };
    await writeNpy(files.points, points.data, [points.rows, 2]);
    await writeNpy(files.scores, scores, [scores.length]);
    const pool = openRenderingPool(1);
    const draw = async () => writeFile(join(folder, 'ours.png'), await renderFrameInWorker(pool, input));
    return {
      compare: () => Promise.resolve([]),
      comparisons: [
        {
          title: `one frame ${frameData.side} × ${frameData.side}, ${points.rows} points, PNG, one thread`,
          rounds: ROUNDS,
          goal: { must: 3, aim: 8 },
          ours: () => clock(draw),
          python: () => python.time('pictures.frame', { data: frameData.path, ...files }),
          async facts() {
            const [ours, theirs] = await Promise.all([
              readFile(join(folder, 'ours.png')),
              readFile(files.output),
            ]);
            return [{ text: `${kilobytes(ours)} kB, matplotlib's ${kilobytes(theirs)} kB` }];
          },
        },
      ],
      close: () => pool.close(),
    } satisfies OpenBenchmark;
  },
};

function kilobytes({ length }: Uint8Array): string {
  return (length / 1000).toFixed(0);
}
