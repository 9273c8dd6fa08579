import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readTrainerRun,
  readPartialTrainerRun,
} from '../../../integrations/embedding-animation/checkpoints/index.ts';
import {
  parseOptions,
  runFileSchema,
  type CheckpointsOption,
} from '../../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeRun } from '../../helpers/make-run.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const reading = {
  countParameters: () => Promise.resolve(123),
  ready: { names: ['embedding.npy'], open: () => Promise.resolve({ cols: 7 }) },
};

/** A run whose checkpoints of the steps 1, 2, … have these names. */
async function makeNamedRun(names: readonly string[]): Promise<string> {
  const folder = await makeTemporaryFolder();
  await makeRun(folder, { steps: names.map((_, index) => index + 1) });
  for (const [index, name] of names.entries()) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await rename(join(folder, `checkpoint-${index + 1}`), join(folder, name));
  }
  return folder;
}

async function stepsOf(folder: string, checkpoints: CheckpointsOption): Promise<[string, number][]> {
  const run = await readTrainerRun('tiny', folder, { ...reading, checkpoints });
  return run.checkpoints.map((checkpoint) => [checkpoint.folder.slice(folder.length + 1), checkpoint.step]);
}

const refuse = (
  folder: string,
  name: 'NoCheckpoints' | 'CheckpointInvalid',
  checkpoints?: CheckpointsOption,
) => catchError(name, () => readTrainerRun('tiny', folder, { ...reading, checkpoints }));

describe('a pattern of checkpoints', () => {
  it('takes the number in a name as the step', async () => {
    const folder = await makeNamedRun(['epoch_1', 'epoch_2', 'epoch_10']);
    expect(await stepsOf(folder, 'epoch_*')).toEqual([
      ['epoch_1', 1],
      ['epoch_2', 2],
      ['epoch_10', 10],
    ]);
  });

  it('fits names in another Unicode normal form', async () => {
    const folder = await makeNamedRun(['e\u0301poque_1', 'e\u0301poque_2', 'base\u0301/x_7']);
    expect(
      await stepsOf(folder, ['\u00e9poque_*', { folder: 'bas\u00e9/x_7'.normalize('NFC'), step: 9 }]),
    ).toEqual([
      ['e\u0301poque_1', 1],
      ['e\u0301poque_2', 2],
      ['base\u0301/x_7', 9],
    ]);
  });

  it('believes trainer_state.json more than a name, but not more than checkpoint-<step>', async () => {
    const folder = await makeNamedRun(['epoch_1', 'last-checkpoint', 'checkpoint-7']);
    await writeFiles(folder, {
      'epoch_1/trainer_state.json': { global_step: 250, log_history: [] },
      'last-checkpoint/trainer_state.json': { global_step: 900, log_history: [] },
      'checkpoint-7/trainer_state.json': { global_step: 8, log_history: [] },
    });
    expect(await stepsOf(folder, ['epoch_*', 'last-checkpoint', 'checkpoint-*'])).toEqual([
      ['checkpoint-7', 7],
      ['epoch_1', 250],
      ['last-checkpoint', 900],
    ]);
  });

  it.each([
    ['vit-b16-*', 'vit-b16-300', 300],
    ['*-b16', '300-b16', 300],
    ['epoch_*/model', 'epoch_04/model', 4],
    ['run-*/checkpoint-*', 'run-3/checkpoint-40', 40],
    ['vit_16_step_9', 'vit_16_step_9', 9],
    ['a+b (*)', 'a+b (12)', 12],
  ])('%s finds the step of %s: %i', async (pattern, name, step) => {
    expect(await stepsOf(await makeNamedRun([name]), pattern)).toEqual([[name, step]]);
  });

  it('reads a model in the run folder itself, and a base model whose step is said', async () => {
    const folder = await makeNamedRun(['base', 'last']);
    await writeFiles(folder, { 'last/trainer_state.json': { global_step: 60, log_history: [] } });
    for (const name of ['config.json', 'model.safetensors', 'preprocessor_config.json'])
      await rename(join(folder, 'last', name), join(folder, name));
    await writeFiles(folder, { 'trainer_state.json': { global_step: 90, log_history: [] } });
    expect(await stepsOf(folder, ['.', { folder: 'base', step: 0 }])).toEqual([
      ['base', 0],
      ['', 90],
    ]);
  });

  it('chooses some of the checkpoints, each once', async () => {
    const folder = await makeTemporaryFolder();
    await makeRun(folder, { steps: [1, 2, 3] });
    const chosen = ['checkpoint-1', 'checkpoint-3', 'checkpoint-*1'];
    expect((await stepsOf(folder, chosen)).map(([, step]) => step)).toEqual([1, 3]);
  });

  it('follows links and leaves hidden folders alone', async () => {
    const folder = await makeNamedRun(['epoch_1', '.epoch_2']);
    await symlink(join(folder, '.epoch_2'), join(folder, 'epoch_3'));
    expect((await stepsOf(folder, '*epoch_*')).map(([name]) => name)).toEqual(['epoch_1', 'epoch_3']);
  });

  it('takes the history from the last checkpoint, else from the folders above it', async () => {
    const history = (loss: number) => ({ log_history: [{ loss, step: 1, epoch: 1 }] });
    const folder = await makeNamedRun(['run-0/checkpoint-1']);
    const lossOf = async () =>
      (await readTrainerRun('tiny', folder, { ...reading, checkpoints: 'run-0/*' })).losses[0]?.loss;
    await writeFiles(folder, { 'run-0/trainer_state.json': history(3), 'trainer_state.json': history(2) });
    expect(await lossOf()).toBe(3);
    await writeFiles(folder, { 'run-0/checkpoint-1/trainer_state.json': history(4) });
    expect(await lossOf()).toBe(4);
    await rm(join(folder, 'run-0/checkpoint-1/trainer_state.json'));
    await rm(join(folder, 'run-0/trainer_state.json'));
    expect(await lossOf()).toBe(2);
  });

  it('is refused where two folders are of one step', async () => {
    const folder = await makeNamedRun(['run-0/checkpoint-5', 'run-1/checkpoint-5']);
    const error = await refuse(folder, 'CheckpointInvalid', 'run-*/checkpoint-*');
    expect(error.message).toContain(
      'step 5: run-0/checkpoint-5 and run-1/checkpoint-5 are both of this step',
    );
  });

  it('is refused where no step is to be found', async () => {
    const folder = await makeNamedRun(['checkpoint-best']);
    const error = await refuse(folder, 'CheckpointInvalid', 'checkpoint-*');
    expect(error.message).toContain('checkpoint-best: its step is not known');
    expect(error.hint).toContain('{ folder: checkpoint-best, step: <number> }');
    await writeFile(join(folder, 'checkpoint-best/trainer_state.json'), 'damaged');
    await catchError('TrainerStateInvalid', () =>
      readTrainerRun('tiny', folder, { ...reading, checkpoints: 'checkpoint-*' }),
    );
  });

  it('is refused where nothing fits it, with what is there', async () => {
    const folder = await makeNamedRun(['epoch_1', 'epoch_2']);
    const error = await refuse(folder, 'NoCheckpoints', 'epochs_*');
    expect(error.message).toContain('no folder fits "epochs_*"; the run has epoch_1, epoch_2 and images');
    expect((await refuse(folder, 'NoCheckpoints', ['epoch_1', 'epoch_3'])).message).toContain(
      'there is no folder "epoch_3"',
    );
  });

  it.each(['../other', '/tmp/run', 'a//b', 'a/', '', '**/checkpoint-*', 'a\\b', './a', 'a/..'])(
    'may not be "%s"',
    (checkpoints) => {
      const said = { dataset: { type: 'image-folder', path: 'images' }, checkpoints };
      expect(() => parseOptions(runFileSchema, said, 'RunFileInvalid')).toThrow('checkpoints');
    },
  );
});

