import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrainerRun } from '../../../integrations/embedding-animation/checkpoints/index.ts';
import type { TrainerRun } from '../../../integrations/embedding-animation/contracts.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeRun } from '../../helpers/make-run.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

/** A run of checkpoints 0, 2 and 10 with these histories and no others. */
async function readWith(files: Readonly<Record<string, string | object>>): Promise<TrainerRun> {
  const folder = await makeTemporaryFolder();
  await makeRun(folder, { steps: [0, 2, 10] });
  await rm(join(folder, 'trainer_state.json'));
  await rm(join(folder, 'log.csv'));
  await writeFiles(folder, files);
  return readTrainerRun('tiny', folder, {
    countParameters: () => Promise.resolve(1),
    ready: { names: [], measure: () => Promise.resolve(1) },
  });
}

const state = (...rows: unknown[]): object => ({ log_history: rows });
const training = (step: number, loss: number): object => ({
  step,
  epoch: step / 5,
  loss,
  learning_rate: 1,
  grad_norm: 2,
});

describe('trainer_state.json', () => {
  it('tells training rows, evaluations and the summary apart by their keys', async () => {
    const run = await readWith({
      'trainer_state.json': state(
        { step: 0, epoch: 0, eval_loss: 3, eval_accuracy: 0.1 },
        training(1, 2.5),
        { step: 2, epoch: 0.4, eval_accuracy: 0.5 },
        { step: 2, epoch: 0.4, train_loss: 9, train_runtime: 1, total_flos: 1 },
      ),
    });
    expect(run.losses).toEqual([{ step: 1, epoch: 0.2, loss: 2.5 }]);
    expect(run.evaluations).toEqual([
      { step: 0, epoch: 0, loss: 3, accuracy: 0.1 },
      { step: 2, epoch: 0.4, loss: undefined, accuracy: 0.5 },
    ]);
  });

  it("of the last checkpoint wins over the run folder's own", async () => {
    const run = await readWith({
      'checkpoint-10/trainer_state.json': state(training(1, 1)),
      'checkpoint-2/trainer_state.json': state(training(1, 2)),
      'trainer_state.json': state(training(1, 3)),
    });
    expect(run.losses.map(({ loss }) => loss)).toEqual([1]);
  });

  it('of the run folder counts where the last checkpoint has none', async () => {
    const run = await readWith({
      'checkpoint-2/trainer_state.json': state(training(1, 2)),
      'trainer_state.json': state(training(1, 3)),
    });
    expect(run.losses.map(({ loss }) => loss)).toEqual([3]);
  });

  it('is put in the order of steps, and the first row of a step counts', async () => {
    const run = await readWith({
      'trainer_state.json': state(
        training(2, 2),
        training(1, 3),
        { step: 2, epoch: 0.4, eval_accuracy: 0.5 },
        { step: 2, epoch: 0.4, eval_accuracy: 0.9 },
      ),
    });
    expect(run.losses.map(({ step }) => step)).toEqual([1, 2]);
    expect(run.evaluations.map(({ accuracy }) => accuracy)).toEqual([0.5]);
  });

  it('may hold an infinite gradient, as trainings in fp16 do', async () => {
    const run = await readWith({
      'trainer_state.json': '{"log_history": [{"step": 1, "epoch": 0.5, "loss": 2, "grad_norm": NaN}]}',
    });
    expect(run.losses).toEqual([{ step: 1, epoch: 0.5, loss: 2 }]);
  });

  it('gives a checkpoint between two rows the last loss and an epoch in proportion', async () => {
    const run = await readWith({
      'trainer_state.json': state(training(1, 3), training(5, 2), training(20, 1)),
    });
    expect(run.checkpoints.map(({ loss }) => loss)).toEqual([undefined, 3, 2]);
    expect(run.checkpoints.map(({ epoch }) => epoch)).toEqual([0, 0.4, 2]);
  });

  it.each([
    ['no JSON', '{"log_history": [', /not JSON/],
    ['no log_history', {}, /"log_history" is not a list/],
    ['a log_history that is no list', { log_history: {} }, /"log_history" is not a list/],
    ['a row that is no object', state(1), /row 1 .* not an object/],
    ['a row without a step', state({ epoch: 1, loss: 1 }), /row 1 .* "step"/],
    ['half a step', state({ step: 0.5, epoch: 1, loss: 1 }), /"step"/],
    ['a row without an epoch', state(training(1, 1), { step: 2, loss: 1 }), /row 2 .*step 2.* "epoch"/],
    ['a negative epoch', state({ step: 2, epoch: -1, loss: 1 }), /negative epoch/],
    ['text as loss', state({ step: 2, epoch: 1, loss: '1' }), /step 2.* "loss"/],
    [
      'a loss that is not a number',
      '{"log_history": [{"step": 3, "epoch": 1, "loss": NaN}]}',
      /step 3.* "loss"/,
    ],
    ['an accuracy in per cent', state({ step: 2, epoch: 1, eval_accuracy: 51 }), /between 0 and 1/],
  ])('is refused with %s', async (_, content, message) => {
    const error = await catchError('TrainerStateInvalid', () => readWith({ 'trainer_state.json': content }));
    expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({ run: 'tiny', file: 'trainer_state.json' });
  });
});

