/** A folder, a pipe or a device in the place of each file of a run. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ErrorName } from '../../integrations/embedding-animation/errors.ts';
import { openDataset } from '../../integrations/embedding-animation/dataset/index.ts';
import { writeEmbeddings } from '../../integrations/embedding-animation/formats/safetensors/index.ts';
import {
  animationSchema,
  type DatasetOptions,
} from '../../integrations/embedding-animation/options/index.ts';
import {
  PACK_FOLDER,
  packResults,
  readPack,
  writePack,
} from '../../integrations/embedding-animation/packed/index.ts';
import { openRun } from '../../integrations/embedding-animation/run-source.ts';
import { embedCheckpoints } from '../../integrations/embedding-animation/stages/embed.ts';
import { catchError } from '../helpers/catch-error.ts';
import { openContext } from '../helpers/embed-run.ts';
import { makeRun } from '../helpers/make-run.ts';
import { makeResults } from '../helpers/packed.ts';
import { makeTemporaryFolder, writeFiles } from '../helpers/temporary-folder.ts';

const EXPORT = fileURLToPath(new URL('../golden/onnx-exports/vit', import.meta.url));

/** What is put there, and what the error calls it. */
const OTHERS = [
  ['a folder', (path: string) => mkdir(path)],
  ['a named pipe', (path: string) => Promise.resolve(execFileSync('mkfifo', [path]))],
  ['a device', (path: string) => symlink('/dev/zero', path)],
] as const;

/** Nothing here may wait. */
const AT_ONCE_MS = 10_000;

async function onlyReady(folder: string, name: string): Promise<void> {
  const checkpoint = join(folder, 'checkpoint-0');
  for (const file of await readdir(checkpoint)) await rm(join(checkpoint, file));
  await writeEmbeddings(join(checkpoint, name), { rows: 12, cols: 2, data: new Float32Array(24) });
}

async function onlyExport(folder: string): Promise<void> {
  await rm(join(folder, 'checkpoint-0'), { recursive: true });
  await cp(EXPORT, join(folder, 'checkpoint-0'), { recursive: true });
}

const FILES: readonly [file: string, name: ErrorName, prepare?: (folder: string) => Promise<void>][] = [
  ['run.yaml', 'RunFileInvalid'],
  ['checkpoint-0/config.json', 'ConfigInvalid'],
  ['checkpoint-0/preprocessor_config.json', 'ProcessorInvalid'],
  ['checkpoint-0/model.safetensors', 'SafetensorsInvalid'],
  ['checkpoint-0/onnx/model.onnx', 'CheckpointInvalid', onlyExport],
  [
    'checkpoint-0/embedding.safetensors',
    'SafetensorsInvalid',
    (folder) => onlyReady(folder, 'embedding.safetensors'),
  ],
  ['checkpoint-0/embedding.npy', 'EmbeddingsInvalid', (folder) => onlyReady(folder, 'embedding.npy')],
  ['checkpoint-0/embedding.parquet', 'EmbeddingsInvalid', (folder) => onlyReady(folder, 'embedding.parquet')],
];

describe.skipIf(process.platform === 'win32')('what is no file in the place of a file', () => {
  describe.each(OTHERS)('%s', (kind, put) => {
    it.each(FILES)(
      'is refused at once: %s',
      async (file, name, prepare) => {
        const folder = join(await makeTemporaryFolder(), 'tiny');
        await makeRun(folder, { steps: [0] });
        await prepare?.(folder);
        await rm(join(folder, file));
        await put(join(folder, file));
        const error = await catchError(name, () => build(folder));
        expect(error.message).toContain(`this is ${kind}, not a file`);
        expect(error.message).toContain(file.split('/').at(-1));
        expect(error.message).not.toContain(folder);
      },
      AT_ONCE_MS,
    );

    it('does not hold up a run as its log.csv, which it can do without', async () => {
      const folder = join(await makeTemporaryFolder(), 'tiny');
      await makeRun(folder, { steps: [0] });
      await rm(join(folder, 'log.csv'));
      await put(join(folder, 'log.csv'));
      await build(folder);
    });

    it('is refused at once: an image that was a file when the folder was listed', async () => {
      const folder = await makeTemporaryFolder();
      await makeRun(folder, { steps: [0] });
      const options = { type: 'image-folder', path: 'images' } as DatasetOptions;
      const dataset = await openDataset(options, { runFolder: folder, projectRoot: folder });
      await rm(join(folder, 'images/cats/0.png'));
      await put(join(folder, 'images/cats/0.png'));
      const error = await catchError('ImageUnreadable', () => dataset.decode(0));
      expect(error.message).toBe(`cats/0.png: this is ${kind}, not a file`);
    });

    it('is refused at once: CIFAR’s archive, a batch of it, and a Parquet file', async () => {
      const folder = await makeTemporaryFolder();
      await writeFiles(folder, { 'set/batches.meta.txt': 'a\nb\n', 'ok.tar.gz': gzipSync('') });
      await put(join(folder, 'set/test_batch.bin'));
      await put(join(folder, 'archive.tar.gz'));
      await put(join(folder, 'test.parquet'));
      const open = (type: string, path: string) =>
        openDataset({ type, path, split: 'test' } as DatasetOptions, {
          runFolder: folder,
          projectRoot: folder,
        });
      const batch = await catchError('DatasetInvalid', () => open('cifar', 'set'));
      expect(batch.message).toContain(`this is ${kind}, not a file`);
      await catchError('DatasetInvalid', () => open('cifar', 'archive.tar.gz'));
      await catchError('DatasetInvalid', () => open('parquet', 'test.parquet'));
    });

    it.each(['run.json', 'points.safetensors.gz', 'thumbnails.webp'])(
      'is refused at once: %s of a pack',
      async (file) => {
        const folder = await makeTemporaryFolder();
        const { origin, results } = makeResults({ images: 12, frames: 2 });
        await writePack(join(folder, PACK_FOLDER), await packResults(origin, results));
        await rm(join(folder, PACK_FOLDER, file));
        await put(join(folder, PACK_FOLDER, file));
        const error = await catchError('PackInvalid', () => readPack('tiny', folder));
        expect(error.message).toContain(`${file}: this is ${kind}, not a file`);
      },
    );

    it('counts as none in the cache, and is said to be in the way', async () => {
      const folder = join(await makeTemporaryFolder(), 'tiny');
      await makeRun(folder, { steps: [0] });
      await build(folder);
      const kept = join(`${folder}-cache`, 'cache/embeddings');
      const [entry = ''] = await readdir(kept);
      await rm(join(kept, entry));
      await put(join(kept, entry));
      if (kind === 'a folder') await catchError('CacheUnwritable', () => build(folder));
      else await build(folder);
    });
  });
});

async function build(folder: string): Promise<void> {
  const look = animationSchema.parse({});
  const source = await openRun({ id: 'tiny', folder, projectRoot: folder, look });
  const embedded = await embedCheckpoints(source, openContext(`${folder}-cache`));
  for (const { load } of embedded) await load();
}
