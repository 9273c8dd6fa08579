/** Files that are replaced between the moment they are hashed and the moment they are read. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { Embeddings } from '../../../integrations/embedding-animation/contracts.ts';
import { writeEmbeddings } from '../../../integrations/embedding-animation/formats/safetensors/index.ts';
import { hashFile } from '../../../integrations/embedding-animation/files.ts';
import { animationSchema } from '../../../integrations/embedding-animation/options/index.ts';
import { openRun } from '../../../integrations/embedding-animation/run-source.ts';
import { embedCheckpoints } from '../../../integrations/embedding-animation/stages/embed.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { openContext, type TestContext } from '../../helpers/embed-run.ts';
import { makeRun } from '../../helpers/make-run.ts';
import { plainPng } from '../../helpers/png.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const EXPORT = fileURLToPath(new URL('../../golden/onnx-exports/vit', import.meta.url));

/** A file of a run, and what is put in its place. */
interface Change {
  readonly kind: string;
  /** Below the run's folder. */
  readonly file: string;
  /** Makes the run what it takes to have the file. */
  readonly prepare?: (folder: string) => Promise<void>;
  readonly change: (content: Buffer) => Buffer | Promise<Buffer>;
}

/** The last numbers of weights are as good as any. */
function changeLastByte(content: Buffer): Buffer {
  const changed = Buffer.from(content);
  changed[changed.length - 2]! ^= 0x40;
  return changed;
}

function changeJson(more: object): Change['change'] {
  return (content) => Buffer.from(JSON.stringify({ ...(JSON.parse(content.toString()) as object), ...more }));
}

