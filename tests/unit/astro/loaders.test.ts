import type { LoaderContext } from 'astro/loaders';
import { expect, it } from 'vitest';
import { holdEngine } from '../../../integrations/embedding-animation/astro/engine-holder.ts';
import { checkpointsLoader } from '../../../integrations/embedding-animation/astro/loaders.ts';
import type { Checkpoint } from '../../../integrations/embedding-animation/contracts.ts';
import type { Engine } from '../../../integrations/embedding-animation/engine/index.ts';

const checkpoint: Checkpoint = {
  run: 'tiny',
  step: 20,
  folder: '/home/me/site/runs/tiny/checkpoint-20',
  epoch: 1.5,
  loss: 0.25,
  accuracy: undefined,
  modelType: 'vit',
  hiddenSize: 16,
  parameters: 1000,
  bytes: 4000,
  form: 'adapter',
  files: ['adapter_model.safetensors'],
  digest: 'a'.repeat(64),
  base: '/home/me/models/vit',
  pooling: 'cls',
};

it('gives no path of this machine to a schema that would keep it', async () => {
  holdEngine({ checkpoints: () => Promise.resolve([checkpoint]) } as Partial<Engine> as Engine); // all that the loader asks
  const stored = new Map<string, unknown>();
  await checkpointsLoader().load({
    store: {
      keys: () => [],
      set: ({ id, data }: { id: string; data: unknown }) => stored.set(id, data),
    },
    parseData: ({ data }: { data: unknown }) => Promise.resolve(data), // as a schema that takes every key
    generateDigest: () => 'digest',
  } as unknown as LoaderContext); // all that the loader uses of it
  const { folder, files, base, pooling, ...published } = checkpoint;
  expect([...stored]).toEqual([['tiny/checkpoint-20', published]]);
  expect(JSON.stringify([...stored])).not.toContain('/home/me');
});
