import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrainerRun } from '../../../integrations/embedding-animation/checkpoints/index.ts';
import type { TrainerRun } from '../../../integrations/embedding-animation/contracts.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeRun } from '../../helpers/make-run.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

/** A run of checkpoints 0, 2 and 10 with these histories and no others. */
async function readWith(
  files: Readonly<Record<string, string | object>>,
  evaluation?: string,
): Promise<TrainerRun> {
  const folder = await makeTemporaryFolder();
  await makeRun(folder, { steps: [0, 2, 10] });
  await rm(join(folder, 'trainer_state.json'));
  await rm(join(folder, 'log.csv'));
  await writeFiles(folder, files);
  return readTrainerRun('tiny', folder, {
    evaluation,
    countParameters: () => Promise.resolve(1),
    ready: { names: [], open: () => Promise.resolve({ cols: 1 }) },
  });
}

/** Each notice with its items. */
const noticesOf = ({ notices }: TrainerRun) =>
  notices.map(({ name, items }) => `${name}: ${items.join(', ')}`);

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
      'checkpoint-10/trainer_state.json': state(training(1, 1), training(9, 0.5)),
      'checkpoint-2/trainer_state.json': state(training(1, 1)),
      'trainer_state.json': state(training(1, 3)),
    });
    expect(run.losses.map(({ loss }) => loss)).toEqual([1, 0.5]);
  });

  it('of the run folder counts where the last checkpoint has none', async () => {
    const run = await readWith({
      'checkpoint-2/trainer_state.json': state(training(1, 2)),
      'trainer_state.json': state(training(1, 3)),
    });
    expect(run.losses.map(({ loss }) => loss)).toEqual([3]);
    expect(noticesOf(run)).toEqual(['LogsDiffer: checkpoint-2/trainer_state.json, trainer_state.json']);
    expect(run.notices[0]?.text).toContain('at step 1 they say different things of "loss"');
  });

  it('of an earlier checkpoint counts where neither the last one nor the run has one', async () => {
    const run = await readWith({
      'checkpoint-0/trainer_state.json': state(),
      'checkpoint-2/trainer_state.json': state(training(1, 2)),
    });
    expect(run.losses.map(({ loss }) => loss)).toEqual([2]);
    expect(run.notices).toEqual([]);
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
    ['no JSON', '{"log_history": [', 'is not JSON'],
    ['no log_history', {}, '"log_history" is not a list'],
    ['a log_history that is no list', { log_history: {} }, '"log_history" is not a list'],
  ])('is left out with a notice where it has %s', async (_, content, said) => {
    const run = await readWith({
      'checkpoint-10/trainer_state.json': content,
      'checkpoint-2/trainer_state.json': state(training(1, 2)),
    });
    expect(run.losses.map(({ loss }) => loss)).toEqual([2]);
    expect(run.notices.map(({ name }) => name)).toEqual(['HistoryNotRead']);
    expect(run.notices[0]?.items[0]).toContain(`checkpoint-10/trainer_state.json (${said}`);
  });

  it('is refused as a Git LFS pointer, whose content one command fetches', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
    for (const [name, file] of [
      ['TrainerStateInvalid', 'trainer_state.json'],
      ['LossLogInvalid', 'log.csv'],
    ] as const) {
      const error = await catchError(name, () => readWith({ [file]: pointer }));
      expect(error.hint).toContain('git lfs pull');
      expect(error.place).toMatchObject({ run: 'tiny', file });
    }
  });

  it('that ends before the last checkpoints says so', async () => {
    const run = await readWith({ 'trainer_state.json': { global_step: 2, log_history: [training(1, 1)] } });
    expect(noticesOf(run)).toEqual(['HistoryEndsEarly: checkpoint-10']);
  });
});