describe("a run's history", () => {
  it('is empty where neither file is there', async () => {
    const run = await readWith({});
    expect([run.losses, run.evaluations]).toEqual([[], []]);
    expect(run.checkpoints[2]).toMatchObject({ epoch: undefined, loss: undefined, accuracy: undefined });
  });

  it('has the losses of log.csv where trainer_state.json has none', async () => {
    const run = await readWith({
      'trainer_state.json': state({ step: 2, epoch: 0.4, eval_accuracy: 0.5 }),
      'log.csv': '2.5,0.1,0.2\n',
    });
    expect(run.losses.map(({ loss }) => loss)).toEqual([2.5]);
    expect(run.evaluations).toHaveLength(1);
  });

  it('has the losses of trainer_state.json where both have some', async () => {
    const run = await readWith({ 'trainer_state.json': state(training(1, 7)), 'log.csv': '2.5,0.1,0.2\n' });
    expect(run.losses.map(({ loss }) => loss)).toEqual([7]);
  });

  it('is refused with a malformed log.csv although it is not needed', async () => {
    const files = { 'trainer_state.json': state(training(1, 7)), 'log.csv': 'x,y,z\n' };
    const error = await catchError('LossLogInvalid', () => readWith(files));
    expect(error.place).toMatchObject({ run: 'tiny', file: 'log.csv' });
  });

  it('counts the rows of log.csv as steps where each step has one', async () => {
    const rows = Array.from({ length: 10 }, (_, index) => `${10 - index},0.1,${(index + 1) / 5}\n`);
    const run = await readWith({ 'log.csv': rows.join('') });
    expect(run.losses.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(run.checkpoints.map(({ loss }) => loss)).toEqual([undefined, 9, 1]);
    expect(run.checkpoints.map(({ epoch }) => epoch)).toEqual([0, 0.4, 2]);
  });

  it('spreads the rows of log.csv over the steps where they are fewer', async () => {
    const run = await readWith({ 'log.csv': '5,0.1,0.4\n4,0.1,0.8\n3,0.1,1.2\n2,0.1,1.6\n1,0.1,2\n' });
    expect(run.losses.map(({ step }) => step)).toEqual([2, 4, 6, 8, 10]);
  });

  it('takes the interval between rows of log.csv from trainer_state.json where it is said', async () => {
    const run = await readWith({
      'trainer_state.json': { log_history: [], logging_steps: 3 },
      'log.csv': '5,0.1,0.6\n4,0.1,1.2\n',
    });
    expect(run.losses.map(({ step }) => step)).toEqual([3, 6]);
  });

  it('believes the steps that log.csv names', async () => {
    const run = await readWith({ 'log.csv': 'step,loss,epoch\n4,5,0.8\n10,1,2\n' });
    expect(run.losses).toEqual([
      { step: 4, epoch: 0.8, loss: 5 },
      { step: 10, epoch: 2, loss: 1 },
    ]);
  });
});
