import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  embed,
  openEmbeddingPool,
  openModel,
  type Pooling,
} from '../../../integrations/embedding-animation/embedding/index.ts';
import {
  changeJson,
  goldenPath,
  makeFolder,
  modelPixels,
  readGolden,
  renameTensors,
} from '../../helpers/embedding.ts';

type Reference = Readonly<Partial<Record<Pooling, readonly (readonly number[])[]>>>;

/** What transformers and peft gave; tests/golden/make-adapters.py wrote it. */
const references = await readGolden<Readonly<Record<string, Reference>>>('adapters/embeddings.json');
const pool = openEmbeddingPool(1);
afterAll(() => pool.close());

const place = { run: 'r', step: 1 };
const golden = (name: string): string => goldenPath(`adapters/${name}`);
const SIDE = 16;

const BASES: Readonly<Record<string, string>> = {
  'on-bare': 'base-bare',
  deit: 'base-deit',
  'dinov2-gated': 'base-dinov2',
  clip: 'base-clip',
  siglip: 'base-siglip',
};
const baseOf = (name: string): string => golden(BASES[name] ?? 'base-vit');

const saying = (text: string): string => expect.stringContaining(text) as string; // an asymmetric matcher

const cases = Object.entries(references).flatMap(([name, reference]) =>
  Object.entries(reference)
    .filter(([pooling]) => !(name === 'siglip' && pooling === 'cls')) // SigLIP has no such token
    .map(([pooling, rows]) => ({ name, pooling: pooling as Pooling, rows })),
);

async function copyAdapter(name: string, config: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await makeFolder();
  await cp(golden(name), folder, { recursive: true });
  await changeJson(join(folder, 'adapter_config.json'), config);
  return folder;
}

/** The largest difference, as a share of the largest number. */
async function differenceTo(
  folder: string,
  base: string,
  pooling: Pooling,
  rows: readonly (readonly number[])[],
) {
  const model = await openModel(folder, place, base);
  const { cols, data } = await embed({ model, pixels: modelPixels(SIDE, SIDE, rows.length), pool, pooling });
  expect(cols).toBe(rows[0]?.length);
  const flat = rows.flat();
  const worst = Math.max(...flat.map((value, i) => Math.abs(value - data[i]!)));
  return worst / Math.max(...flat.map(Math.abs));
}

describe('adapters', () => {
  it.each(cases)('give what transformers and peft give: $name, $pooling', async ({ name, pooling, rows }) => {
    expect(await differenceTo(golden(name), baseOf(name), pooling, rows)).toBeLessThan(3e-6);
  });

  it('change what their base gives', async () => {
    const rows = references['plain']!.cls!;
    const { encoder: _, ...model } = await openModel(golden('base-vit'), place);
    expect(model.adapterFile).toBeUndefined();
    const other = await differenceTo(golden('whole-modules'), golden('base-vit'), 'cls', rows);
    expect(other).toBeGreaterThan(1e-2);
  });

  it('may be named after the layers of earlier versions', async () => {
    const folder = await copyAdapter('plain');
    await renameTensors(join(folder, 'adapter_model.safetensors'), (name) =>
      name
        .replace('vit.layers.', 'vit.encoder.layer.')
        .replace('attention.q_proj', 'attention.attention.query')
        .replace('attention.v_proj', 'attention.attention.value'),
    );
    expect(await differenceTo(folder, golden('base-vit'), 'cls', references['plain']!.cls!)).toBeLessThan(
      3e-6,
    );
  });

  it.each([
    [{ peft_type: 'IA3' }, 'IA3'],
    [{ peft_type: 'ADALORA' }, 'ADALORA'],
    [{ init_lora_weights: 'pissa_niter_4' }, 'pissa_niter_4'],
    [{ init_lora_weights: 'olora' }, 'olora'],
    [{ layer_replication: [[0, 1]] }, 'layer_replication'],
    [{ use_qalora: true }, 'use_qalora'],
    [{ target_parameters: ['embeddings.cls_token'] }, 'target_parameters'],
  ])('are refused with the way out where they are of another kind: %j', async (config, said) => {
    const folder = await copyAdapter('plain', config);
    await expect(openModel(folder, place, golden('base-vit'))).rejects.toMatchObject({
      name: 'AdapterUnsupported',
      problem: saying(said),
      hint: saying('merge_and_unload'),
      place: { ...place, file: 'adapter_config.json' },
    });
  });

  it.each(['(a+)+', '[', '.*'.repeat(9), 'x'.repeat(300)])('refuse the pattern %s', async (pattern) => {
    const folder = await copyAdapter('plain', { alpha_pattern: { [pattern]: 3 } });
    await expect(openModel(folder, place, golden('base-vit'))).rejects.toMatchObject({
      name: 'AdapterInvalid',
    });
  });

  it.each([
    ['a layer that the base has not', (name: string) => name.replace('layers.1.', 'layers.7.'), 'layers.7.'],
    ['one half', (name: string) => name.replace('lora_A', 'lora_C'), 'low-rank addition'],
    [
      'a parameter of its own',
      (name: string) => name.replace('q_proj.lora_', 'q_proj.lora_other_'),
      'lora_other',
    ],
  ])('name what would go unread: %s', async (_, rename, said) => {
    const folder = await copyAdapter('plain');
    await renameTensors(join(folder, 'adapter_model.safetensors'), rename);
    await expect(openModel(folder, place, golden('base-vit'))).rejects.toMatchObject({
      problem: saying(said),
      place: { ...place, file: 'adapter_model.safetensors' },
    });
  });

  it('are refused on the attention of a pooling head, whose output layer PEFT changes twice', async () => {
    const folder = await copyAdapter('siglip');
    await renameTensors(join(folder, 'adapter_model.safetensors'), (name) =>
      name.replace('encoder.layers.0.self_attn.q_proj', 'head.attention'),
    );
    await expect(openModel(folder, place, golden('base-siglip'))).rejects.toMatchObject({
      name: 'AdapterUnsupported',
      problem: saying('MultiheadAttention'),
    });
  });

  it('are refused on a base of another width', async () => {
    await expect(openModel(golden('plain'), place, goldenPath('models/wide'))).rejects.toMatchObject({
      name: 'TensorShapeMismatch',
    });
  });

  it('take the image processor beside them before that of their base', async () => {
    const folder = await copyAdapter('plain');
    const { processor } = await openModel(folder, place, golden('base-vit'));
    expect(processor.resize?.to).toEqual({ height: SIDE, width: SIDE });
    await cp(join(golden('base-vit'), 'preprocessor_config.json'), join(folder, 'preprocessor_config.json'));
    await changeJson(join(folder, 'preprocessor_config.json'), { do_rescale: false });
    expect((await openModel(folder, place, golden('base-vit'))).processor.rescale).toBeUndefined();
    await rm(join(folder, 'preprocessor_config.json'));
  });
});
