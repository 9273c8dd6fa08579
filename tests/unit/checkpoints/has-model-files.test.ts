import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasModelFiles } from '../../../integrations/embedding-animation/checkpoints/index.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const READY = ['embedding.npy'];
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 343227052\n`;

async function hasThem(files: Readonly<Record<string, string>>): Promise<boolean> {
  const folder = await makeTemporaryFolder();
  await writeFiles(folder, { 'checkpoint-0/config.json': '{}', ...files });
  return hasModelFiles(folder, { readyFiles: READY });
}

describe('hasModelFiles', () => {
  it.each([
    'checkpoint-0/model.safetensors',
    'checkpoint-20/model-00001-of-00002.safetensors',
    'checkpoint-20/onnx/model.onnx',
    'checkpoint-20/embedding.npy',
  ])('is true with %s', async (name) => {
    expect(await hasThem({ [name]: 'content' })).toBe(true);
  });

  it('is false with logits alone, of which no embeddings can be made', async () => {
    expect(await hasThem({ 'checkpoint-0/logits.safetensors': 'content' })).toBe(false);
    expect(await hasThem({ 'checkpoint-0/logits.npy': 'content' })).toBe(false);
  });

  it('is false with configs and histories alone', async () => {
    expect(
      await hasThem({ 'checkpoint-0/trainer_state.json': '{}', 'model.safetensors': 'not in one' }),
    ).toBe(false);
  });

  it('is false where Git LFS has fetched no file, and true where it has fetched one', async () => {
    const pointer = {
      'checkpoint-0/model.safetensors': POINTER,
      'checkpoint-1/model-00001-of-00001.safetensors': POINTER,
      'checkpoint-1/model.safetensors.index.json': '{}',
      'checkpoint-2/onnx/model_fp16.onnx': POINTER,
      'checkpoint-3/embedding.npy': POINTER,
    };
    expect(await hasThem(pointer)).toBe(false);
    expect(await hasThem({ ...pointer, 'checkpoint-5/model.safetensors': 'content' })).toBe(true);
  });

  it('is false in a folder that is not there', async () => {
    expect(await hasModelFiles(join(await makeTemporaryFolder(), 'nowhere'), { readyFiles: READY })).toBe(
      false,
    );
  });
});
