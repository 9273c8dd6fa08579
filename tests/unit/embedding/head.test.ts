import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Logits } from '../../../integrations/embedding-animation/contracts.ts';
import {
  applyHead,
  embed,
  openEmbeddingPool,
  openModel,
  readHead,
  type HeadSource,
  type ModelSource,
} from '../../../integrations/embedding-animation/embedding/index.ts';
import { fixedSize } from '../../../integrations/embedding-animation/embedding/preprocessing/processor.ts';
import {
  encodeSafetensorsFile,
  readTensorTable,
} from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import {
  changeJson,
  goldenPath,
  makeFolder,
  modelPixels,
  noise,
  readGolden,
  renameTensors,
} from '../../helpers/embedding.ts';

/** What transformers and peft gave; tests/golden/make-logits.py wrote it. */
const references =
  await readGolden<Readonly<Record<string, readonly (readonly number[])[]>>>('heads/logits.json');
const MOST = 1e-4;
const pool = openEmbeddingPool(2);
afterAll(() => pool.close());

const place = { run: 'r', step: 1 };

const BASES: Readonly<Record<string, string>> = {
  'on-bare': 'base-bare',
  deit: 'base-deit',
  'dinov2-gated': 'base-dinov2',
  clip: 'base-clip',
  siglip: 'base-siglip',
};

/** The base of an adapter; `undefined` for a model that has its own weights. */
async function findBase(folder: string): Promise<string | undefined> {
  const isAdapter = await readFile(join(folder, 'adapter_config.json')).then(
    () => true,
    () => false,
  );
  const name = folder.split(/[\\/]/).at(-1)!;
  return isAdapter ? goldenPath(`adapters/${BASES[name] ?? 'base-vit'}`) : undefined;
}

function headOf({ head }: ModelSource): HeadSource {
  if ('reason' in head) throw new Error(head.reason);
  return head;
}

async function computeLogits(folder: string, count: number, base?: string): Promise<Logits> {
  const model = await openModel(folder, place, base);
  const head = headOf(model);
  const { height, width } = fixedSize(model.processor)!;
  const pixels = modelPixels(height, width, count);
  const embeddings = await embed({ model, pixels, pool, pooling: head.pooling });
  return applyHead(embeddings, await readHead(head, place));
}

function differenceTo({ rows, cols, data }: Logits, reference: readonly (readonly number[])[]): number {
  expect([rows, cols]).toEqual([reference.length, reference[0]!.length]);
  return Math.max(...reference.flat().map((value, i) => Math.abs(value - data[i]!)));
}

async function copyGolden(name: string, config?: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await makeFolder();
  await cp(goldenPath(name), folder, { recursive: true });
  await changeJson(join(folder, 'config.json'), config);
  return folder;
}

describe('logits', () => {
  it.each(Object.entries(references))('are those of transformers and peft: %s', async (name, reference) => {
    const folder = goldenPath(name);
    const logits = await computeLogits(folder, reference.length, await findBase(folder));
    expect(differenceTo(logits, reference)).toBeLessThan(MOST);
  });

  it('are of every architecture that is built, and of weights in 16 bits and in shards', () => {
    const names = Object.keys(references).join();
    for (const one of [
      'deit-',
      'dinov2-gated',
      'dinov2-registers',
      'clip-',
      'siglip-',
      'bf16',
      'f16',
      'sharded',
    ])
      expect(names).toContain(one);
  });

  it('are of the tokens that the head reads, whatever else an embedding could be', async () => {
    const model = await openModel(goldenPath('architectures/dinov2-registers'), place);
    expect(headOf(model)).toMatchObject({ pooling: 'cls+patches', width: 48, classes: 2 });
  });

  it('are found however the model was stored', async () => {
    const folder = await copyGolden('models/f32');
    await renameTensors(join(folder, 'model.safetensors'), (name) => `module.${name}`);
    const reference = references['models/f32']!;
    expect(differenceTo(await computeLogits(folder, reference.length), reference)).toBeLessThan(MOST);
  });

  it('need no bias', async () => {
    const folder = await copyGolden('models/f32');
    const reference = references['models/f32']!;
    const { bias } = await readHead(headOf(await openModel(folder, place)), place);
    await renameTensors(join(folder, 'model.safetensors'), (name) =>
      name === 'classifier.bias' ? 'fc.bias' : name,
    );
    const without = await computeLogits(folder, reference.length);
    const shifted = reference.map((row) => row.map((value, index) => value - bias![index]!));
    expect(differenceTo(without, shifted)).toBeLessThan(MOST);
    expect(differenceTo(without, reference)).toBeGreaterThan(0.01);
  });

  it('are of classes by the names of config.json', async () => {
    const id2label = { '2': 'owl', '0': 'cat', '1': 'dog' };
    const named = await openModel(await copyGolden('models/f32', { id2label }), place);
    expect(headOf(named).classNames).toEqual(['cat', 'dog', 'owl']);
    const fewer = await openModel(await copyGolden('models/f32', { id2label: { '0': 'cat' } }), place);
    expect(headOf(fewer).classNames).toEqual([]);
  });
});

