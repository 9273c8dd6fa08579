import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  readTrainerRun,
  type TrainerRunOptions,
} from '../../../integrations/embedding-animation/checkpoints/index.ts';
import type { Checkpoint } from '../../../integrations/embedding-animation/contracts.ts';
import { countParameters } from '../../../integrations/embedding-animation/embedding/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { accuracyAt, lossAt, makeRun, type RunFixture } from '../../helpers/make-run.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const options = {
  countParameters: () => Promise.resolve(123),
  ready: { names: ['embedding.safetensors', 'embedding.npy'], open: () => Promise.resolve({ cols: 7 }) },
};

type Choice = NonNullable<TrainerRunOptions['embedding']>;

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
      embeddingWidth: 8,
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
    const { checkpoints } = await readTrainerRun('tiny', folder, { ...options, countParameters });
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
    const { checkpoints } = await readTrainerRun('tiny', folder, { ...options, countParameters: count });
    expect(checkpoints[0]).toMatchObject({ parameters: 0 });
    expect(count).not.toHaveBeenCalled();
  });

  it('are missed where neither they nor embeddings are there, with the step', async () => {
    const folder = await makeTemporaryRun({ steps: [1, 2] });
    await rm(join(folder, 'checkpoint-2', 'model.safetensors'));
    const error = await catchError('CheckpointInvalid', () => readTrainerRun('tiny', folder, options));
    expect(error.message).toMatch(
      /run "tiny", step 2: .*none of model.safetensors, onnx\/model.onnx, embedding.safetensors, embedding.npy/,
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
      readTrainerRun('tiny', folder, { ...options, countParameters }),
    );
    expect(error.place).toMatchObject({ run: 'tiny', step: 1 });
  });
});

describe('form of a checkpoint', () => {
  const READY = ['embedding.safetensors', 'embedding.npy', 'embedding.parquet'];

  /** What is made of a run whose only checkpoint holds these files beside its config.json. */
  async function describeForm(
    files: readonly string[],
    changes: Partial<TrainerRunOptions> = {},
  ): Promise<Pick<Checkpoint, 'form' | 'files' | 'bytes' | 'parameters'>> {
    const folder = await makeTemporaryRun({ steps: [1] });
    const checkpoint = join(folder, 'checkpoint-1');
    await rm(join(checkpoint, 'model.safetensors'));
    await writeFiles(checkpoint, Object.fromEntries(files.map((name) => [name, 'abc'])));
    const measured = { names: READY, open: () => Promise.resolve({ cols: 16 }) };
    const { checkpoints } = await readTrainerRun('tiny', folder, { ...options, ready: measured, ...changes });
    const { form, files: found, bytes, parameters } = checkpoints[0]!;
    return { form, files: found, bytes, parameters };
  }

  const all = ['model.safetensors', 'onnx/model.onnx', 'embedding.npy'];
  const cannotBuild = { canBuild: () => false };
  const choose = (from: Choice['from'], dtype: Choice['dtype'] = 'auto') => ({ embedding: { from, dtype } });

  it.each<[string, readonly string[], Partial<TrainerRunOptions>, readonly string[]]>([
    ['weights where there are any', all, {}, ['model.safetensors']],
    ['weights in float32', all, choose('auto', 'fp32'), ['model.safetensors']],
    ['an ONNX export where there are no weights', all.slice(1), {}, ['onnx/model.onnx']],
    ['an ONNX export where weights can not be built', all, cannotBuild, ['onnx/model.onnx']],
    ['ready embeddings where weights can not be built', [all[0]!, all[2]!], cannotBuild, ['embedding.npy']],
    [
      'weights that can not be built where there is nothing else',
      [all[0]!],
      cannotBuild,
      ['model.safetensors'],
    ],
    ['ready embeddings where there is nothing else', all.slice(2), {}, ['embedding.npy']],
    ['the first of several ready embeddings', READY, {}, ['embedding.safetensors']],
    ['what is asked for: stored', all, choose('stored'), ['embedding.npy']],
    ['what is asked for: onnx', all, choose('onnx'), ['onnx/model.onnx']],
    ['what is asked for: weights', all, { ...cannotBuild, ...choose('weights') }, ['model.safetensors']],
    [
      'an export of its dtype',
      [...all, 'onnx/model_quantized.onnx'],
      choose('auto', 'q8'),
      ['onnx/model_quantized.onnx'],
    ],
    ['the most exact export', ['onnx/model_q4.onnx', 'onnx/model_fp16.onnx'], {}, ['onnx/model_fp16.onnx']],
    [
      'an export with its external data',
      ['onnx/model.onnx', 'onnx/model.onnx_data_1', 'onnx/model.onnx_data', 'onnx/model_fp16.onnx_data'],
      {},
      ['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_1'],
    ],
  ])('is %s', async (_, files, changes, expected) => {
    const form = expected[0]!.startsWith('onnx/')
      ? 'onnx'
      : expected[0]!.startsWith('model')
        ? 'weights'
        : 'embeddings';
    expect(await describeForm(files, changes)).toEqual({
      form,
      files: expected,
      bytes: 3 * expected.length,
      parameters: form === 'weights' ? 123 : 0,
    });
  });

  it.each<[string, readonly string[], Choice['from'], RegExp]>([
    ['weights', all.slice(1), 'weights', /has no model.safetensors/],
    ['an export', [all[0]!, all[2]!], 'onnx', /has no onnx\/model.onnx/],
    ['ready embeddings', all.slice(0, 2), 'stored', /none of embedding.safetensors, embedding.npy, /],
  ])('is an error where %s that are asked for are not there', async (_, files, from, message) => {
    const error = await catchError('CheckpointInvalid', () => describeForm(files, choose(from)));
    expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({ run: 'tiny', step: 1 });
  });

  it('is an error with the dtypes that are there where another is asked for', async () => {
    const files = ['onnx/model.onnx', 'onnx/model_q4.onnx'];
    const error = await catchError('DtypeUnavailable', () => describeForm(files, choose('auto', 'q8')));
    expect(error.message).toMatch(/dtype is "q8".*no onnx\/model_quantized.onnx/);
    expect(error.hint).toContain('fp32, q4');
  });
});

