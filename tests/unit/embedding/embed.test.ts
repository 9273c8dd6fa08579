import { readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterAll, describe, expect, it } from 'vitest';
import {
  embed,
  openEmbeddingPool,
  openModel,
} from '../../../integrations/embedding-animation/embedding/index.ts';
import { readTensorTable } from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { fixedSize } from '../../../integrations/embedding-animation/embedding/preprocessing/processor.ts';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import {
  copyModel,
  cosine,
  goldenPath,
  modelPixels,
  readGolden,
  renameTensors,
  type ModelChanges,
} from '../../helpers/embedding.ts';

const MIN_COSINE = 0.999_999;
const expected = await readGolden<Record<string, number[][]>>('embeddings.json');
const TICK_MS = 10;

const pool = openEmbeddingPool(2);
afterAll(() => pool.close());

async function embedFolder(folder: string, count?: number): Promise<Embeddings> {
  const model = await openModel(folder, { run: 'emoji', step: 40 });
  const { height, width } = fixedSize(model.processor)!;
  return embed({ model, pixels: modelPixels(height, width, count), pool });
}

function expectEqual({ rows, cols, data }: Embeddings, reference: readonly (readonly number[])[]): void {
  expect([rows, cols]).toEqual([reference.length, reference[0]!.length]);
  for (const [row, vector] of reference.entries()) {
    const own = data.subarray(row * cols, (row + 1) * cols);
    expect(cosine(own, vector)).toBeGreaterThan(MIN_COSINE);
    for (const [col, value] of vector.entries()) expect(own[col]).toBeCloseTo(value, 3);
  }
}

