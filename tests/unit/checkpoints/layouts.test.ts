import { execFileSync } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  readTrainerRun,
  type TrainerRunOptions,
} from '../../../integrations/embedding-animation/checkpoints/index.ts';
import type { Checkpoint } from '../../../integrations/embedding-animation/contracts.ts';
import {
  bytesField,
  integerField,
  messageField,
  textField,
} from '../../../integrations/embedding-animation/formats/onnx/protobuf.ts';
import { measureExport } from '../../../integrations/embedding-animation/embedding/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const golden = (name: string) => fileURLToPath(new URL(`../../golden/onnx-exports/${name}`, import.meta.url));

const options: TrainerRunOptions = {
  countParameters: () => Promise.resolve(1),
  ready: { names: ['embedding.npy'], open: () => Promise.resolve({ cols: 24 }) },
};

type Files = Readonly<Record<string, string | object>>;

async function makeCheckpoint(files: Files): Promise<string> {
  const folder = await makeTemporaryFolder();
  await writeFiles(join(folder, 'checkpoint-1'), {
    'config.json': { model_type: 'x', hidden_size: 8 },
    ...files,
  });
  return folder;
}

async function readOne(folder: string): Promise<Checkpoint> {
  return (await readTrainerRun('tiny', folder, options)).checkpoints[0]!;
}

describe('layouts that are not read', () => {
  it.each([
    ['pytorch_model.bin', 'pytorch_model.bin', 'save_pretrained'],
    ['pytorch_model.bin.index.json', 'pytorch_model.bin', 'save_pretrained'],
    ['global_step20/mp_rank_00_model_states.pt', 'DeepSpeed', 'zero_to_fp32.py'],
    ['zero_to_fp32.py', 'DeepSpeed', '--safe_serialization'],
    ['pytorch_model_fsdp_0/__0_0.distcp', 'FSDP', 'accelerate merge-weights'],
    ['pytorch_model_fsdp.bin', 'FSDP', 'merge-weights'],
    ['model-q4.gguf', 'GGUF', 'save_pretrained'],
    ['tf_model.h5', 'TensorFlow', 'from_tf=True'],
    ['flax_model.msgpack', 'Flax', 'from_flax=True'],
    ['best.ckpt', 'PyTorch', 'onnx/model.onnx'],
    ['model.onnx', 'outside of onnx/', 'onnx/model.onnx'],
    ['weights.safetensors', 'other names', 'model.safetensors'],
  ])('are named, with the way out: %s', async (file, found, way) => {
    const folder = await makeCheckpoint({ [file]: 'content', 'optimizer.pt': 'x', 'rng_state.pth': 'x' });
    const error = await catchError('CheckpointInvalid', () => readOne(folder));
    expect(error.message).toContain(found);
    expect(error.hint).toContain(way);
    expect(error.place).toMatchObject({ run: 'tiny', step: 1 });
  });

  it('are not suspected in what a Trainer keeps beside a model', async () => {
    const folder = await makeCheckpoint({
      'optimizer.pt': 'x',
      'scheduler.pt': 'x',
      'training_args.bin': 'x',
    });
    const error = await catchError('CheckpointInvalid', () => readOne(folder));
    expect(error.hint).toBe('Copy the whole checkpoint, or delete its folder.');
  });
});

describe('width of an embedding', () => {
  it.each([
    [{ d_model: 12 }, 12],
    [{ embed_dim: 12 }, 12],
    [{ hidden_dim: 12 }, 12],
    [{ architecture: 'resnet18', num_features: 12 }, 12],
    [{ backbone_config: { hidden_size: 12 } }, 12],
    [{ vision_config: { embed_dim: 12 } }, 12],
    [{ hidden_sizes: [4, 12] }, 12],
    [{ hidden_size: 12, embed_dim: 3 }, 12],
  ])('is found under other names: %j', async (config, width) => {
    const folder = await makeCheckpoint({
      'config.json': { model_type: 'x', ...config },
      'onnx/model.onnx': 'no model',
    });
    expect((await readOne(folder)).embeddingWidth).toBe(width);
  });

  it('is that of the export’s output where config.json has none, or another', async () => {
    const folder = await makeTemporaryFolder();
    await cp(golden('one-at-a-time'), join(folder, 'checkpoint-1'), { recursive: true });
    for (const config of [{ model_type: 'vit' }, { model_type: 'vit', hidden_size: 96 }]) {
      await writeFiles(folder, { 'checkpoint-1/config.json': config });
      expect((await readOne(folder)).embeddingWidth).toBe(16);
    }
  });

  it('is found out by running an export that says nothing of it', async () => {
    const folder = await makeTemporaryFolder();
    await cp(golden('no-pooler'), join(folder, 'checkpoint-1'), { recursive: true });
    await writeFiles(folder, { 'checkpoint-1/config.json': { model_type: 'vit' } });
    const { checkpoints } = await readTrainerRun('tiny', folder, { ...options, measureExport });
    expect(checkpoints[0]?.embeddingWidth).toBe(16);
  });

  it('is asked for where nothing says it', async () => {
    const folder = await makeCheckpoint({
      'config.json': { model_type: 'x' },
      'onnx/model.onnx': 'no model',
    });
    expect((await catchError('ConfigInvalid', () => readOne(folder))).problem).toContain('"hidden_size"');
  });
});