describe('ready embeddings', () => {
  async function makeReadyRun(config: string | undefined): Promise<string> {
    const folder = await makeTemporaryRun({ steps: [1, 2] });
    for (const step of [1, 2]) {
      const checkpoint = join(folder, `checkpoint-${step}`);
      await rm(checkpoint, { recursive: true });
      await writeFiles(checkpoint, {
        'embedding.npy': `matrix ${step}`,
        ...(config === undefined ? {} : { 'config.json': config }),
      });
    }
    return folder;
  }

  it('need no config.json', async () => {
    const { checkpoints, classNames } = await readTrainerRun('tiny', await makeReadyRun(undefined), options);
    expect(checkpoints).toMatchObject([
      { step: 1, modelType: 'unknown', embeddingWidth: 7 },
      { step: 2, modelType: 'unknown', embeddingWidth: 7 },
    ]);
    expect(classNames).toEqual([]);
  });

  it('take model type and class names from a config.json, and their width from themselves', async () => {
    const config = '{"model_type": "swin", "hidden_size": 99, "id2label": {"0": "cat"}}';
    const { checkpoints, classNames } = await readTrainerRun('tiny', await makeReadyRun(config), options);
    expect(checkpoints[0]).toMatchObject({ modelType: 'swin', embeddingWidth: 7 });
    expect(classNames).toEqual(['cat']);
  });

  it('may have a config.json that tells nothing of the model', async () => {
    const { checkpoints } = await readTrainerRun('tiny', await makeReadyRun('{}'), options);
    expect(checkpoints[0]).toMatchObject({ modelType: 'unknown', embeddingWidth: 7 });
  });

  it('are as wide as those of all other checkpoints', async () => {
    const folder = await makeReadyRun(undefined);
    const open = (path: string) => Promise.resolve({ cols: path.includes('checkpoint-1') ? 8 : 7 });
    const work = () => readTrainerRun('tiny', folder, { ...options, ready: { ...options.ready, open } });
    const error = await catchError('CheckpointsDiffer', work);
    expect(error.message).toMatch(/step 1, embedding.npy: .*hidden size 8.*hidden size 7/);
  });

  it('may be mixed with weights, as when only the last ones were kept', async () => {
    const folder = await makeTemporaryRun({ steps: [1, 2] });
    await rm(join(folder, 'checkpoint-1'), { recursive: true });
    await writeFiles(folder, { 'checkpoint-1/embedding.npy': '' });
    const ready = { ...options.ready, open: () => Promise.resolve({ cols: 16 }) };
    const { checkpoints } = await readTrainerRun('tiny', folder, { ...options, ready });
    expect(checkpoints.map(({ form }) => form)).toEqual(['embeddings', 'weights']);
  });

  it('are digested without the files that do not decide them', async () => {
    const before = await readTrainerRun('tiny', await makeReadyRun(undefined), options);
    const after = await readTrainerRun('tiny', await makeReadyRun('{"model_type": "vit"}'), options);
    expect(after.checkpoints[0]!.digest).toBe(before.checkpoints[0]!.digest);
    expect(before.checkpoints[0]!.digest).not.toBe(before.checkpoints[1]!.digest);
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
    expect((await readTrainerRun('tiny', folder, options)).checkpoints[0]?.embeddingWidth).toBe(128);
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
