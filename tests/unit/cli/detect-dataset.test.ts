import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectDataset } from '../../../integrations/embedding-animation/cli/detect-dataset.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

async function detect(names: readonly string[], path = '.') {
  const folder = await makeTemporaryFolder();
  await writeFiles(folder, Object.fromEntries(names.map((name) => [name, ''])));
  const { type, path: found, split } = await detectDataset(join(folder, path), path);
  return [type, found.slice(folder.length + 1), split];
}

describe('detectDataset', () => {
  it.each([
    [['cats/1.png', 'dogs/2.JPG'], '.', ['image-folder', '', undefined]],
    [['cats/1.png', 'notes.txt'], '.', ['image-folder', '', undefined]],
    [['cats/1.tiff', 'dogs/2.BMP'], '.', ['image-folder', '', undefined]],
    [['metadata.parquet', '1.png'], '.', ['image-folder', '', undefined]],
    [['cats/1.png', 'cats/metadata.parquet', 'dogs/2.png'], '.', ['image-folder', '', undefined]],
    [['test/metadata.parquet', 'test/1.png', 'train/1.png'], '.', ['image-folder', '', 'test']],
    [['metadata-2024.parquet'], '.', ['parquet', '', undefined]],
    [['metadata.csv', '1.png'], '.', ['image-folder', '', undefined]],
    [['test/cats/1.png', 'train/cats/1.png'], '.', ['image-folder', '', 'test']],
    [['train/cats/1.png', 'val/cats/1.png'], '.', ['image-folder', '', 'val']],
    [['test/metadata.jsonl', 'test/1.png', 'train/1.png'], '.', ['image-folder', '', 'test']],
    [['test/1.png', 'train/1.png'], '.', ['image-folder', '', undefined]],
    [['test/cats/1.png', 'birds/1.png'], '.', ['image-folder', '', undefined]],
    [['data/test-00000-of-00001.parquet', 'README.md'], '.', ['parquet', '', undefined]],
    [['plain_text/test/0000.parquet'], '.', ['parquet', '', undefined]],
    [['test.parquet'], 'test.parquet', ['parquet', 'test.parquet', undefined]],
    [['cifar-10-binary.tar.gz'], 'cifar-10-binary.tar.gz', ['cifar', 'cifar-10-binary.tar.gz', undefined]],
    [['cifar-10-binary.tar.gz', 'notes.txt'], '.', ['cifar', 'cifar-10-binary.tar.gz', undefined]],
    [['cifar-10-batches-bin/test_batch.bin'], '.', ['cifar', 'cifar-10-batches-bin', undefined]],
    [['batches.meta.txt', 'test_batch.bin'], '.', ['cifar', '', undefined]],
    [['fine_label_names.txt', 'coarse_label_names.txt', 'test.bin'], '.', ['cifar', '', undefined]],
  ])('of %j at %s', async (names, path, found) => {
    expect(await detect(names, path)).toEqual(found);
  });

  it.each([
    [['cats/1.png'], 'dogs', 'there is no such file or folder'],
    [['cats/1.png'], 'cats/1.png', 'this is one image'],
    [['images.zip'], 'images.zip', 'this kind of archive is not read'],
    [['model.bin'], 'model.bin', 'this file is no evaluation set'],
    [['notes.txt'], '.', 'neither images nor Parquet files'],
    [['cats/1.png', 'test.parquet'], '.', 'both Parquet files and images'],
  ])('refuses %j at %s', async (names, path, problem) => {
    const error = await catchError('DatasetInvalid', () => detect(names, path));
    expect(error.message).toBe(`${path}: ${error.problem}`);
    expect(error.problem).toContain(problem);
  });
});
