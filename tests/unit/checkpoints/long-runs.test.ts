import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  collectLeftOut,
  describeLog,
} from '../../../integrations/embedding-animation/checkpoints/log-rows.ts';
import { openConfigReader } from '../../../integrations/embedding-animation/checkpoints/model-config.ts';
import {
  findContradiction,
  indexLog,
} from '../../../integrations/embedding-animation/checkpoints/one-training.ts';
import { openSummary } from '../../../integrations/embedding-animation/checkpoints/history.ts';
import { readTrainerRun } from '../../../integrations/embedding-animation/checkpoints/index.ts';
import { openPool } from '../../../integrations/embedding-animation/threads/workers.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** ms of the processor that `work` takes: other processes do not count. */
async function time(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    step: i + 1,
    epoch: i / 100,
    loss: i % 7 === 0 ? null : 1 / (i + 1),
  }));

async function writeConfig(folder: string, classes: number): Promise<string> {
  const id2label = Object.fromEntries(
    Array.from({ length: classes }, (_, i) => [i, `n${i} a class with a name`]),
  );
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify({ model_type: 'vit', hidden_size: 8, id2label }));
  return path;
}

describe('time grows no faster than', () => {
  it('the classes of a model: those of ImageNet-21k take no 24 s', async () => {
    const path = await writeConfig(await makeTemporaryFolder(), 21_843);
    let names: readonly string[] = [];
    expect(await time(async () => ({ classNames: names } = await openConfigReader()(path)))).toBeLessThan(
      2000,
    );
    expect(names).toHaveLength(21_843);
    expect(names[21_842]).toBe('n21842 a class with a name');
  });

  it('the rows of a log, and the checkpoints that ask it', async () => {
    const logged = rows(300_000);
    const took = await time(() => {
      const { losses, gaps, evaluations, hasEpochs } = describeLog(logged, undefined, collectLeftOut());
      const summarise = openSummary({ losses, lossGaps: gaps, evaluations, hasEpochs });
      for (let step = 0; step < 300_000; step++) summarise(step);
      expect(summarise(299_999).loss).toBe(1 / 299_999);
      expect(findContradiction(indexLog(logged), indexLog(logged))).toBeUndefined();
    });
    expect(took).toBeLessThan(8000);
  });

  it('the bytes of the logs of 2,000 checkpoints that log every step', async () => {
    const folder = await makeTemporaryFolder();
    const texts = rows(2000).map((row) => JSON.stringify(row));
    for (let step = 1; step <= 2000; step++) {
      const checkpoint = join(folder, `checkpoint-${step}`);
      await mkdir(checkpoint);
      await writeFile(join(checkpoint, 'embedding.npy'), '');
      const log = `{"global_step": ${step}, "log_history": [${texts.slice(0, step).join(', ')}], "logging_steps": 1}`;
      await writeFile(join(checkpoint, 'trainer_state.json'), log);
    }
    const options = {
      countParameters: () => Promise.resolve(1),
      ready: { names: ['embedding.npy'], open: () => Promise.resolve({ cols: 4 }) },
    };
    const took = await time(async () => {
      const { checkpoints, losses, lossGaps } = await readTrainerRun('long', folder, options);
      expect([checkpoints.length, losses.length, lossGaps?.length]).toEqual([2000, 1714, 286]);
    });
    expect(took).toBeLessThan(20_000);
    await rm(folder, { recursive: true });
  }, 120_000);
});

describe('memory', () => {
  it('holds the names of classes once, however many checkpoints have them', async () => {
    const folder = await makeTemporaryFolder();
    const read = openConfigReader();
    const first = await read(await writeConfig(folder, 100));
    const again = await read(await writeConfig(folder, 100));
    await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'deit', hidden_size: 8 }));
    const other = await read(join(folder, 'config.json'));
    expect(again).toBe(first);
    expect(other).toMatchObject({ modelType: 'deit', classNames: [] });
  });

  it('is not taken by pools that no task was given to', async () => {
    const before = process.memoryUsage.rss();
    for (let opened = 0; opened < 1000; opened++) await openPool(new URL('file:///nowhere.js'), 2).close();
    expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(100); // each took 0.28 MB
  });
});
