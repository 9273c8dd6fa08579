import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countParameters, openModel } from '../../../integrations/embedding-animation/embedding/index.ts';
import { encodeSafetensors } from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import { copyModel, goldenPath, renameTensors, type ModelChanges } from '../../helpers/embedding.ts';

const place = { run: 'emoji', step: 40 };

async function expectError(changes: ModelChanges, error: Readonly<Record<string, unknown>>): Promise<void> {
  await expect(openModel(await copyModel('f32', changes), place)).rejects.toMatchObject(error);
}

const saying = (text: string): string => expect.stringContaining(text) as string; // an asymmetric matcher

describe('openModel', () => {
  it('knows the width of an embedding and how it is pooled', async () => {
    const { encoder } = await openModel(goldenPath('models/wide'), place);
    expect(encoder).toMatchObject({ hiddenSize: 32, defaultPooling: 'cls' });
  });

  it('says that config.json is missing, with run, step and file', async () => {
    const folder = await copyModel('f32');
    await rm(join(folder, 'config.json'));
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'ConfigInvalid',
      message: 'run "emoji", step 40, config.json: can not be read',
    });
  });

  it('refuses a config.json that is not JSON', async () => {
    const folder = await copyModel('f32');
    await writeFile(join(folder, 'config.json'), '{');
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'ConfigInvalid',
      problem: saying('is not JSON'),
    });
  });

  it.each([
    ['no model type', { model_type: undefined }, 'model_type'],
    ['a width below 0', { hidden_size: -1 }, 'hidden_size'],
    ['a width as text', { hidden_size: '32' }, 'hidden_size'],
    ['heads that do not divide the width', { num_attention_heads: 5 }, 'num_attention_heads'],
    ['no layers', { num_hidden_layers: 0 }, 'num_hidden_layers'],
    ['grey images', { num_channels: 1 }, 'num_channels'],
    ['patches larger than the image', { patch_size: 17 }, 'patch_size'],
    ['three image sizes', { image_size: [1, 2, 3] }, 'image_size'],
  ])('refuses a config.json with %s', async (_, config, key) => {
    await expectError(
      { config },
      { name: 'ConfigInvalid', problem: saying(key), place: { ...place, file: 'config.json' } },
    );
  });

  it('says which architectures it can build when it can not build this one', async () => {
    await expectError(
      { config: { model_type: 'swin<b>' } },
      {
        name: 'ArchitectureUnsupported',
        problem: saying('"swin<b>"'),
        hint: saying('vit'),
      },
    );
  });

  it.each(['mish', 'toString'])(
    'says which activations it can build when it can not build %s',
    async (activation) => {
      await expectError(
        { config: { hidden_act: activation } },
        {
          name: 'ArchitectureUnsupported',
          problem: saying(`"${activation}"`),
          hint: saying('gelu'),
        },
      );
    },
  );

  it('names a missing tensor', async () => {
    await expectError(
      { config: { num_hidden_layers: 3 } },
      {
        name: 'TensorMissing',
        problem: saying('vit.encoder.layer.2.layernorm_before.weight'),
        place: { ...place, file: 'model.safetensors' },
      },
    );
  });

  it('says what is missing from a file that is no ViT', async () => {
    const folder = await copyModel('f32');
    const other = encodeSafetensors([{ name: 'lora_A', dtype: 'F32', shape: [1], data: Float32Array.of(1) }]);
    await writeFile(join(folder, 'model.safetensors'), other);
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'TensorMissing',
      problem: saying('embeddings.cls_token'),
    });
  });

  it.each([
    [{ hidden_size: 64 }, 'cls_token has the shape [1, 1, 32], and config.json asks for [1, 1, 64]'],
    [
      { intermediate_size: 50 },
      'intermediate.dense.weight has the shape [48, 32], and config.json asks for [50, 32]',
    ],
    [
      { image_size: 20 },
      'position_embeddings has the shape [1, 17, 32], and config.json asks for [1, 26, 32]',
    ],
  ])('names tensor, shape and expectation for %j', async (config, problem) => {
    await expectError(
      { config },
      {
        name: 'TensorShapeMismatch',
        problem: saying(problem),
        place: { ...place, file: 'model.safetensors' },
      },
    );
  });

  it('refuses weights that are not floating-point numbers', async () => {
    const folder = await copyModel('f32');
    const header = {
      'vit.embeddings.cls_token': { dtype: 'I32', shape: [1, 1, 32], data_offsets: [0, 128] },
    };
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    await writeFile(join(folder, 'model.safetensors'), Buffer.concat([length, json, Buffer.alloc(128)]));
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'TensorTypeUnsupported',
      problem: saying('I32'),
    });
  });

  it('refuses a processor that makes images smaller than a patch', async () => {
    await expectError(
      { processor: { size: { height: 16, width: 3 } } },
      {
        name: 'ProcessorInvalid',
        problem: saying('3×16 px, and the model of config.json cuts them into patches of 4×4 px'),
      },
    );
  });
});

/** Adds tensors of one number to a copy of a golden model. */
async function addTensors(folder: string, names: readonly string[]): Promise<void> {
  const path = join(folder, 'model.safetensors');
  const bytes = await readFile(path);
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, end)) as Record<string, unknown>; // a golden header
  const size = bytes.length - end;
  for (const [i, name] of names.entries())
    header[name] = { dtype: 'F32', shape: [1], data_offsets: [size + 4 * i, size + 4 * i + 4] };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(path, Buffer.concat([length, text, bytes.subarray(end), Buffer.alloc(4 * names.length)]));
}

