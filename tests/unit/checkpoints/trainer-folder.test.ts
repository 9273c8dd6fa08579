import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readTrainerRun } from '../../../integrations/embedding-animation/checkpoints/index.ts';
import { countParameters } from '../../../integrations/embedding-animation/embedding/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { accuracyAt, lossAt, makeRun, type RunFixture } from '../../helpers/make-run.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const options = { countParameters: () => Promise.resolve(123) };

async function makeTemporaryRun(fixture?: RunFixture): Promise<string> {
  const folder = await makeTemporaryFolder();
  await makeRun(folder, fixture);
  return folder;
}

/** Changes keys of a config.json; `undefined` deletes one. */
async function changeConfig(folder: string, step: number, changes: object): Promise<void> {
  const path = join(folder, `checkpoint-${step}`, 'config.json');
  const config: unknown = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...Object(config), ...changes }));
}

describe('checkpoints of a run', () => {
  it('come in the order of their steps as numbers', async () => {
    const folder = await makeTemporaryRun({ steps: [1000, 200, 30, 0] });
    const run = await readTrainerRun('tiny', folder, options);
    expect(run.checkpoints.map(({ step }) => step)).toEqual([0, 30, 200, 1000]);
  });

  it('are described by model, size, place and weights', async () => {
    const folder = await makeTemporaryRun({ steps: [2], hiddenSize: 8 });
    const { checkpoints } = await readTrainerRun('tiny', folder, options);
    const { size } = await stat(join(folder, 'checkpoint-2', 'model.safetensors'));
    expect(checkpoints[0]).toMatchObject({
      run: 'tiny',
      step: 2,
      folder: join(folder, 'checkpoint-2'),
      modelType: 'vit',
      hiddenSize: 8,
      parameters: 123,
      bytes: size,
    });
  });

  it('know the last loss up to their step, their epoch and their accuracy', async () => {
    const folder = await makeTemporaryRun({ steps: [0, 3] });
    const { checkpoints } = await readTrainerRun('tiny', folder, options);
    expect(checkpoints.map(({ epoch, loss, accuracy }) => ({ epoch, loss, accuracy }))).toEqual([
      { epoch: 0, loss: undefined, accuracy: accuracyAt(0) },
      { epoch: 0.6, loss: lossAt(3), accuracy: accuracyAt(3) },
    ]);
  });

  it('are the folders checkpoint-<step> alone, and links to such folders', async () => {
    const folder = await makeTemporaryRun({ steps: [5] });
    await mkdir(join(folder, 'checkpoint-foo'));
    await mkdir(join(folder, 'checkpoint-5-old'));
    await mkdir(join(folder, 'runs'));
    await writeFile(join(folder, 'checkpoint-9'), 'a file');
    await symlink(join(folder, 'checkpoint-5'), join(folder, 'checkpoint-7'), 'dir');
    await symlink(join(folder, 'nowhere'), join(folder, 'checkpoint-8'), 'dir');
    const { checkpoints } = await readTrainerRun('tiny', folder, options);
    expect(checkpoints.map(({ step }) => step)).toEqual([5, 7]);
  });

  it.each([[[]], [['checkpoint-best', 'logs']]])(
    'are missing from a run that holds only the folders %j',
    async (names) => {
      const folder = await makeTemporaryFolder();
      for (const name of names) await mkdir(join(folder, name));
      const error = await catchError('NoCheckpoints', () => readTrainerRun('tiny', folder, options));
      expect(error.message).toMatch(/run "tiny".*no folder checkpoint-<step>/);
    },
  );

  it('are missing from a folder that is not there', async () => {
    const folder = join(await makeTemporaryFolder(), 'gone');
    await catchError('NoCheckpoints', () => readTrainerRun('tiny', folder, options));
  });

  it('have no leading zeros in their step, so that no step is there twice', async () => {
    const folder = await makeTemporaryRun({ steps: [5] });
    await mkdir(join(folder, 'checkpoint-05'));
    const error = await catchError('CheckpointInvalid', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toContain('checkpoint-05');
    expect(error.hint).toContain('checkpoint-5');
  });

  it('have a step that a number can hold', async () => {
    const folder = await makeTemporaryFolder();
    await mkdir(join(folder, 'checkpoint-99999999999999999999'));
    await catchError('CheckpointInvalid', () => readTrainerRun('tiny', folder, options));
  });

  it('are of one model type', async () => {
    const folder = await makeTemporaryRun({ steps: [1, 2] });
    await changeConfig(folder, 1, { model_type: 'deit' });
    const error = await catchError('CheckpointsDiffer', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toMatch(/run "tiny", step 1, config.json.*deit.*step 2.*vit/);
  });

  it('are of one hidden size', async () => {
    const folder = await makeTemporaryRun({ steps: [1, 2] });
    await changeConfig(folder, 1, { hidden_size: 32 });
    const error = await catchError('CheckpointsDiffer', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toMatch(/32.*16/);
  });
});

describe('weights of a checkpoint', () => {
  it.each(['F32', 'F16', 'BF16'] as const)('are counted by what the caller passes, in %s', async (dtype) => {
    const folder = await makeTemporaryRun({ steps: [1], hiddenSize: 16, layers: 2, dtype });
    const { checkpoints } = await readTrainerRun('tiny', folder, { countParameters });
    const block = 4 * (16 * 16 + 16) + (32 * 16 + 32) + (16 * 32 + 16) + 4 * 16;
    const embeddings = 16 + 5 * 16 + 16 * 3 * 16 + 16;
    expect(checkpoints[0]?.parameters).toBe(embeddings + 2 * block + 2 * 16 + (2 * 16 + 2));
  });

  it('may lie in shards, each counted once', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    const checkpoint = join(folder, 'checkpoint-1');
    await rm(join(checkpoint, 'model.safetensors'));
    await writeFiles(checkpoint, {
      'model-00001-of-00002.safetensors': 'abc',
      'model-00002-of-00002.safetensors': 'defgh',
      'model.safetensors.index.json': {
        weight_map: {
          a: 'model-00002-of-00002.safetensors',
          b: 'model-00001-of-00002.safetensors',
          c: 'model-00002-of-00002.safetensors',
        },
      },
    });
    const { checkpoints } = await readTrainerRun('tiny', folder, options);
    expect(checkpoints[0]?.bytes).toBe(8);
  });

  it.each([
    ['a missing shard', { weight_map: { a: 'model-00002-of-00002.safetensors' } }, /model-00002-of-00002/],
    [
      'a shard outside of the folder',
      { weight_map: { a: '../checkpoint-0/model.safetensors' } },
      /not there/,
    ],
    ['no weight map', { metadata: {} }, /weight_map/],
    ['a weight map of numbers', { weight_map: { a: 1 } }, /weight_map/],
    ['no JSON', '{', /not JSON/],
  ])('are refused where the index has %s', async (_, index, message) => {
    const folder = await makeTemporaryRun({ steps: [1] });
    await rm(join(folder, 'checkpoint-1', 'model.safetensors'));
    await writeFiles(folder, { 'checkpoint-1/model.safetensors.index.json': index });
    const error = await catchError('CheckpointInvalid', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({ run: 'tiny', step: 1, file: 'model.safetensors.index.json' });
  });

  it('may be absent where embeddings are ready: then nothing is counted', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    const checkpoint = join(folder, 'checkpoint-1');
    await rename(join(checkpoint, 'model.safetensors'), join(checkpoint, 'embedding.safetensors'));
    const count = vi.fn(options.countParameters);
    const { checkpoints } = await readTrainerRun('tiny', folder, { countParameters: count });
    expect(checkpoints[0]).toMatchObject({ parameters: 0 });
    expect(count).not.toHaveBeenCalled();
  });

  it('are missed where neither they nor embeddings are there, with the step', async () => {
    const folder = await makeTemporaryRun({ steps: [1, 2] });
    await rm(join(folder, 'checkpoint-2', 'model.safetensors'));
    const error = await catchError('CheckpointInvalid', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toMatch(
      /run "tiny", step 2: .*neither model.safetensors nor embedding.safetensors/,
    );
  });

  it('in a pickle lead to a hint on how to convert them', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    const checkpoint = join(folder, 'checkpoint-1');
    await rename(join(checkpoint, 'model.safetensors'), join(checkpoint, 'pytorch_model.bin'));
    const error = await catchError('CheckpointInvalid', () => readTrainerRun('tiny', folder, options));
    expect(error.hint).toContain('save_pretrained');
  });

  it('that can not be counted are an error with run and step', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    await writeFile(join(folder, 'checkpoint-1', 'model.safetensors'), 'short');
    const error = await catchError('SafetensorsInvalid', () =>
      readTrainerRun('tiny', folder, { countParameters }),
    );
    expect(error.place).toMatchObject({ run: 'tiny', step: 1 });
  });
});

describe('digest of a checkpoint', () => {
  const digestOf = async (folder: string): Promise<string | undefined> =>
    (await readTrainerRun('tiny', folder, options)).checkpoints[0]?.digest;

  it.each(['config.json', 'preprocessor_config.json', 'model.safetensors'])(
    'changes with %s',
    async (file) => {
      const folder = await makeTemporaryRun({ steps: [1] });
      const before = await digestOf(folder);
      const path = join(folder, 'checkpoint-1', file);
      await writeFile(path, Buffer.concat([await readFile(path), Buffer.from(' ')]));
      expect(await digestOf(folder)).not.toBe(before);
    },
  );

  it('does not change with the history, the folder or files that decide no embedding', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    const before = await digestOf(folder);
    await writeFiles(folder, {
      'checkpoint-1/optimizer.pt': 'x',
      'checkpoint-1/embedding.safetensors': 'x',
      'log.csv': '',
    });
    expect(await digestOf(folder)).toBe(before);
    expect(await digestOf(await makeTemporaryRun({ steps: [1] }))).toBe(before);
  });

  it('is a sha256 of names and contents', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    const files = ['config.json', 'preprocessor_config.json', 'model.safetensors'];
    const expected = createHash('sha256');
    for (const file of files) {
      const content = await readFile(join(folder, 'checkpoint-1', file));
      expected.update(`${file}\0${createHash('sha256').update(content).digest('hex')}\n`);
    }
    expect(await digestOf(folder)).toBe(expected.digest('hex'));
  });

  it('hashes files by what the caller passes', async () => {
    const folder = await makeTemporaryRun({ steps: [1, 2] });
    const hashFile = vi.fn((path: string) =>
      Promise.resolve(path.includes('checkpoint-1') ? 'same' : 'other'),
    );
    const { checkpoints } = await readTrainerRun('tiny', folder, { ...options, hashFile });
    expect(hashFile).toHaveBeenCalledTimes(6);
    expect(checkpoints[0]?.digest).not.toBe(checkpoints[1]?.digest);
  });
});