describe('a model without a head that is read', () => {
  const reasonOf = async (folder: string, base?: string): Promise<string> => {
    const { head } = await openModel(folder, place, base);
    if ('reason' in head) return head.reason;
    throw new Error('it has a head');
  };

  it.each([
    ['models/bare', {}, 'ViTModel'],
    ['architectures/clip', {}, 'CLIPModel'],
    ['architectures/siglip-vision', {}, 'SiglipVisionModel'],
    [
      'architectures/deit-classifier',
      { architectures: ['DeiTForImageClassificationWithTeacher'] },
      'DeiTForImageClassificationWithTeacher',
    ],
    ['models/f32', { architectures: null }, 'does not say that the model is a classifier'],
    ['models/bare', { architectures: ['ViTForImageClassification'] }, 'no tensor classifier.weight'],
  ])('says why: %s %j', async (name, config, said) => {
    expect(await reasonOf(await copyGolden(name, config))).toContain(said);
  });

  it('says why of an adapter that has no head, on a base that has none', async () => {
    const folder = await copyGolden('adapters/on-bare');
    await renameTensors(join(folder, 'adapter_model.safetensors'), (name) =>
      name.replace('classifier', 'other_head.fc'),
    );
    expect(await reasonOf(folder, goldenPath('adapters/base-bare'))).toContain('no tensor classifier.weight');
  });

  it('says why of an adapter that has half of what it adds to the head', async () => {
    const folder = await copyGolden('heads/magnitudes');
    await renameTensors(join(folder, 'adapter_model.safetensors'), (name) =>
      name === 'base_model.model.classifier.lora_A.weight' ? 'base_model.model.fc.weight' : name,
    );
    expect(await reasonOf(folder, goldenPath('adapters/base-vit'))).toContain('one half only');
  });

  it.each([
    [
      'another width',
      'classifier.weight',
      { shape: [3, 36] },
      '[3, 36], and a head of this model has [3, 32]',
    ],
    ['a placeholder of DeepSpeed', 'classifier.weight', { shape: [0] }, 'the shape [0]'],
    ['one output', 'classifier.weight', { shape: [1, 32] }, '1 output'],
    ['a bias of other classes', 'classifier.bias', { shape: [2] }, 'classifier.bias has the shape [2]'],
    ['quantised weights', 'classifier.weight', { dtype: 'I32' as const }, 'stored as I32'],
  ])('embeds all the same where the head is damaged: %s', async (_, name, change, said) => {
    const folder = await copyGolden('models/f32');
    await changeTensor(folder, name, change);
    const model = await openModel(folder, place);
    expect('reason' in model.head && model.head.reason).toContain(said);
    const { height, width } = fixedSize(model.processor)!;
    const { rows } = await embed({ model, pixels: modelPixels(height, width, 2), pool });
    expect(rows).toBe(2);
  });

  it('does not guess between two heads', async () => {
    const folder = await copyGolden('models/f32');
    await renameTensors(join(folder, 'model.safetensors'), (name) =>
      name === 'classifier.bias' ? 'other.classifier.weight' : name,
    );
    expect(await reasonOf(folder)).toContain('several heads');
  });
});

interface TensorChange {
  readonly shape?: readonly number[];
  readonly dtype?: 'I32';
}

/** Writes model.safetensors anew with another shape or type of one tensor; its numbers are zeros. */
async function changeTensor(folder: string, name: string, change: TensorChange): Promise<void> {
  const path = join(folder, 'model.safetensors');
  const bytes = await readFile(path);
  const tensors = [...(await readTensorTable(folder, place)).values()].map((tensor) => {
    const { dtype, shape, offset, length } = tensor;
    if (tensor.name !== name)
      return { name: tensor.name, dtype, shape, bytes: bytes.subarray(offset, offset + length) };
    const wanted = { dtype, shape, ...change };
    const numbers = wanted.shape.reduce((product, size) => product * size, 1);
    return { name, dtype: wanted.dtype, shape: wanted.shape, bytes: new Uint8Array(4 * numbers) };
  });
  await writeFile(path, encodeSafetensorsFile(tensors));
}

describe('applyHead', () => {
  const random = (length: number, seed: number): Float32Array =>
    Float32Array.from(noise(length, seed), (byte) => byte / 127.5 - 1);

  it('gives each row alone the same bits as among others', () => {
    const [rows, cols, classes] = [7, 33, 11];
    const embeddings = { rows, cols, data: random(rows * cols, 1) };
    const head = {
      weight: { rows: classes, cols, data: random(classes * cols, 2) },
      bias: random(classes, 3),
    };
    const all = applyHead(embeddings, head);
    for (let row = 0; row < rows; row++) {
      const one = { rows: 1, cols, data: embeddings.data.slice(row * cols, (row + 1) * cols) };
      const alone = applyHead(one, head).data;
      expect(alone).toEqual(all.data.slice(row * classes, (row + 1) * classes));
    }
  });

  it('rounds each sum once', () => {
    const [cols, classes] = [500, 6];
    const embeddings = { rows: 1, cols, data: random(cols, 4) };
    const weight = { rows: classes, cols, data: random(classes * cols, 5) };
    const bias = random(classes, 6);
    const { data } = applyHead(embeddings, { weight, bias });
    for (let k = 0; k < classes; k++) {
      const exact = embeddings.data.reduce((sum, x, i) => sum + x * weight.data[k * cols + i]!, 0) + bias[k]!;
      expect(data[k]).toBe(Math.fround(exact));
    }
  });

  it('refuses embeddings of another width', () => {
    const head = { weight: { rows: 2, cols: 3, data: new Float32Array(6) }, bias: undefined };
    expect(() => applyHead({ rows: 1, cols: 4, data: new Float32Array(4) }, head)).toThrow(RangeError);
  });
});
