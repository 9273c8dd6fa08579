import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import {
  hasModelFiles,
  readTrainerRun,
  type TrainerRunOptions,
} from '../../../integrations/embedding-animation/checkpoints/index.ts';
import {
  classifierPooling,
  countParameters,
  embeddingWidth,
} from '../../../integrations/embedding-animation/embedding/index.ts';
import { hashFile } from '../../../integrations/embedding-animation/files.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { changeJson, renameTensors } from '../../helpers/embedding.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const golden = (name: string) =>
  fileURLToPath(new URL(`../../golden/embedding/adapters/${name}`, import.meta.url));

const options: TrainerRunOptions = {
  classifierPooling,
  embeddingWidth,
  countParameters,
  ready: { names: ['embedding.npy'], open: () => Promise.resolve({ cols: 24 }) },
};

/** A run of adapters named `name`, one a step, whose base lies in the run's folder. */
async function makeAdapterRun(name = 'plain', base = 'base-vit', steps = [1, 2]): Promise<string> {
  const folder = await makeTemporaryFolder();
  await cp(golden(base), join(folder, base), { recursive: true });
  for (const step of steps) {
    const checkpoint = join(folder, `checkpoint-${step}`);
    await cp(golden(name), checkpoint, { recursive: true });
  }
  return folder;
}

const read = async (folder: string, changes: Partial<TrainerRunOptions> = {}) =>
  readTrainerRun('tiny', folder, { ...options, ...changes });

const adapterConfig = (folder: string, step: number) =>
  join(folder, `checkpoint-${step}`, 'adapter_config.json');

describe('checkpoints that are adapters', () => {
  it('are described with their base', async () => {
    const folder = await makeAdapterRun();
    const { checkpoints, classNames } = await read(folder);
    expect(checkpoints).toHaveLength(2);
    expect(checkpoints[0]).toMatchObject({
      form: 'adapter',
      files: ['adapter_model.safetensors'],
      base: join(folder, 'base-vit'),
      modelType: 'vit',
      embeddingWidth: 24,
      parameters: (await countParameters(golden('base-vit'))) + 2 * 2 * (24 * 2 + 24 * 2) + 3 * 24 + 3,
    });
    expect(classNames).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
  });

  it('use their base: it is not said to be left out', async () => {
    const names = (await read(await makeAdapterRun())).notices.map(({ name }) => name);
    expect(names).not.toContain('CheckpointsNotUsed');
  });

  it.each(['base-vit', '../base-vit', './base-vit/'])('find their base by a path: %s', async (path) => {
    const folder = await makeAdapterRun();
    for (const step of [1, 2])
      await changeJson(adapterConfig(folder, step), { base_model_name_or_path: path });
    expect((await read(folder)).checkpoints[0]?.base).toBe(join(folder, 'base-vit'));
  });

  it('find their base where run.yaml says it, whatever they say themselves', async () => {
    const folder = await makeAdapterRun();
    const project = await makeTemporaryFolder();
    await rename(join(folder, 'base-vit'), join(project, 'model'));
    const bases = { base: 'model', roots: [folder, project] };
    expect((await read(folder, { bases })).checkpoints[0]?.base).toBe(join(project, 'model'));
  });

  it('find their base in the cache of the hub, by its name and revision', async () => {
    const folder = await makeAdapterRun();
    const hubCache = await makeTemporaryFolder();
    const snapshot = join(hubCache, 'models--google--vit-tiny', 'snapshots', 'abc123');
    await mkdir(snapshot, { recursive: true });
    await cp(join(folder, 'base-vit'), snapshot, { recursive: true });
    await writeFiles(hubCache, { 'models--google--vit-tiny/refs/main': 'abc123\n' });
    for (const step of [1, 2])
      await changeJson(adapterConfig(folder, step), { base_model_name_or_path: 'google/vit-tiny' });
    expect((await read(folder, { bases: { roots: [folder], hubCache } })).checkpoints[0]?.base).toBe(
      snapshot,
    );
  });

  it.each([
    ['google/vit-tiny', 'google/vit-tiny'],
    [null, 'is not named'],
    ['../../..', '../../..'],
  ])('are refused with the way out where their base is not there: %s', async (name, said) => {
    const folder = await makeAdapterRun();
    await changeJson(adapterConfig(folder, 1), { base_model_name_or_path: name });
    const error = await catchError('AdapterInvalid', () => read(folder));
    expect(error.message).toContain(said);
    expect(error.hint).toContain('embedding: { base: <folder> }');
    expect(error.place).toMatchObject({ run: 'tiny', step: 1, file: 'adapter_config.json' });
  });

  it('are refused where they are pickled', async () => {
    const folder = await makeAdapterRun();
    const checkpoint = join(folder, 'checkpoint-1');
    await rename(join(checkpoint, 'adapter_model.safetensors'), join(checkpoint, 'adapter_model.bin'));
    const error = await catchError('AdapterInvalid', () => read(folder));
    expect(error.hint).toContain('adapter_model.safetensors');
  });

  it('give way to ready embeddings where their base is not there', async () => {
    const folder = await makeAdapterRun('plain', 'base-vit', [1]);
    await rm(join(folder, 'base-vit'), { recursive: true });
    await writeFiles(folder, { 'checkpoint-1/embedding.npy': 'numbers' });
    expect((await read(folder)).checkpoints[0]?.form).toBe('embeddings');
  });

  it('are left alone where whole weights lie beside them, and that is said', async () => {
    const folder = await makeAdapterRun('plain', 'base-vit', [1]);
    for (const name of ['config.json', 'model.safetensors'])
      await cp(join(folder, 'base-vit', name), join(folder, 'checkpoint-1', name));
    const { checkpoints, notices } = await read(folder);
    expect(checkpoints[0]?.form).toBe('weights');
    expect(notices).toContainEqual(
      expect.objectContaining({ name: 'AdapterNotUsed', items: ['checkpoint-1'] }),
    );
  });

  it('have no class names where their head has other classes than their base', async () => {
    const folder = await makeAdapterRun('plain', 'base-vit', [1]);
    const labels = { 0: 'a', 1: 'b', 2: 'c', 3: 'd' };
    await changeJson(join(folder, 'base-vit', 'config.json'), { id2label: labels });
    expect((await read(folder)).classNames).toEqual([]);
  });

  it('change their digest with each file that decides their embeddings, and hash their base once', async () => {
    const folder = await makeAdapterRun('plain', 'base-vit', [1]);
    const known = new Map<string, Promise<string>>();
    const hash = vi.fn((path: string) => known.get(path) ?? hashFile(path));
    const digest = async () => (await read(folder, { hashFile: hash })).checkpoints[0]!.digest;
    const digests = [await digest(), await digest()];
    expect(digests[0]).toBe(digests[1]);
    expect(hash.mock.calls.map(([path]) => path)).toContain(join(folder, 'base-vit', 'model.safetensors'));
    for (const file of [
      'checkpoint-1/adapter_config.json',
      'base-vit/config.json',
      'base-vit/preprocessor_config.json',
    ]) {
      await changeJson(join(folder, file), { changed: true });
      digests.push(await digest());
    }
    for (const file of ['checkpoint-1/adapter_model.safetensors', 'base-vit/model.safetensors']) {
      await renameTensors(join(folder, file), (name) => `${name}_`);
      digests.push(await digest());
    }
    await writeFile(
      join(folder, 'checkpoint-1', 'preprocessor_config.json'),
      await readFile(join(folder, 'base-vit', 'preprocessor_config.json')),
    );
    digests.push(await digest());
    expect(new Set(digests).size).toBe(digests.length - 1);
  });

  it('count as a model on a host only where their base is there too', async () => {
    const folder = await makeAdapterRun();
    const wanted = { readyFiles: [] };
    expect(await hasModelFiles(folder, wanted)).toBe(true);
    await rm(join(folder, 'base-vit'), { recursive: true });
    expect(await hasModelFiles(folder, wanted)).toBe(false);
  });

  it('are found under other names, for the message that says so', async () => {
    const folder = await makeAdapterRun('plain', 'base-vit', [1]);
    await rename(join(folder, 'checkpoint-1'), join(folder, 'epoch_1'));
    await rm(join(folder, 'base-vit'), { recursive: true });
    const error = await catchError('NoCheckpoints', () => read(folder));
    expect(error.message).toContain('epoch_1');
  });
});

