import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import {
  embed,
  openEmbeddingPool,
  openModel,
  type Pooling,
} from '../../../integrations/embedding-animation/embedding/index.ts';
import {
  encodeSafetensors,
  readTensorTable,
  type TensorToWrite,
} from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import { fromHalf } from '../../../integrations/embedding-animation/formats/float16.ts';
import { fixedSize } from '../../../integrations/embedding-animation/embedding/preprocessing/processor.ts';
import {
  changeJson,
  cosine,
  goldenPath,
  makeFolder,
  modelPixels,
  readGolden,
  renameTensors,
} from '../../helpers/embedding.ts';

type Reference = Readonly<Partial<Record<Pooling, readonly (readonly number[])[]>>>;

/** What tests/golden/make-classifiers.py wrote. */
type Classifiers = Readonly<
  Record<
    'read by the classifier' | 'mean of tokens',
    Readonly<Record<string, readonly (readonly number[])[]>>
  >
>;

const classifiers = await readGolden<Classifiers>('architectures/classifiers.json');
const references = await readGolden<Readonly<Record<string, Reference>>>('architectures/embeddings.json');
const pool = openEmbeddingPool(1);
afterAll(() => pool.close());

const place = { run: 'r', step: 1 };
const goldenModel = (name: string): string => goldenPath(`architectures/${name}`);

async function copyGolden(name: string, config: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await makeFolder();
  await cp(goldenModel(name), folder, { recursive: true });
  await changeJson(join(folder, 'config.json'), config);
  return folder;
}

async function embedFolder(folder: string, count: number, pooling?: Pooling): Promise<Embeddings> {
  const model = await openModel(folder, place);
  const { height, width } = fixedSize(model.processor)!;
  return embed({ model, pixels: modelPixels(height, width, count), pool, pooling });
}

/** The largest 1 − cosine and the largest difference, so that scale is checked too. */
function compare({ rows, cols, data }: Embeddings, reference: readonly (readonly number[])[]): void {
  expect([rows, cols]).toEqual([reference.length, reference[0]!.length]);
  for (const [row, vector] of reference.entries()) {
    const own = data.subarray(row * cols, (row + 1) * cols);
    expect(1 - cosine(own, vector)).toBeLessThan(1e-9);
    for (const [col, value] of vector.entries()) expect(own[col]).toBeCloseTo(value, 3);
  }
}

const cases = Object.entries(references).flatMap(([name, reference]) =>
  Object.keys(reference).map((pooling) => [name, pooling as Pooling] as const),
);

/** transformers gives the first token of every model; SigLIP's is a patch like any other. */
const isOffered = ([name, pooling]: readonly [string, Pooling]): boolean =>
  !(name.startsWith('siglip') && pooling === 'cls');

describe('architectures', () => {
  it.each(cases.filter(isOffered))('gives what transformers gives: %s, %s', async (name, pooling) => {
    const reference = references[name]![pooling]!;
    compare(await embedFolder(goldenModel(name), reference.length, pooling), reference);
  });

  it.each([
    ['deit', 'cls'],
    ['dinov2', 'cls'],
    ['clip', 'pooler'],
    ['siglip', 'pooler'],
    ['siglip-headless', 'mean'],
  ] as const)('pools as the model was trained for unless told otherwise: %s, %s', async (name, pooling) => {
    const reference = references[name]![pooling]!;
    compare(await embedFolder(goldenModel(name), reference.length), reference);
  });

  it.each([
    ['deit', ['cls', 'mean', 'patches', 'cls+patches']],
    ['vit-pooler', ['cls', 'mean', 'patches', 'cls+patches', 'pooler']],
    ['dinov2', ['cls', 'mean', 'patches', 'cls+patches', 'pooler']],
    ['clip-vision', ['cls', 'mean', 'patches', 'cls+patches', 'pooler']],
    ['siglip', ['mean', 'patches', 'pooler']],
    ['siglip-headless', ['mean', 'patches']],
  ])('knows which poolings %s allows', async (name, poolings) => {
    const folder = name === 'deit' ? goldenModel('deit-classifier') : goldenModel(name);
    expect((await openModel(folder, place)).encoder.poolings).toEqual(poolings);
  });

  it.each([
    ['deit-classifier', 'pooler', 'cls, mean'],
    ['siglip', 'cls', 'mean, patches, pooler'],
    ['siglip-headless', 'cls+patches', 'mean, patches'],
    ['siglip-headless', 'pooler', 'mean, patches'],
  ] as const)(
    'refuses a pooling that the model has no weights for: %s, %s',
    async (name, pooling, possible) => {
      await expect(embedFolder(goldenModel(name), 1, pooling)).rejects.toMatchObject({
        name: 'OptionsInvalid',
        problem: expect.stringContaining(`"${pooling}"`) as string,
        hint: expect.stringContaining(possible) as string,
        place,
      });
    },
  );

  it('leaves out a pooler that changes the width of an embedding', async () => {
    const folder = await copyGolden('vit-pooler', { pooler_output_size: 12 });
    expect((await openModel(folder, place)).encoder.poolings).not.toContain('pooler');
  });
});

