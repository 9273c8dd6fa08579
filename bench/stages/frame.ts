/** One frame as a PNG, against matplotlib. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  openRenderingPool,
  renderFrameInWorker,
} from '../../integrations/embedding-animation/rendering/index.ts';
import type { OpenStage, Stage } from '../contracts.ts';
import { lowest } from '../harness/compare.ts';
import { clock } from '../harness/measure.ts';
import { writeNpy } from '../inputs/npy.ts';
import { describeFrame, makeScene } from '../inputs/frame-data.ts';

const ROUNDS = 9;

/** Map with legend, ten outliers with thumbnails, and the training loss: one thread each. */
export const frame: Stage = {
  id: 'frame',
  async open({ inputs, folder, python, analysis }) {
    const scene = await makeScene(inputs, folder);
    const { embeddings } = await inputs.structured();
    const { points } = await analysis.fit(embeddings);
    const { scores } = await analysis.score(embeddings);
    const input = describeFrame(scene, points, scores, lowest(scores, 10), { step: 600 });
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
      duels: [
        {
          title: `one frame ${scene.side} × ${scene.side}, ${points.rows} points, PNG, one thread`,
          rounds: ROUNDS,
          goal: { must: 3, aim: 8 },
          ours: () => clock(draw),
          python: () => python.time('pictures.frame', { scene: scene.path, ...files }),
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
    } satisfies OpenStage;
  },
};

function kilobytes({ length }: Uint8Array): string {
  return (length / 1000).toFixed(0);
}