describe('values of a log that can not be used', () => {
  const epochs = (run: TrainerRun) => run.losses.map(({ step, epoch }) => [step, epoch]);

  it('leave a gap in the losses: not a number, infinite, beyond float32, or something else', async () => {
    const run = await readWith({
      'trainer_state.json':
        '{"log_history": [{"step": 1, "epoch": 1, "loss": 3}, {"step": 2, "epoch": 2, "loss": NaN},' +
        '{"step": 3, "epoch": 3, "loss": 1e999}, {"step": 4, "epoch": 4, "loss": -Infinity},' +
        '{"step": 5, "epoch": 5, "loss": 2}, {"step": 6, "epoch": 6, "loss": 1.7e308},' +
        '{"step": 7, "epoch": 7, "loss": 1}, {"step": 8, "epoch": 8, "loss": "1"},' +
        '{"step": 9, "epoch": 9, "loss": null}, {"step": 10, "epoch": 10, "loss": {"a": 1}}]}',
    });
    expect(run.losses.map(({ step }) => step)).toEqual([1, 5, 7]);
    expect(run.lossGaps?.map(({ step }) => step)).toEqual([2, 3, 4, 6, 8, 9, 10]);
    expect(noticesOf(run)).toEqual(['LossesLeftOut: 2–4, 6, 8–10']);
    expect(run.notices[0]?.text).toMatch(/^7 losses are left out/);
    // Step 2 and step 10 have no loss that was logged last; step 0 comes before the first.
    expect(run.checkpoints.map(({ loss }) => loss)).toEqual([undefined, undefined, undefined]);
  });

  it('leave the loss of a frame that comes after the gap', async () => {
    const run = await readWith({
      'trainer_state.json':
        '{"log_history": [{"step": 1, "epoch": 1, "loss": NaN}, {"step": 9, "epoch": 9, "loss": 2}]}',
    });
    expect(run.checkpoints.map(({ loss }) => loss)).toEqual([undefined, undefined, 2]);
  });

  it('may be all losses, for all I know of the training', async () => {
    const run = await readWith({
      'trainer_state.json': '{"log_history": [{"step": 1, "epoch": 0.2, "loss": NaN}]}',
      'log.csv': '2.5,0.1,0.2\n',
    });
    expect(run.losses).toEqual([]);
    expect(run.checkpoints.map(({ epoch }) => epoch)).toEqual([0, 0.4, 2]);
  });

  it.each([
    [
      'NaN',
      '{"log_history": [{"step": 2, "epoch": 1, "eval_loss": 1, "eval_accuracy": NaN}]}',
      'no finite number',
    ],
    [
      'an object',
      state({ step: 2, epoch: 1, eval_loss: 1, eval_accuracy: { accuracy: 0.5 } }),
      'no finite number',
    ],
    ['text', state({ step: 2, epoch: 1, eval_loss: 1, eval_accuracy: '0.5' }), 'no finite number'],
    ['a percentage', state({ step: 2, epoch: 1, eval_loss: 1, eval_accuracy: 51 }), 'not between 0 and 1'],
    ['negative', state({ step: 2, epoch: 1, eval_loss: 1, eval_accuracy: -0.1 }), 'not between 0 and 1'],
  ])('leave the accuracy out where it is %s', async (_, content, reason) => {
    const run = await readWith({ 'trainer_state.json': content });
    expect(run.evaluations).toEqual([{ step: 2, epoch: 1, loss: 1, accuracy: undefined }]);
    expect(noticesOf(run)).toEqual([`HistoryValuesLeftOut: eval_accuracy is ${reason} (step 2)`]);
  });

  it('leave the loss of an evaluation out, and are one item of a notice for all steps', async () => {
    const rows = Array.from(
      { length: 10 },
      (_, index) => `{"step": ${index + 1}, "epoch": ${index + 1}, "eval_loss": NaN, "eval_accuracy": 0.5}`,
    );
    const run = await readWith({ 'trainer_state.json': `{"log_history": [${rows.join()}]}` });
    expect(run.evaluations.map(({ loss, accuracy }) => [loss, accuracy])).toEqual(
      rows.map(() => [undefined, 0.5]),
    );
    expect(noticesOf(run)).toEqual([
      'HistoryValuesLeftOut: eval_loss is no finite number (steps 1, 2, 3, 4 and 6 more, up to 10)',
    ]);
  });

  it('leave rows out that are no objects or have no step', async () => {
    const run = await readWith({
      'trainer_state.json': state(
        1,
        null,
        [],
        { epoch: 1, loss: 1 },
        { step: 0.5, epoch: 1, loss: 1 },
        { step: '2', epoch: 1, loss: 1 },
        { step: -1, epoch: 1, loss: 1 },
        training(3, 1),
      ),
    });
    expect(run.losses.map(({ step }) => step)).toEqual([3]);
    expect(noticesOf(run)).toEqual([
      'HistoryValuesLeftOut: a row is no object (rows 1, 2, 3), the step is no whole number from 0 up (rows 4, 5, 6, 7)',
    ]);
  });

  it('leave epochs to the proportion of those that are known', async () => {
    const run = await readWith({
      'trainer_state.json': state(
        { step: 1, epoch: null, loss: 1 },
        { step: 2, loss: 1 },
        { step: 3, epoch: -1, loss: 1 },
        training(10, 1),
      ),
    });
    expect(epochs(run)).toEqual(
      [
        [1, 0.2],
        [2, 0.4],
        [3, 0.6],
        [10, 2],
      ].map(([step, epoch]): unknown[] => [step, expect.closeTo(epoch!, 12)]),
    );
    expect(noticesOf(run)).toEqual([
      'HistoryValuesLeftOut: the epoch is no number from 0 up (steps 1, 2, 3)',
    ]);
  });

  it('leave frames without an epoch where no row has one', async () => {
    const run = await readWith({ 'trainer_state.json': state({ step: 1, loss: 1 }, { step: 10, loss: 1 }) });
    expect(run.losses.map(({ step, loss }) => [step, loss])).toEqual([
      [1, 1],
      [10, 1],
    ]);
    expect(run.checkpoints.map(({ epoch }) => epoch)).toEqual([undefined, undefined, undefined]);
  });
});