function parquetOf(shade: number): Buffer {
  const images = Array.from({ length: 6 }, (_, n) => plainPng(8, [shade, 40 * n, 255 - 40 * n]));
  const columnData = [
    { name: 'image', data: images, type: 'BYTE_ARRAY' as const },
    { name: 'label', data: images.map((_, n) => ['cats', 'dogs'][n % 2]!), type: 'STRING' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

const CHANGES: readonly Change[] = [
  { kind: 'weights', file: 'checkpoint-0/model.safetensors', change: changeLastByte },
  { kind: 'config.json', file: 'checkpoint-0/config.json', change: changeJson({ layer_norm_eps: 0.5 }) },
  {
    kind: 'preprocessor_config.json',
    file: 'checkpoint-0/preprocessor_config.json',
    change: changeJson({ image_mean: [0.1, 0.2, 0.3] }),
  },
  { kind: 'an image', file: 'images/cats/0.png', change: () => Buffer.from(plainPng(8, [9, 99, 199])) },
  {
    kind: 'an ONNX export',
    file: 'checkpoint-0/onnx/model.onnx',
    prepare: async (folder) => {
      await rm(join(folder, 'checkpoint-0'), { recursive: true });
      await cp(EXPORT, join(folder, 'checkpoint-0'), { recursive: true });
    },
    change: (content) => {
      const changed = Buffer.from(content);
      changed[Math.floor(changed.length / 2)]! ^= 0x10;
      return changed;
    },
  },
  {
    kind: 'ready embeddings',
    file: 'checkpoint-0/embedding.safetensors',
    prepare: async (folder) => {
      const checkpoint = join(folder, 'checkpoint-0');
      for (const name of await readdir(checkpoint)) await rm(join(checkpoint, name));
      const data = Float32Array.from({ length: 12 * 4 }, (_, i) => Math.sin(i));
      await writeEmbeddings(join(checkpoint, 'embedding.safetensors'), { rows: 12, cols: 4, data });
    },
    change: changeLastByte,
  },
  {
    kind: 'a Parquet file of images',
    file: 'data/test.parquet',
    prepare: async (folder) => {
      await mkdir(join(folder, 'data'));
      await writeFile(join(folder, 'data/test.parquet'), parquetOf(0));
      await writeFile(join(folder, 'run.yaml'), 'dataset:\n  type: parquet\n  path: data\n');
    },
    change: () => parquetOf(200),
  },
];

async function makeOne(prepare?: Change['prepare']): Promise<string> {
  const folder = join(await makeTemporaryFolder(), 'tiny');
  await makeRun(folder, { steps: [0] });
  await prepare?.(folder);
  return folder;
}

function openTiny(folder: string, hashing = hashFile): ReturnType<typeof openRun> {
  const look = animationSchema.parse({});
  return openRun({ id: 'tiny', folder, projectRoot: folder, look, hashFile: hashing });
}

/** Opens and embeds the run as a build does. */
async function build(
  folder: string,
  {
    context = openContext(`${folder}-cache`),
    onHashed = () => Promise.resolve(),
  }: { readonly context?: TestContext; readonly onHashed?: (path: string) => Promise<void> } = {},
): Promise<Embeddings[]> {
  const hashing = async (path: string): Promise<string> => {
    const sha256 = await hashFile(path);
    await onHashed(path);
    return sha256;
  };
  const source = await openTiny(folder, hashing);
  const embedded = await embedCheckpoints(source, context);
  return Promise.all(embedded.map(({ load }) => load()));
}

/** Another file under the name, of the same size and date where the content allows it. */
async function replace(path: string, content: Buffer): Promise<void> {
  const { mtime } = await stat(path);
  await writeFile(`${path}.new`, content);
  await utimes(`${path}.new`, mtime, mtime);
  await rename(`${path}.new`, path);
}

describe('a file that is replaced after it was hashed', () => {
  it.each(CHANGES)('ends the build and poisons nothing: $kind', async ({ file, prepare, change }) => {
    const folder = await makeOne(prepare);
    const path = join(folder, file);
    const original = await readFile(path);
    const other = await change(original);
    const clean = async (content: Buffer): Promise<Embeddings[]> => {
      const apart = await makeOne(prepare);
      await writeFile(join(apart, file), content);
      return build(apart);
    };
    let isReplaced = false;
    const onHashed = async (hashed: string): Promise<void> => {
      if (hashed !== path || isReplaced) return;
      isReplaced = true;
      await replace(path, other);
    };
    const error = await catchError('InputChanged', () => build(folder, { onHashed }));
    expect(error.message).toContain(basename(file));
    expect(error.message).toContain('changed while it was read');
    expect(error.place.run).toBe('tiny');
    expect(error.hint).toContain('build again');

    const second = await build(folder);
    expect(second).toEqual(await clean(other));
    await replace(path, original);
    const third = await build(folder);
    expect(third).toEqual(await clean(original));
    expect(third).not.toEqual(second);
  });

  it('is noticed when it is written in place, with size and date as they were', async () => {
    const folder = await makeOne();
    const path = join(folder, 'checkpoint-0/model.safetensors');
    await utimes(path, 1000, 1000);
    const other = changeLastByte(await readFile(path));
    const onHashed = async (hashed: string): Promise<void> => {
      if (hashed !== path) return;
      await writeFile(path, other);
      await utimes(path, 1000, 1000);
    };
    await catchError('InputChanged', () => build(folder, { onHashed }));
  });

  it('is read again where it has its content back: what was read meanwhile is not kept', async () => {
    const folder = await makeOne();
    const path = join(folder, 'checkpoint-0/model.safetensors');
    const source = await openTiny(folder);
    renameSync(path, `${path}.right`);
    writeFileSync(path, changeLastByte(readFileSync(`${path}.right`)));
    let passes = 0;
    const onUpdate = (title: string, done: number): void => {
      if (!title.includes('embedding') || done < 12) return;
      if (++passes === 1) renameSync(`${path}.right`, path); // the other one has been read
    };
    const context = openContext(`${folder}-cache`);
    await embedCheckpoints(source, { ...context, progress: { ...context.progress, onUpdate } });
    expect(passes).toBe(2);
    expect(await build(folder, { context })).toEqual(await build(await makeOne()));
    expect(context.lines.join()).toContain('with 0 checkpoints, 1 from the cache');
  });

  it('is named with its step among several checkpoints, whose results stay', async () => {
    const folder = join(await makeTemporaryFolder(), 'tiny');
    await makeRun(folder, { steps: [0, 2, 10] });
    const path = join(folder, 'checkpoint-10/model.safetensors');
    const source = await openTiny(folder);
    await replace(path, changeLastByte(await readFile(path)));
    const error = await catchError('InputChanged', () =>
      embedCheckpoints(source, openContext(`${folder}-cache`)),
    );
    expect(error.place).toEqual({ run: 'tiny', step: 10, file: 'checkpoint-10/model.safetensors' });
    expect(await readdir(join(`${folder}-cache`, 'cache/embeddings'))).toHaveLength(2);
  });
});