describe('external data of an ONNX export', () => {
  const model = (location: string): Buffer =>
    Buffer.concat([
      messageField(7, [
        messageField(5, [
          integerField(1, 2),
          messageField(13, [textField(1, 'location'), textField(2, location)]),
          bytesField(8, Buffer.from('w')),
        ]),
      ]),
    ]);

  async function makeExport(location: string, files: Files): Promise<string> {
    const folder = await makeCheckpoint(files);
    await writeFiles(folder, { 'checkpoint-1/onnx/model.onnx': '' });
    await writeFile(join(folder, 'checkpoint-1', 'onnx', 'model.onnx'), model(location));
    return folder;
  }

  it.each(['weights.bin', 'model.data', 'parts/w0', './weights', 'model.onnx.data.1'])(
    'is part of the digest whatever it is called: %s',
    async (name) => {
      const folder = await makeExport(name, { [`onnx/${name}`]: 'one' });
      const before = await readOne(folder);
      expect(before.files).toEqual(['onnx/model.onnx', `onnx/${name.replace('./', '')}`]);
      await writeFiles(folder, { [`checkpoint-1/onnx/${name}`]: 'two' });
      expect((await readOne(folder)).digest).not.toBe(before.digest);
    },
  );

  it.skipIf(process.platform === 'win32')('and the model itself are files, or refused at once', async () => {
    const folder = await makeExport('weights.bin', {});
    execFileSync('mkfifo', [join(folder, 'checkpoint-1', 'onnx', 'weights.bin')]);
    await catchError('CheckpointInvalid', () => readOne(folder));
    await rm(join(folder, 'checkpoint-1', 'onnx', 'model.onnx'));
    execFileSync('mkfifo', [join(folder, 'checkpoint-1', 'onnx', 'model.onnx')]);
    await catchError('CheckpointInvalid', () => readOne(folder));
  });

  it('is missed where it is not there', async () => {
    const error = await catchError('CheckpointInvalid', async () =>
      readOne(await makeExport('weights.bin', {})),
    );
    expect(error.message).toContain('onnx/weights.bin, which is not there');
    expect(error.place.file).toBe('onnx/model.onnx');
  });

  it.each(['../weights.bin', '/etc/passwd', 'a/../../b', '..\\b', 'C:\\b', '', '*/_ORT_MEM_ADDR_/*'])(
    'may not lie outside of the model’s folder: %j',
    async (location) => {
      const folder = await makeExport(location, { 'weights.bin': 'x', b: 'x' });
      const error = await catchError('CheckpointInvalid', () => readOne(folder));
      expect(error.message).toContain('outside');
    },
  );
});

describe('the image processor in processor_config.json', () => {
  it('is part of the digest where it is the one that is used', async () => {
    const folder = await makeCheckpoint({ 'model.safetensors': 'x' });
    const none = (await readOne(folder)).digest;
    await writeFiles(folder, { 'checkpoint-1/processor_config.json': { processor_class: 'CLIPProcessor' } });
    expect((await readOne(folder)).digest).toBe(none);
    await writeFiles(folder, {
      'checkpoint-1/processor_config.json': { image_processor: { do_resize: false } },
    });
    const used = (await readOne(folder)).digest;
    expect(used).not.toBe(none);
    const path = join(folder, 'checkpoint-1', 'processor_config.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('false', 'true'));
    expect((await readOne(folder)).digest).not.toBe(used);
    await rm(path);
    expect((await readOne(folder)).digest).toBe(none);
  });
});