describe('several evaluations', () => {
  const sets = state(
    { step: 2, epoch: 1, eval_test_loss: 1, eval_test_accuracy: 0.1, eval_test_runtime: 1 },
    { step: 2, epoch: 1, eval_shifted_loss: 2, eval_shifted_accuracy: 0.2, eval_shifted_runtime: 1 },
    { step: 10, epoch: 5, eval_test_loss: 0.5, eval_test_accuracy: 0.3, eval_test_runtime: 1 },
    { step: 10, epoch: 5, eval_shifted_loss: 1.5, eval_shifted_accuracy: 0.4, eval_shifted_runtime: 1 },
  );
  const shares = ({ evaluations }: TrainerRun) => evaluations.map(({ accuracy, loss }) => [accuracy, loss]);

  it('show the first set where nobody says which, and name the others', async () => {
    const run = await readWith({ 'trainer_state.json': sets });
    expect(shares(run)).toEqual([
      [0.1, 1],
      [0.3, 0.5],
    ]);
    expect(run.checkpoints.map(({ accuracy }) => accuracy)).toEqual([undefined, 0.1, 0.3]);
    expect(noticesOf(run)).toEqual(['EvaluationsNotUsed: shifted']);
  });

  it('show the set that is named, without a word of the others', async () => {
    const run = await readWith({ 'trainer_state.json': sets }, 'shifted');
    expect(shares(run)).toEqual([
      [0.2, 2],
      [0.4, 1.5],
    ]);
    expect(run.notices).toEqual([]);
  });

  it('are refused where the one that is named is not there, with those that are', async () => {
    const error = await catchError('TrainerStateInvalid', () =>
      readWith({ 'trainer_state.json': sets }, 'train'),
    );
    expect(error.message).toContain('no accuracy of an evaluation "train"');
    expect(error.hint).toContain('"test", "shifted"');
  });

  it('show eval_accuracy before that of a set', async () => {
    const run = await readWith({
      'trainer_state.json': state(
        { step: 10, epoch: 1, eval_test_loss: 1, eval_test_accuracy: 0.1 },
        { step: 10, epoch: 1, eval_loss: 2, eval_accuracy: 0.2 },
      ),
    });
    expect(shares(run)).toEqual([[0.2, 2]]);
    expect(noticesOf(run)).toEqual(['EvaluationsNotUsed: test', 'CheckpointsWithoutAccuracy: checkpoint-2']);
  });

  it('take a metric of the plain evaluation for none of another set', async () => {
    const row = {
      step: 10,
      epoch: 1,
      eval_loss: 1,
      eval_balanced_accuracy: 0.5,
      eval_f1: 0.25,
      eval_runtime: 0.5,
    };
    const run = await readWith({ 'trainer_state.json': state(row) });
    expect(shares(run)).toEqual([[undefined, 1]]);
    expect(noticesOf(run)).toEqual(['AccuracyNotFound: eval_balanced_accuracy, eval_f1']);
    const named = await readWith({ 'trainer_state.json': state(row) }, 'eval_balanced_accuracy');
    expect(shares(named)).toEqual([[0.5, 1]]);
  });

  it('show an accuracy by another name once it is named', async () => {
    const row = { step: 10, epoch: 1, eval_loss: 1, eval_acc: 0.75 };
    expect(noticesOf(await readWith({ 'trainer_state.json': state(row) }))).toEqual([
      'AccuracyNotFound: eval_acc',
    ]);
    expect(shares(await readWith({ 'trainer_state.json': state(row) }, 'eval_acc'))).toEqual([[0.75, 1]]);
  });

  it('are not missed where the metrics beside the accuracy are other ones', async () => {
    const row = { step: 10, epoch: 1, eval_loss: 1, eval_accuracy: 0.5, eval_f1: 0.25, eval_runtime: 0.5 };
    const run = await readWith({ 'trainer_state.json': state(row, { ...row, step: 2 }) });
    expect(run.notices).toEqual([]);
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

  it('does without a damaged log.csv, in silence where it is not needed', async () => {
    const files = { 'log.csv': '2.5,0.1,0.5\n2.5,0.1,0.25\n' };
    expect(noticesOf(await readWith(files))).toEqual([
      'HistoryNotRead: log.csv (line 2: the epoch goes back from 0.5 to 0.25)',
    ]);
    const run = await readWith({ ...files, 'trainer_state.json': state(training(1, 7)) });
    expect([run.losses.length, run.notices]).toEqual([1, []]);
  });

  it('has gaps where log.csv has values that can not be drawn', async () => {
    const run = await readWith({ 'log.csv': '5,0.1,0.5\nnan,0.1,1\n4\n3,0.1,2\n' });
    expect(run.losses.map(({ step, loss }) => [step, loss])).toEqual([
      [3, 5],
      [12, 3],
    ]);
    expect(run.lossGaps?.map(({ step, epoch }) => [step, epoch])).toEqual([
      [6, 1],
      [9, 1.5],
    ]);
    expect(noticesOf(run)).toEqual([
      'LossesLeftOut: 6–9',
      'HistoryValuesLeftOut: a line is of another width (row 3)',
    ]);
  });

  it('names the checkpoints that nothing was evaluated at, but not the model before the training', async () => {
    const run = await readWith({ 'trainer_state.json': state({ step: 10, epoch: 1, eval_accuracy: 0.5 }) });
    expect(noticesOf(run)).toEqual(['CheckpointsWithoutAccuracy: checkpoint-2']);
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