describe('a run without checkpoint-<step>', () => {
  it.each([
    [['epoch_1', 'epoch_2'], 'there is a model in epoch_1 and epoch_2', "checkpoints: 'epoch_*'"],
    [['last-checkpoint'], 'there is a model in last-checkpoint', "checkpoints: 'last-checkpoint'"],
    [['run-0/checkpoint-5', 'run-0/checkpoint-9'], 'run-0/checkpoint-5', "checkpoints: 'run-0/checkpoint-*'"],
  ])('is told how to read %j', async (names, problem, hint) => {
    const error = await refuse(await makeNamedRun(names), 'NoCheckpoints');
    expect(error.message).toContain(problem);
    expect(error.hint).toContain(hint);
  });

  it('is told how to read a model at its root', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { 'config.json': {}, 'model.safetensors': '' });
    const error = await refuse(folder, 'NoCheckpoints');
    expect(error.message).toContain("there is a model in the run's own folder");
    expect(error.hint).toContain("checkpoints: '.'");
  });
});

describe('models beside the checkpoints', () => {
  it('are named as left out, unless the checkpoints were chosen', async () => {
    const folder = await makeNamedRun(['checkpoint-1', 'checkpoint-best']);
    expect((await readTrainerRun('tiny', folder, reading)).notices).toMatchObject([
      { name: 'CheckpointsNotUsed', count: 1, items: ['checkpoint-best'] },
    ]);
    const chosen = await readTrainerRun('tiny', folder, { ...reading, checkpoints: 'checkpoint-1' });
    expect(chosen.notices).toEqual([]);
  });
});

describe('a run that is read as far as it can be', () => {
  it('lists every checkpoint, the broken ones with what is wrong', async () => {
    const folder = await makeTemporaryFolder();
    await makeRun(folder, { steps: [1, 2, 3] });
    await writeFile(join(folder, 'checkpoint-2/config.json'), '{');
    await writeFiles(folder, { 'checkpoint-04/config.json': '{}' });
    const { checkpoints, problems, losses } = await readPartialTrainerRun('tiny', folder, reading);
    expect(checkpoints.map(({ name, step }) => [name, step])).toEqual([
      ['checkpoint-1', 1],
      ['checkpoint-2', 2],
      ['checkpoint-3', 3],
      ['checkpoint-04', undefined],
    ]);
    expect(checkpoints.map(({ checkpoint }) => checkpoint?.step)).toEqual([1, undefined, 3, undefined]);
    expect(checkpoints[1]?.problem).toMatchObject({ name: 'ConfigInvalid', place: { run: 'tiny', step: 2 } });
    expect(problems.map(({ name }) => name)).toEqual(['CheckpointInvalid']);
    expect(losses).not.toEqual([]);
  });

  it('says what is wrong with a folder without checkpoints, and with its history', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { 'log.csv': 'what' });
    const { checkpoints, problems, notices } = await readPartialTrainerRun('tiny', folder, reading);
    expect(checkpoints).toEqual([]);
    expect(problems.map(({ name }) => name)).toEqual(['NoCheckpoints']);
    expect(notices.map(({ name }) => name)).toEqual(['HistoryNotRead']);
  });
});