describe('embed', () => {
  it.each(['f32', 'f16', 'bf16', 'sharded', 'bare', 'wide'])(
    'gives the CLS tokens of transformers: %s',
    async (name) => {
      expectEqual(await embedFolder(goldenPath(`models/${name}`)), expected[name]!);
    },
  );

  it.each(['f32', 'sharded'])(
    'reads weights that are links, as in the cache of the hub: %s',
    async (name) => {
      const folder = await copyModel(name);
      const blobs = await makeTemporaryFolder();
      const files = (await readdir(folder)).filter((file) => file.endsWith('.safetensors'));
      for (const [index, file] of files.entries()) {
        const blob = join(blobs, `blob ${index}`);
        await rename(join(folder, file), blob);
        await symlink(blob, join(folder, file));
      }
      expect(files.length).toBeGreaterThan(0);
      expectEqual(await embedFolder(folder), expected[name]!);
    },
  );

  it.each(['gelu_new', 'gelu_fast', 'gelu_pytorch_tanh', 'quick_gelu', 'silu', 'relu', 'tanh'])(
    'gives the CLS tokens of transformers with hidden_act %s',
    async (activation) => {
      const folder = await copyModel('f32', { config: { hidden_act: activation } });
      expectEqual(await embedFolder(folder), expected[`f32 ${activation}`]!);
    },
  );

  it('finds tensors by the names of transformers 5’s modules', async () => {
    const folder = await copyModel('f32');
    const changes = [
      ['.encoder.layer.', '.layers.'],
      ['.attention.attention.query.', '.attention.q_proj.'],
      ['.attention.attention.key.', '.attention.k_proj.'],
      ['.attention.attention.value.', '.attention.v_proj.'],
      ['.attention.output.dense.', '.attention.o_proj.'],
      ['.intermediate.dense.', '.mlp.fc1.'],
      ['.output.dense.', '.mlp.fc2.'],
    ] as const;
    await renameTensors(join(folder, 'model.safetensors'), (name) =>
      changes.reduce((changed, [from, to]) => changed.replace(from, to), name),
    );
    expect((await readTensorTable(folder, {})).has('vit.layers.1.mlp.fc2.weight')).toBe(true);
    expectEqual(await embedFolder(folder), expected['f32']!);
  });

  it('sees the mean and deviation of the processor', async () => {
    const folder = await copyModel('f32', { processor: { image_std: [0.9, 0.9, 0.9] } });
    const { cols, data } = await embedFolder(folder);
    expect(cosine(data.subarray(0, cols), expected['f32']![0]!)).toBeLessThan(MIN_COSINE);
  });

  it('gives the same bytes with one thread and with three', async () => {
    const model = await openModel(goldenPath('models/f32'), {});
    const pixels = modelPixels(16, 16, 500);
    const results: Float32Array[] = [];
    for (const threads of [1, 3]) {
      const own = openEmbeddingPool(threads);
      results.push((await embed({ model, pixels, pool: own })).data);
      await own.close();
    }
    expect(results[0]).toEqual(results[1]);
  });

  it('gives an image the same bytes however many come after it', async () => {
    const many = await embedFolder(goldenPath('models/f32'), 21);
    const few = await embedFolder(goldenPath('models/f32'), 3);
    expect(few.data).toEqual(many.data.slice(0, 3 * many.cols));
  });

  it('takes turns between checkpoints in one pool', async () => {
    for (const name of ['f32', 'bare', 'f32', 'wide']) {
      expectEqual(await embedFolder(goldenPath(`models/${name}`)), expected[name]!);
    }
  });

  it('reports progress up to all images', async () => {
    const model = await openModel(goldenPath('models/f32'), {});
    const seen: [number, number][] = [];
    await embed({
      model,
      pixels: modelPixels(16, 16, 600),
      pool,
      onProgress: (...progress) => seen.push(progress),
    });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual([600, 600]);
  });

  it('leaves the thread of the caller free: its timers tick and it hardly works', async () => {
    const model = await openModel(goldenPath('models/f32'), {});
    const pixels = modelPixels(16, 16, 100_000);
    let ticks = 0;
    const timer = setInterval(() => ticks++, TICK_MS);
    const start = performance.now();
    const before = performance.eventLoopUtilization();
    await embed({ model, pixels, pool });
    const { utilization } = performance.eventLoopUtilization(before);
    const took = performance.now() - start;
    clearInterval(timer);
    expect(took).toBeGreaterThan(20 * TICK_MS); // otherwise this proves nothing
    expect(ticks).toBeGreaterThan(took / TICK_MS / 4);
    expect(utilization).toBeLessThan(0.5);
  });

  it('is rejected once, and nothing else is, when its pool is closed while it works', async () => {
    const own = openEmbeddingPool(2);
    const model = await openModel(goldenPath('models/f32'), {});
    let closed: Promise<void> | undefined;
    const work = embed({
      model,
      pixels: modelPixels(16, 16, 2000),
      pool: own,
      onProgress: () => {
        closed ??= own.close();
      },
    });
    await expect(work).rejects.toMatchObject({ name: 'WorkerFailed' });
    await closed; // an unhandled rejection would fail the run of the tests
  });

  it.each([NaN, Infinity])('refuses embeddings with %d in them and names the image', async (value) => {
    const folder = await copyModel('f32');
    const path = join(folder, 'model.safetensors');
    const tensor = (await readTensorTable(folder, {})).get('vit.layernorm.bias')!;
    const bytes = await readFile(path);
    bytes.writeFloatLE(value, tensor.offset + 8);
    await writeFile(path, bytes);
    const model = await openModel(folder, { run: 'emoji', step: 40 });
    const work = embed({ model, pixels: modelPixels(16, 16, 3), pool, names: ['<a>.png', 'b', 'c'] });
    await expect(work).rejects.toMatchObject({
      name: 'EmbeddingsNotFinite',
      problem: expect.stringContaining('image 0, "<a>.png"') as string,
      place: { run: 'emoji', step: 40 },
    });
  });

  it('wraps an error of onnxruntime and serves the next checkpoint', async () => {
    const folder = await copyModel('f32');
    const model = await openModel(folder, { run: 'emoji', step: 40 });
    await writeFile(join(folder, 'model.safetensors'), 'gone');
    await expect(embed({ model, pixels: modelPixels(16, 16, 3), pool })).rejects.toMatchObject({
      name: 'ModelRunFailed',
      place: { run: 'emoji', step: 40 },
    });
    expectEqual(await embedFolder(goldenPath('models/f32')), expected['f32']!);
  });

  it('refuses images that are smaller than a patch', async () => {
    const changes: ModelChanges = { processor: { do_resize: false } };
    const model = await openModel(await copyModel('f32', changes), {});
    await expect(embed({ model, pixels: modelPixels(3, 16, 3), pool })).rejects.toMatchObject({
      name: 'ProcessorInvalid',
      problem: expect.stringContaining('16×3 px') as string,
    });
  });
});