describe('weights that are not there', () => {
  it('are placeholders of ZeRO-3', async () => {
    const folder = await copyModel('f32');
    const path = join(folder, 'model.safetensors');
    const end = 8 + Number((await readFile(path)).readBigUInt64LE());
    const header = JSON.parse((await readFile(path)).toString('utf8', 8, end)) as Record<string, unknown>; // golden
    const names = Object.keys(header).filter((name) => name !== '__metadata__');
    const empty = names.map((name) => [name, { dtype: 'F32', shape: [0], data_offsets: [0, 0] }]);
    const text = Buffer.from(JSON.stringify(Object.fromEntries(empty)));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    await writeFile(path, Buffer.concat([length, text]));
    await expect(openModel(folder, place)).rejects.toMatchObject({
      problem: saying('placeholder'),
      hint: saying('zero_to_fp32.py'),
    });
  });

  it('are in no file at all', async () => {
    const folder = await copyModel('f32');
    await writeFile(join(folder, 'model.safetensors'), encodeSafetensors([]));
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'TensorMissing',
      hint: saying('zero_to_fp32.py'),
    });
  });

  it('are quantised', async () => {
    await expectError(
      { config: { quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } } },
      { name: 'TensorTypeUnsupported', problem: saying('bitsandbytes'), hint: saying('dequantize') },
    );
  });

  it('lie in layers that PEFT has wrapped', async () => {
    const folder = await copyModel('f32');
    await renameTensors(join(folder, 'model.safetensors'), (name) =>
      name.replace('attention.query.', 'attention.query.base_layer.'),
    );
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'TensorMissing',
      problem: saying('wrapped'),
      hint: saying('adapter_config.json'),
    });
  });
});

describe('processor_config.json', () => {
  it('holds the image processor where transformers 5 has saved it, and goes first', async () => {
    const folder = await copyModel('f32');
    const steps = { image_processor_type: 'ViTImageProcessor', size: { height: 16, width: 16 }, resample: 3 };
    await writeFile(
      join(folder, 'processor_config.json'),
      JSON.stringify({ image_processor: steps, processor_class: 'CLIPProcessor' }),
    );
    expect((await openModel(folder, place)).processor.resize?.filter).toBe('bicubic');
    await rm(join(folder, 'preprocessor_config.json'));
    expect((await openModel(folder, place)).processor.resize?.filter).toBe('bicubic');
  });

  it('of earlier versions says nothing of images', async () => {
    const folder = await copyModel('f32');
    await writeFile(
      join(folder, 'processor_config.json'),
      JSON.stringify({ processor_class: 'CLIPProcessor' }),
    );
    expect((await openModel(folder, place)).processor.resize?.filter).toBe('bilinear');
  });
});

describe('tensors that no graph reads', () => {
  it.each([
    'vit.encoder.layer.0.attention.attention.query.lora_A.weight',
    'vit.encoder.layer.0.attention.attention.query.lora_B.default.weight',
    'vit.encoder.layer.1.adapter.down.weight',
    'vit.embeddings.prompt_embeddings',
    'vit.encoder.layer.2.layernorm_before.weight',
    'vit.encoder.layer.0.gate',
    'vit.norm_of_mine.weight',
    'adapters.0.down.weight',
  ])('are named where they may change the embeddings: %s', async (name) => {
    const folder = await copyModel('f32');
    await addTensors(folder, [name, 'vit.encoder.layer.0.extra.bias']);
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'TensorUnread',
      problem: saying(name),
      place: { ...place, file: 'model.safetensors' },
    });
  });

  it('are left alone in heads, text models and buffers', async () => {
    const folder = await copyModel('f32');
    await addTensors(folder, [
      'cls_classifier.weight',
      'distillation_classifier.bias',
      'classifier.lora_A.weight',
      'decoder.0.weight',
      'logit_scale',
      'text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight',
      'text_projection.weight',
      'visual_projection.weight',
      'vit.embeddings.mask_token',
      'vit.embeddings.position_ids',
      'vit.pooler.dense.other',
    ]);
    expect((await openModel(folder, place)).unread).toEqual([]);
  });

  it('are told of where they lie beside the model and are no head that is known', async () => {
    const folder = await copyModel('f32');
    await addTensors(folder, ['neck.0.weight', 'loss.centres']);
    expect((await openModel(folder, place)).unread).toEqual(['neck.0.weight', 'loss.centres']);
  });
});

describe('countParameters', () => {
  it('counts what PyTorch counts, in one file and in shards', async () => {
    const d = 32;
    const block = 4 * (d * d + d) + 2 * d * 48 + 48 + d + 4 * d;
    const all = d + 17 * d + (d * 48 + d) + 2 * block + 2 * d + (3 * d + 3);
    expect(await countParameters(goldenPath('models/f32'))).toBe(all);
    expect(await countParameters(goldenPath('models/sharded'))).toBe(all);
  });
});

describe('chooseBatch', () => {
  it('takes fewer images at once the more tokens an image has', async () => {
    const { encoder } = await openModel(goldenPath('architectures/dinov2'), {}); // patches of 4×4 px, one CLS token
    const sides = [16, 64, 56, 112, 224, 518];
    const batches = sides.map((side) => encoder.chooseBatch({ height: side, width: side }));
    expect(batches).toEqual([16, 4, 4, 1, 1, 1]);
  });
});