describe('a classifier', () => {
  const read = Object.entries(classifiers['read by the classifier']);

  it.each(read)('is shown as its head sees the images unless told otherwise: %s', async (name, reference) => {
    compare(await embedFolder(goldenModel(name), reference.length), reference);
  });

  it.each([
    ['clip-classifier', 'CLIPModel', 'pooler'],
    ['siglip-classifier', 'SiglipModel', 'pooler'],
    ['dinov2-registers', 'Dinov2WithRegistersModel', 'cls'],
    ['deit-classifier', 'DeiTForImageClassificationWithTeacher', 'cls'],
  ])('is told by its class, not by its weights: %s as %s', async (name, kind, pooling) => {
    const folder = await copyGolden(name, { architectures: [kind] });
    expect((await openModel(folder, place)).encoder.defaultPooling).toBe(pooling);
  });
});

/** Names as the modules of transformers 5 have them. */
function asModules(name: string): string {
  return name
    .replace('attention.attention.query', 'attention.q_proj')
    .replace('attention.attention.key', 'attention.k_proj')
    .replace('attention.attention.value', 'attention.v_proj')
    .replace('attention.output.dense', 'attention.o_proj')
    .replace('weights_out', 'down_proj');
}

describe('names of tensors', () => {
  const without = (prefix: string) => (name: string) => name.replace(prefix, '');
  const behind = (prefix: string) => (name: string) => prefix + name;

  it.each([
    ['deit', behind('deit.')],
    [
      'deit',
      (name: string) =>
        asModules(name)
          .replace('encoder.layer.', 'layers.')
          .replace('intermediate.dense', 'mlp.fc1')
          .replace('output.dense', 'mlp.fc2'),
    ],
    ['deit-classifier', without('deit.')],
    ['dinov2', behind('dinov2.')],
    ['dinov2', behind('model.')],
    ['dinov2', asModules],
    ['clip-vision', behind('clip.vision_model.')],
    ['clip-classifier', without('vision_model.')],
    ['siglip-vision', behind('model.vision_model.')],
    ['siglip-classifier', without('vision_model.')],
  ] as const)('are found however the model was stored: %s %s', async (name, rename) => {
    const folder = await copyGolden(name);
    await renameTensors(join(folder, 'model.safetensors'), rename);
    const reference = references[name]!.mean!;
    compare(await embedFolder(folder, reference.length, 'mean'), reference);
  });

  it('may be gate and input apart, as transformers 5 names the modules of DINOv2', async () => {
    const folder = await copyGolden('dinov2-gated');
    await splitGates(folder);
    const reference = references['dinov2-gated']!.cls!;
    compare(await embedFolder(folder, reference.length, 'cls'), reference);
  });

  it('are refused where the file holds two image models', async () => {
    const folder = await copyGolden('dinov2');
    const path = join(folder, 'model.safetensors');
    await renameTensors(path, (name) =>
      name === 'embeddings.mask_token' ? 'teacher.embeddings.cls_token' : `student.${name}`,
    );
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'ArchitectureUnsupported',
      problem: expect.stringContaining(
        'student.embeddings.cls_token, teacher.embeddings.cls_token',
      ) as string,
    });
  });

  it.each([
    ['deit', 'embeddings.distillation_token'],
    ['dinov2', 'encoder.layer.1.layer_scale2.lambda1'],
    ['dinov2-registers', 'dinov2_with_registers.embeddings.register_tokens'],
    ['clip-vision', 'pre_layrnorm.bias'],
    ['siglip-vision', 'head.attention.in_proj_weight'],
    ['siglip-vision', 'embeddings.patch_embedding.weight'],
  ])('are named when one is missing: %s, %s', async (name, missing) => {
    const folder = await copyGolden(name);
    await renameTensors(join(folder, 'model.safetensors'), (tensor) =>
      tensor === missing ? 'other' : tensor,
    );
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'TensorMissing',
      problem: expect.stringContaining(missing) as string,
      place: { ...place, file: 'model.safetensors' },
    });
  });
});