describe('config.json', () => {
  it('gives the class names of the last checkpoint in the order of their indices', async () => {
    const folder = await makeTemporaryRun({ steps: [1, 2] });
    const names = Array.from(
      { length: 12 },
      (_, index) => [String(11 - index), `class ${11 - index}`] as const,
    );
    const text = `{"model_type":"vit","hidden_size":16,"id2label":{${names.map(([k, v]) => `"${k}":"${v}"`).join()}}}`;
    await writeFiles(folder, { 'checkpoint-2/config.json': text });
    const { classNames } = await readTrainerRun('tiny', folder, options);
    expect(classNames).toEqual(Array.from({ length: 12 }, (_, index) => `class ${index}`));
  });

  it('keeps the names that nobody chose', async () => {
    const folder = await makeTemporaryRun({ steps: [1], classNames: ['LABEL_0', 'LABEL_1'] });
    expect((await readTrainerRun('tiny', folder, options)).classNames).toEqual(['LABEL_0', 'LABEL_1']);
  });

  it('may have no class names', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    await changeConfig(folder, 1, { id2label: undefined });
    expect((await readTrainerRun('tiny', folder, options)).classNames).toEqual([]);
  });

  it('takes the width of a model that narrows by stages from its last stage', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    await changeConfig(folder, 1, { hidden_size: undefined, hidden_sizes: [64, 128] });
    expect((await readTrainerRun('tiny', folder, options)).checkpoints[0]?.hiddenSize).toBe(128);
  });

  it('may hold the words that Python writes for infinite numbers', async () => {
    const folder = await makeTemporaryRun({ steps: [1] });
    await writeFiles(folder, {
      'checkpoint-1/config.json':
        '{"model_type":"NaN -Infinity","hidden_size":16,"bound":-Infinity,"other":NaN}',
    });
    expect((await readTrainerRun('tiny', folder, options)).checkpoints[0]?.modelType).toBe('NaN -Infinity');
  });

  it.each([
    ['a hole in id2label', { id2label: { 0: 'a', 2: 'c' } }, /2 classes but no class 1/],
    ['an id2label that is not numbered', { id2label: { a: 'x' } }, /no class 0/],
    ['a class without a name', { id2label: { 0: '' } }, /no name for class 0/],
    ['a list as id2label', { id2label: ['a'] }, /"id2label" is not an object/],
    ['no model type', { model_type: undefined }, /model_type/],
    ['no hidden size', { hidden_size: undefined }, /hidden_size/],
    ['half a hidden size', { hidden_size: 0.5 }, /hidden_size/],
    ['text as hidden size', { hidden_size: '16' }, /hidden_size/],
  ])('is refused with %s', async (_, changes, message) => {
    const folder = await makeTemporaryRun({ steps: [4] });
    await changeConfig(folder, 4, changes);
    const error = await catchError('ConfigInvalid', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toMatch(message);
    expect(error.place).toEqual({ run: 'tiny', step: 4, file: 'config.json' });
  });

  it.each([
    ['{"model_type":', /not JSON/],
    ['[]', /not a JSON object/],
  ])('is refused when it reads %s', async (text, message) => {
    const folder = await makeTemporaryRun({ steps: [4] });
    await writeFiles(folder, { 'checkpoint-4/config.json': text });
    const error = await catchError('ConfigInvalid', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toMatch(message);
  });

  it('is missed where it is not there', async () => {
    const folder = await makeTemporaryRun({ steps: [4] });
    await rm(join(folder, 'checkpoint-4', 'config.json'));
    const error = await catchError('ConfigInvalid', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toMatch(/step 4, config.json: can not be read/);
  });
});
