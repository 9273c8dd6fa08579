import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import {
  embed,
  embedWithLogits,
  openEmbeddingPool,
  openExport,
  type Pooling,
} from '../../../integrations/embedding-animation/embedding/index.ts';
import { GraphWriter } from '../../../integrations/embedding-animation/formats/onnx/index.ts';
import { changeJson, cosine, makeFolder, modelPixels } from '../../helpers/embedding.ts';

/** Images that tests/golden/make-onnx-exports.py embedded, and their side in px. */
const COUNT = 11;
const SIDE = 16;

type Reference = Readonly<Record<string, Readonly<Partial<Record<Pooling, readonly (readonly number[])[]>>>>>;

const golden = (name: string) => fileURLToPath(new URL(`../../golden/onnx-exports/${name}`, import.meta.url));
const expected = JSON.parse(await readFile(golden('embeddings.json'), 'utf8')) as Reference; // written by the script
const expectedLogits = JSON.parse(await readFile(golden('logits.json'), 'utf8')) as Readonly<
  Record<string, readonly (readonly number[])[]>
>; // written by the script
const place = { run: 'emoji', step: 40 };
const pool = openEmbeddingPool(1);
afterAll(() => pool.close());

interface Wanted {
  readonly folder: string;
  readonly files?: readonly string[];
  readonly pooling?: Pooling;
  /** @default what the folder's config.json says */
  readonly hiddenSize?: number;
}

async function embedExport(wanted: Wanted): Promise<Embeddings> {
  const { folder, files = ['onnx/model.onnx'], pooling } = wanted;
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
  const sizes = config['hidden_sizes'] as number[] | undefined;
  const hiddenSize = wanted.hiddenSize ?? sizes?.at(-1) ?? (config['hidden_size'] as number);
  const model = await openExport(folder, files, hiddenSize, place);
  return embed({ model, pixels: modelPixels(SIDE, SIDE, COUNT), pool, pooling });
}

function expectRows({ rows, cols, data }: Embeddings, reference: readonly (readonly number[])[] = []): void {
  expect([rows, cols]).toEqual([reference.length, reference[0]?.length]);
  const flat = reference.flat();
  const worst = Math.max(...flat.map((value, i) => Math.abs(value - data[i]!)));
  expect(worst).toBeLessThan(1e-5 * Math.max(...flat.map(Math.abs)));
}

async function copyExport(name: string): Promise<string> {
  const folder = await makeFolder();
  await cp(golden(name), folder, { recursive: true });
  return folder;
}

/** A model that gives 16 numbers and 3 logits of each image, and does not say how many logits. */
async function writeDynamicLogits(folder: string): Promise<void> {
  const graph = new GraphWriter('dynamic');
  const pixels = graph.input('pixel_values', 'float32', ['batch', 3, SIDE, SIDE]);
  const rows = graph.reshape(pixels, [-1, 3 * SIDE * SIDE]);
  const slice = (from: number, to: number) =>
    graph.node('Slice', [rows, ...[from, to, 1].map((value) => graph.constant('int64', [1], [value]))]);
  graph.output('pooler_output', slice(0, 16), ['batch', 16]);
  graph.output('logits', slice(16, 19), ['batch', 'classes']);
  await writeFile(join(folder, 'onnx', 'model.onnx'), graph.toModel());
}

const saying = (text: string): string => expect.stringContaining(text) as string; // an asymmetric matcher

