import { cp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readTrainerRun } from '../../../integrations/embedding-animation/checkpoints/index.ts';
import { countParameters } from '../../../integrations/embedding-animation/embedding/index.ts';
import { writeEmbeddings } from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import {
  openReadyEmbeddings,
  READY_FILES,
} from '../../../integrations/embedding-animation/ready-embeddings/index.ts';
import { makeRun } from '../../helpers/make-run.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** Paths of the folders that were listed, and of the files that were opened. */
const listed: string[] = [];
const opened: string[] = [];

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    readdir: (...args: Parameters<typeof real.readdir>) => {
      listed.push(String(args[0]));
      return real.readdir(...args);
    },
    open: (...args: Parameters<typeof real.open>) => {
      opened.push(String(args[0]));
      return real.open(...args);
    },
  };
});

const options = {
  countParameters,
  hashFile: () => Promise.resolve('0'), // reading a file to hash it is not what is counted
  ready: { names: READY_FILES, open: (path: string) => openReadyEmbeddings(path, {}) },
};

const golden = (name: string) => fileURLToPath(new URL(`../../golden/${name}`, import.meta.url));

/** How often each path below `folder` is listed and opened while the run in it is read. */
async function countReads(folder: string): Promise<(path: string) => number> {
  listed.length = opened.length = 0;
  await readTrainerRun('tiny', folder, options);
  const paths = [...listed, ...opened].map((path) => relative(folder, path));
  return (path) => paths.filter((each) => each === path).length;
}

async function makeTinyRun(): Promise<string> {
  const folder = await makeTemporaryFolder();
  await makeRun(folder, { steps: [1, 2, 3] });
  return folder;
}

afterEach(() => {
  listed.length = opened.length = 0;
});

describe('reading a run opens once', () => {
  it('the folder, the config.json and the header of each checkpoint', async () => {
    const count = await countReads(await makeTinyRun());
    for (const step of [1, 2, 3]) {
      expect(count(`checkpoint-${step}`)).toBe(1);
      expect(count(`checkpoint-${step}/config.json`)).toBe(1);
      expect(count(`checkpoint-${step}/model.safetensors`)).toBe(1);
    }
  });

  it('the folder of exports', async () => {
    const folder = await makeTinyRun();
    await cp(golden('onnx-exports/vit/onnx'), join(folder, 'checkpoint-2/onnx'), { recursive: true });
    expect((await countReads(folder))('checkpoint-2/onnx')).toBe(1);
  });

  it('each adapter, and the base of them all', async () => {
    const folder = await makeTemporaryFolder();
    await cp(golden('embedding/adapters/base-vit'), join(folder, 'base-vit'), { recursive: true });
    for (const step of [1, 2])
      await cp(golden('embedding/adapters/plain'), join(folder, `checkpoint-${step}`), { recursive: true });
    const count = await countReads(folder);
    for (const step of [1, 2]) {
      expect(count(`checkpoint-${step}`)).toBe(1);
      expect(count(`checkpoint-${step}/adapter_config.json`)).toBe(1);
      expect(count(`checkpoint-${step}/adapter_model.safetensors`)).toBe(1);
    }
    expect(count('base-vit')).toBe(1);
    expect(count('base-vit/model.safetensors')).toBe(1);
  });

  it('each file of ready embeddings', async () => {
    const folder = await makeTinyRun();
    const matrix = { rows: 2, cols: 16, data: new Float32Array(32) };
    for (const step of [1, 2, 3]) {
      const checkpoint = join(folder, `checkpoint-${step}`);
      await rm(join(checkpoint, 'model.safetensors'));
      await writeEmbeddings(join(checkpoint, 'embedding.safetensors'), matrix);
    }
    const count = await countReads(folder);
    for (const step of [1, 2, 3]) {
      expect(count(`checkpoint-${step}`)).toBe(1);
      expect(count(`checkpoint-${step}/embedding.safetensors`)).toBe(1);
    }
  });
});
