import { cp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readTrainerRun,
  readPartialTrainerRun,
} from '../../../integrations/embedding-animation/checkpoints/index.ts';
import type { TrainerRun } from '../../../integrations/embedding-animation/contracts.ts';
import type { CheckpointsOption } from '../../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeRun } from '../../helpers/make-run.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

/** Logs that the Trainer of transformers wrote; see make-trainer-logs.py. */
const LOGS = join(import.meta.dirname, '../../golden/trainer-logs');
const options = {
  countParameters: () => Promise.resolve(1),
  ready: { names: [], open: () => Promise.resolve({ cols: 1 }) },
};

/** A run with checkpoints at these steps and nothing else. */
async function makeBare(steps: readonly number[]): Promise<string> {
  const folder = await makeTemporaryFolder();
  await makeRun(folder, { steps, imagesPerClass: 1 });
  await rm(join(folder, 'trainer_state.json'));
  await rm(join(folder, 'log.csv'));
  return folder;
}

async function makeLogged(name: string, steps: readonly number[]): Promise<string> {
  const folder = await makeBare(steps);
  await cp(join(LOGS, name), folder, { recursive: true });
  return folder;
}

const read = (folder: string, checkpoints?: CheckpointsOption): Promise<TrainerRun> =>
  readTrainerRun('tiny', folder, { ...options, checkpoints });

const refuse = (folder: string, checkpoints?: CheckpointsOption) =>
  catchError('TrainingsMixed', () => read(folder, checkpoints));

const row = (step: number, loss: number) => ({ epoch: step / 10, loss, step });
const log = (...rows: readonly object[]) => ({ log_history: rows });