describe('embed with an ONNX export', () => {
  it.each(
    Object.entries(expected).flatMap(([name, byPooling]) =>
      Object.entries(byPooling).map(([pooling, rows]) => ({ name, pooling: pooling as Pooling, rows })),
    ),
  )('gives what transformers gives: $name, $pooling', async ({ name, pooling, rows }) => {
    expectRows(await embedExport({ folder: golden(name), pooling }), rows);
  });

  it('takes the first token where nothing else is asked for', async () => {
    expectRows(await embedExport({ folder: golden('vit') }), expected['vit']?.cls);
  });

  it('pools the tokens of patches where the architecture tells which these are', async () => {
    const { cls = [], mean = [] } = expected['vit'] ?? {};
    const tokens = 5; // 16 px in patches of 8 px, and the first token
    const patches = mean.map((row, i) =>
      row.map((value, j) => (tokens * value - cls[i]![j]!) / (tokens - 1)),
    );
    expectRows(await embedExport({ folder: golden('vit'), pooling: 'patches' }), patches);
    const both = cls.map((row, i) => [...row, ...patches[i]!]);
    expectRows(await embedExport({ folder: golden('vit'), pooling: 'cls+patches' }), both);
    await expect(embedExport({ folder: golden('swin'), pooling: 'patches' })).rejects.toMatchObject({
      name: 'OptionsInvalid',
    });
  });

  it('runs an export that was made for one image at a time', async () => {
    expectRows(await embedExport({ folder: golden('one-at-a-time') }), expected['vit']?.cls);
  });

  it('feeds an export of 16-bit numbers what it takes', async () => {
    const { data, cols } = await embedExport({ folder: golden('vit'), files: ['onnx/model_fp16.onnx'] });
    for (const [row, reference] of expected['vit']!.cls!.entries())
      expect(cosine(data.subarray(row * cols, (row + 1) * cols), reference)).toBeGreaterThan(0.9999);
  });

  it('finds weights that lie in a file beside the model', async () => {
    const folder = await copyExport('vit');
    const hidden = 16;
    const weights = Float32Array.from(
      { length: hidden * 3 * SIDE * SIDE },
      (_, i) => ((i * 37) % 11) / 11 - 0.4,
    );
    await writeFile(join(folder, 'onnx', 'outer.onnx_data'), new Uint8Array(weights.buffer));
    const graph = new GraphWriter('outer');
    const pixels = graph.input('pixel_values', 'float32', [1, 3, SIDE, SIDE]);
    const flat = graph.node('Flatten', [pixels], { axis: 1 });
    const weight = graph.weight({
      name: 'weight',
      dtype: 'F32',
      shape: [hidden, 3 * SIDE * SIDE],
      file: 'outer.onnx_data',
      offset: 0,
      length: weights.byteLength,
    });
    const rows = graph.node('Gemm', [flat, weight], { transB: 1 });
    graph.output('pooler_output', rows, [1, hidden]);
    await writeFile(join(folder, 'onnx', 'outer.onnx'), graph.toModel());
    const files = ['onnx/outer.onnx', 'onnx/outer.onnx_data'];
    const { data } = await embedExport({ folder, files, pooling: 'pooler' });
    const image = modelPixels(SIDE, SIDE, COUNT).data.subarray(0, 3 * SIDE * SIDE);
    const first = image.reduce((sum, value, i) => sum + (value / 127.5 - 1) * weights[i]!, 0);
    expect(data[0]).toBeCloseTo(first, 3);
  });

  it.each<[string, Pooling, string]>([
    ['no-pooler', 'pooler', 'no output pooler_output; its outputs: last_hidden_state'],
    ['classifier', 'cls', 'no output last_hidden_state; its outputs: logits'],
    ['resnet', 'cls', 'has no such token'],
  ])('says what %s lacks for pooling by %s', async (name, pooling, problem) => {
    await expect(embedExport({ folder: golden(name), pooling })).rejects.toMatchObject({
      name: 'OptionsInvalid',
      problem: saying(problem),
      place,
    });
  });

  describe('that has logits', () => {
    const pixels = modelPixels(SIDE, SIDE, COUNT);
    const openClassifier = (folder: string) => openExport(folder, ['onnx/model.onnx'], 16, place);

    it('gives those of transformers in the run that embeds', async () => {
      const model = await openClassifier(golden('with-logits'));
      expect(model.head).toEqual({ classes: 3, classNames: ['cats', 'dogs', 'birds'] });
      const { embeddings, logits } = await embedWithLogits({ model, pixels, pool });
      expect(embeddings).toEqual(await embed({ model, pixels, pool }));
      const reference = expectedLogits['with-logits']!;
      expect([logits?.rows, logits?.cols]).toEqual([COUNT, 3]);
      const differences = reference.flat().map((value, i) => Math.abs(value - logits!.data[i]!));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    });

    it('gives none of an export without such an output', async () => {
      const model = await openClassifier(golden('vit'));
      expect(model.head).toMatchObject({ reason: saying('no output "logits"') });
      expect((await embedWithLogits({ model, pixels, pool })).logits).toBeUndefined();
    });

    it('counts classes by config.json where the model does not say how many there are', async () => {
      const folder = await copyExport('with-logits');
      await writeDynamicLogits(folder);
      const model = await openClassifier(folder);
      const { logits } = await embedWithLogits({ model, pixels, pool, pooling: 'pooler' });
      expect(logits).toMatchObject({ rows: COUNT, cols: 3 });
      await changeJson(join(folder, 'config.json'), { id2label: undefined });
      expect((await openClassifier(folder)).head).toMatchObject({ reason: saying('how many classes') });
      await changeJson(join(folder, 'config.json'), { id2label: { '0': 'cats', '1': 'dogs' } });
      const fewer = await openClassifier(folder);
      await expect(embedWithLogits({ model: fewer, pixels, pool, pooling: 'pooler' })).rejects.toMatchObject({
        name: 'ConfigInvalid',
        problem: saying('there are 2 classes, and the exported model gives 3 logits'),
        place: { ...place, file: 'config.json' },
      });
    });
  });

  it('says that config.json has another width than the model', async () => {
    await expect(embedExport({ folder: golden('vit'), hiddenSize: 32 })).rejects.toMatchObject({
      name: 'ConfigInvalid',
      problem: saying("hidden size is 32, and the exported model's is 16"),
      place: { ...place, file: 'config.json' },
    });
  });

  it('passes on why onnxruntime can not load a model', async () => {
    const folder = await copyExport('vit');
    await writeFile(join(folder, 'onnx', 'model.onnx'), 'no model');
    await expect(embedExport({ folder })).rejects.toMatchObject({ name: 'ModelRunFailed', place });
  });
});

describe('openExport', () => {
  it('says that a file is missing', async () => {
    const files = ['onnx/model.onnx', 'onnx/model.onnx_data'];
    await expect(openExport(golden('vit'), files, 16, place)).rejects.toMatchObject({
      name: 'CheckpointInvalid',
      place: { ...place, file: 'onnx/model.onnx_data' },
    });
  });

  it('says how to fetch a model of which only the Git LFS pointer is there', async () => {
    const folder = await copyExport('vit');
    await writeFile(
      join(folder, 'onnx', 'model.onnx'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
    );
    await expect(openExport(folder, ['onnx/model.onnx'], 16, place)).rejects.toMatchObject({
      name: 'CheckpointInvalid',
      hint: saying('git lfs pull'),
    });
  });
});