describe('config.json', () => {
  it.each([
    [
      'deit',
      { image_size: [8, 32] },
      'position_embeddings has the shape [1, 8, 24], and config.json asks for [1, 10, 24]',
    ],
    ['dinov2', { mlp_ratio: 3 }, 'mlp.fc1.weight has the shape [48, 24], and config.json asks for [72, 24]'],
    ['dinov2-gated', { mlp_ratio: 4 }, 'mlp.weights_in.weight'],
    ['dinov2-registers', { num_register_tokens: 4 }, 'register_tokens has the shape [1, 3, 24]'],
    ['clip-vision', { patch_size: 8 }, 'position_embedding.weight has the shape [17, 24]'],
    ['siglip-vision', { intermediate_size: 41 }, 'mlp.fc1.weight'],
  ])('is checked against the weights: %s %j', async (name, config, problem) => {
    await expect(openModel(await copyGolden(name, config), place)).rejects.toMatchObject({
      name: 'TensorShapeMismatch',
      problem: expect.stringContaining(problem) as string,
    });
  });

  it('of a model with a text model beside it is read at its vision_config', async () => {
    const folder = await copyGolden('clip', { vision_config: { hidden_size: 25, num_attention_heads: 3 } });
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'ConfigInvalid',
      problem: expect.stringContaining('num_attention_heads') as string,
    });
  });

  it('of a DINOv2 whose positions are no square is refused, as transformers can not resize them', async () => {
    const folder = await copyGolden('dinov2', { image_size: [8, 20] });
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'ConfigInvalid',
      problem: expect.stringContaining('2×5 patches') as string,
    });
  });
});

describe('size of the images', () => {
  it.each(Object.entries(classifiers['mean of tokens']))(
    'may be another than the model was made for, as transformers interpolates positions: %s',
    async (key, reference) => {
      const [name = '', height = 0, width = 0] = key
        .split(/[ x]/)
        .map((part, i) => (i === 0 ? part : Number(part)));
      const folder = await copyGolden(String(name));
      await changeJson(join(folder, 'preprocessor_config.json'), { size: { height, width } });
      const model = await openModel(folder, place);
      expect(model.encoder.interpolates({ height: Number(height), width: Number(width) })).toBe(true);
      expect(model.encoder.interpolates({ height: 16, width: 16 })).toBe(false);
      compare(await embedFolder(folder, reference.length, 'mean'), reference);
    },
  );

  it('must be that of a model whose positions are no square', async () => {
    const folder = await copyGolden('deit');
    await changeJson(join(folder, 'preprocessor_config.json'), { size: { height: 16, width: 20 } });
    await expect(openModel(folder, place)).rejects.toMatchObject({
      name: 'ProcessorInvalid',
      problem: expect.stringContaining('20×16 px, and the model of config.json takes 24×8 px') as string,
    });
  });

  it('may be any of one patch or more for DINOv2', async () => {
    const folder = await copyGolden('dinov2');
    const processor = join(folder, 'preprocessor_config.json');
    await changeJson(processor, { size: { height: 4, width: 4 } });
    expect((await embedFolder(folder, 2)).rows).toBe(2);
    await changeJson(processor, { size: { height: 4, width: 3 } });
    await expect(openModel(folder, place)).rejects.toMatchObject({ name: 'ProcessorInvalid' });
  });
});

/** Gives the stored halves of `mlp.weights_in` names of their own. */
async function splitGates(folder: string): Promise<void> {
  const table = await readTensorTable(folder, place);
  const tensors: TensorToWrite[] = [];
  for (const { name, file, offset, length, shape } of table.values()) {
    const bytes = await readFile(join(folder, file));
    const values = new Uint16Array(
      bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + length),
    );
    const data = Float32Array.from(values, fromHalf);
    const moved = asModules(name);
    if (!name.includes('mlp.weights_in')) {
      tensors.push({ name: moved, dtype: 'F32', shape, data });
      continue;
    }
    const half = [shape[0]! / 2, ...shape.slice(1)];
    const middle = data.length / 2;
    tensors.push({
      name: moved.replace('weights_in', 'gate_proj'),
      dtype: 'F32',
      shape: half,
      data: data.slice(0, middle),
    });
    tensors.push({
      name: moved.replace('weights_in', 'up_proj'),
      dtype: 'F32',
      shape: half,
      data: data.slice(middle),
    });
  }
  await rm(join(folder, 'model.safetensors.index.json'));
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors));
}