describe('checkpoints as the Trainer leaves them', () => {
  it.each([
    ['in one go', 'whole', [2, 4, 6, 8]],
    ['that was stopped and resumed', 'resumed', [2, 4, 6, 8]],
    ['that loads its best model at its end and evaluates it again', 'best', [2, 4, 6, 8]],
    ['with several evaluation sets', 'sets', [2, 4]],
    ['before which the model was evaluated by hand', 'start', [0, 2, 4]],
    ['that diverged', 'diverged', [2, 4, 6, 8]],
  ])('are of one training %s', async (_, name, steps) => {
    const run = await read(await makeLogged(name, steps));
    expect(run.checkpoints.map(({ step }) => step)).toEqual(steps);
    const isExpected = ({ name: notice }: TrainerRun['notices'][number]) =>
      ['LossesLeftOut', 'HistoryValuesLeftOut', 'EvaluationsNotUsed'].includes(notice);
    expect(run.notices.filter((notice) => !isExpected(notice))).toEqual([]);
  });

  it('show the accuracy of each, not that of the best model', async () => {
    const run = await read(await makeLogged('best', [2, 4, 6, 8]));
    const state: unknown = JSON.parse(await readFile(join(LOGS, 'best/trainer_state.json'), 'utf8'));
    const rows = (state as { log_history: Record<string, number>[] }).log_history;
    const first = rows.find((logged) => logged['step'] === 8 && 'eval_loss' in logged);
    expect(run.evaluations.at(-1)).toMatchObject({ step: 8, loss: first?.['eval_loss'] });
  });

  it('that diverged have gaps, and frames without a loss', async () => {
    const run = await read(await makeLogged('diverged', [2, 4, 6, 8]));
    expect(run.losses.map(({ step }) => step)).toEqual([1]);
    expect(run.lossGaps?.map(({ step }) => step)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(run.checkpoints.map(({ loss }) => loss)).toEqual([undefined, undefined, undefined, undefined]);
    expect(run.checkpoints.map(({ accuracy }) => accuracy)).toEqual([0.625, 0.625, 0.625, 0.625]);
    expect(run.notices.map(({ name, items }) => [name, ...items])).toEqual([
      ['LossesLeftOut', '2–8'],
      ['HistoryValuesLeftOut', 'eval_loss is no finite number (steps 2, 4, 6, 8)'],
    ]);
  });

  it('are refused where a second, shorter training has left some of the first', async () => {
    const folder = await makeLogged('again', [2, 4, 6, 8]);
    const error = await refuse(folder);
    expect(error.message).toMatch(
      /run "tiny", checkpoint-2\/trainer_state.json: the checkpoints are of 2 trainings: checkpoint-2, checkpoint-4; and checkpoint-6, checkpoint-8\. At step 1 "loss" is [\d.]+ in the log of checkpoint-2 and [\d.]+ in that of checkpoint-8/,
    );
    expect(error.hint).toContain('checkpoints: [checkpoint-2, checkpoint-4]');
    expect(error.hint).toContain('The newer one seems to be checkpoint-2, checkpoint-4.');
  });

  it('are used where those of one training are chosen', async () => {
    const folder = await makeLogged('again', [2, 4, 6, 8]);
    const fresh = await read(folder, ['checkpoint-2', 'checkpoint-4']);
    expect(fresh.losses).toHaveLength(4);
    const old = await read(folder, ['checkpoint-6', 'checkpoint-8']);
    expect(old.losses).toHaveLength(8);
    expect([...fresh.notices, ...old.notices]).toEqual([]);
    await refuse(folder, ['checkpoint-4', 'checkpoint-6']);
    await refuse(folder, 'checkpoint-*');
  });

  it('are refused where a training was resumed from an earlier one, which both have', async () => {
    const error = await refuse(await makeLogged('branched', [2, 4, 6, 8]));
    expect(error.message).toContain(
      'of 2 trainings: checkpoint-2, checkpoint-4, checkpoint-6; and checkpoint-2, checkpoint-4, checkpoint-8. At step 5 "loss"',
    );
  });

  it('are read as far as they can be with that as a problem', async () => {
    const { problems, checkpoints } = await readPartialTrainerRun(
      'tiny',
      await makeLogged('again', [2, 4, 6, 8]),
      options,
    );
    expect(problems.map(({ name }) => name)).toEqual(['TrainingsMixed']);
    expect(checkpoints.every(({ checkpoint }) => checkpoint !== undefined)).toBe(true);
  });
});

describe('checkpoints of one training', () => {
  it('may have logs in any form, and only some of the rows', async () => {
    const folder = await makeBare([10, 20, 30, 40]);
    const rows = [row(5, 4), row(10, 3), row(15, 2.5), row(20, 2), row(30, 1)];
    await writeFiles(folder, {
      'checkpoint-10/trainer_state.json': JSON.stringify(log()),
      'checkpoint-20/trainer_state.json': JSON.stringify(log(row(20, 2), row(10, 3))),
      'checkpoint-30/trainer_state.json': JSON.stringify(log(...rows), undefined, 4),
      'checkpoint-40/trainer_state.json': log(...rows, row(40, 0.5), { step: 40, train_loss: 2, epoch: 4 }),
    });
    expect((await read(folder)).notices).toEqual([]);
  });

  it('may have none of their own, or damaged ones that nobody needs', async () => {
    const folder = await makeBare([10, 20, 30]);
    await writeFiles(folder, {
      'checkpoint-10/trainer_state.json': '{"log_history": [',
      'checkpoint-30/trainer_state.json': log(row(10, 3)),
    });
    expect((await read(folder)).notices).toEqual([]);
  });

  it('may log times that differ, NaN, and evaluation and loss of a step in any order', async () => {
    const folder = await makeBare([10, 20]);
    const evaluation = (runtime: number) =>
      `{"step": 10, "epoch": 1, "eval_loss": NaN, "eval_runtime": ${runtime}}`;
    const loss = '{"step": 10, "epoch": 1, "loss": NaN, "grad_norm": Infinity}';
    await writeFiles(folder, {
      'checkpoint-10/trainer_state.json': `{"log_history": [${loss}, ${evaluation(1)}]}`,
      'checkpoint-20/trainer_state.json': `{"log_history": [${evaluation(2)}, ${loss}]}`,
    });
    expect((await read(folder)).notices.map(({ name }) => name)).toEqual([
      'LossesLeftOut',
      'HistoryValuesLeftOut',
    ]);
  });

  it.each([
    ['another loss', [row(5, 4), row(10, 3.5)]],
    ['another accuracy', [row(5, 4), row(10, 3), { step: 10, epoch: 1, eval_accuracy: 0.75 }]],
    ['another epoch', [row(5, 4), { ...row(10, 3), epoch: 1.5 }]],
    ['steps that the other has not logged', [row(5, 4), row(7, 3)]],
    ['a number where the other has none', [{ ...row(5, 4), loss: null }]],
  ])('have no log with %s', async (_, rows) => {
    const folder = await makeBare([10, 20]);
    await writeFiles(folder, {
      'checkpoint-10/trainer_state.json': log(...rows),
      'checkpoint-20/trainer_state.json': log(
        row(5, 4),
        row(10, 3),
        { step: 10, epoch: 1, eval_accuracy: 0.5 },
        row(20, 2),
      ),
    });
    await refuse(folder);
  });

  it('are told apart in logs of more than is compared at once', async () => {
    const folder = await makeBare([4000, 8000]);
    const rows = (count: number, change = 0) =>
      Array.from({ length: count }, (_, index) =>
        row(index + 1, 2 / (index + 1) + (index === count - 1 ? change : 0)),
      );
    const write = (step: number, content: object) =>
      writeFile(
        join(folder, `checkpoint-${step}/trainer_state.json`),
        JSON.stringify({ ...content, logging_steps: 1 }, undefined, 2),
      );
    await write(8000, log(...rows(8000)));
    await write(4000, log(...rows(4000)));
    expect((await read(folder)).losses).toHaveLength(8000);
    await write(4000, log(...rows(4000, 0.1)));
    expect((await refuse(folder)).message).toContain('At step 4000 ');
  });

  it('are believed to belong together where run.yaml says each step', async () => {
    const folder = await makeLogged('again', [2, 4, 6, 8]);
    const run = await read(folder, ['checkpoint-8', { folder: 'checkpoint-4', step: 4 }]);
    expect(run.notices.map(({ name, items }) => [name, ...items])).toEqual([
      ['OtherTraining', 'checkpoint-4'],
    ]);
  });

  it('are dated by their logs where the run has none: the hint names the newer', async () => {
    const folder = await makeLogged('again', [2, 4, 6, 8]);
    await rm(join(folder, 'trainer_state.json'));
    const date = (step: number, day: number) =>
      utimes(join(folder, `checkpoint-${step}/trainer_state.json`), new Date(), new Date(2026, 0, day));
    for (const step of [2, 4]) await date(step, 1);
    for (const step of [6, 8]) await date(step, 2);
    expect((await refuse(folder)).hint).toContain('checkpoints: [checkpoint-6, checkpoint-8]');
    await date(6, 1); // as old as the others
    expect((await refuse(folder)).hint).not.toContain('newer');
  });
});

describe('models of one training', () => {
  async function changeConfig(folder: string, file: string, changes: object): Promise<void> {
    const config: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
    await writeFile(join(folder, file), JSON.stringify({ ...Object(config), ...changes }));
  }

  it('are said to have other classes than the last one, which count', async () => {
    const folder = await makeBare([0, 2, 4]);
    await changeConfig(folder, 'checkpoint-0/config.json', { id2label: { 0: 'dogs', 1: 'cats' } });
    const run = await read(folder);
    expect(run.classNames).toEqual(['cats', 'dogs']);
    expect(run.notices.map(({ name, items }) => [name, ...items])).toEqual([
      ['LabelsDiffer', 'checkpoint-0'],
    ]);
  });

  it('are said to prepare images in another way, but not by another name or order', async () => {
    const folder = await makeBare([0, 2, 4]);
    const file = 'preprocessor_config.json';
    await changeConfig(folder, `checkpoint-2/${file}`, {
      image_processor_type: 'ViTFeatureExtractor',
      _valid: 1,
    });
    expect((await read(folder)).notices).toEqual([]);
    await changeConfig(folder, `checkpoint-2/${file}`, { image_mean: [0, 0, 0] });
    expect((await read(folder)).notices.map(({ name, items }) => [name, ...items])).toEqual([
      ['ProcessorsDiffer', 'checkpoint-2'],
    ]);
  });
});