describe('pooling of a run', () => {
  it('is that of the last checkpoint’s classifier, of all checkpoints alike', async () => {
    const folder = await makeAdapterRun('clip', 'base-clip', [2]);
    await rename(join(folder, 'base-clip'), join(folder, 'checkpoint-0'));
    await changeJson(join(folder, 'checkpoint-0', 'config.json'), { architectures: ['CLIPModel'] });
    await changeJson(adapterConfig(folder, 2), { base_model_name_or_path: 'checkpoint-0' });
    const { checkpoints } = await read(folder);
    expect(checkpoints.map(({ form, pooling }) => [form, pooling])).toEqual([
      ['weights', 'patches'],
      ['adapter', 'patches'],
    ]);
  });

  it('makes embeddings as wide as it gives them', async () => {
    const folder = await makeAdapterRun('dinov2-gated', 'base-dinov2');
    const widths = async (embedding?: TrainerRunOptions['embedding']) =>
      (await read(folder, embedding === undefined ? {} : { embedding })).checkpoints.map(
        ({ embeddingWidth, pooling }) => [embeddingWidth, pooling],
      );
    expect(await widths()).toEqual(Array(2).fill([48, 'cls+patches']));
    const said = { from: 'auto', dtype: 'auto' } as const;
    expect(await widths({ ...said, pooling: 'cls' })).toEqual(Array(2).fill([24, undefined]));
    expect(await widths({ ...said, pooling: 'cls+patches' })).toEqual(Array(2).fill([48, undefined]));
  });

  it('is part of the digest where the model alone would be pooled otherwise', async () => {
    const folder = await makeTemporaryFolder();
    await cp(golden('base-clip'), join(folder, 'checkpoint-1'), { recursive: true });
    const classifier = (await read(folder)).checkpoints[0]!.digest;
    const { classifierPooling: _, ...plain } = options;
    expect((await readTrainerRun('tiny', folder, plain)).checkpoints[0]!.digest).not.toBe(classifier);
    await rm(join(folder, 'checkpoint-1'), { recursive: true });
    await cp(golden('base-vit'), join(folder, 'checkpoint-1'), { recursive: true });
    const vit = (await read(folder)).checkpoints[0]!.digest;
    expect((await readTrainerRun('tiny', folder, plain)).checkpoints[0]!.digest).toBe(vit);
  });
});
