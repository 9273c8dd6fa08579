import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../integrations/embedding-animation/contracts.ts';
import { openDataset } from '../../../integrations/embedding-animation/dataset/index.ts';
import type { CifarOptions } from '../../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const PLANE = 32 * 32;

/** A record of the binary version: labels, then a picture whose planes count up from `value`. */
function makeRecord(labels: readonly number[], value: number): Uint8Array {
  const planes = Array.from({ length: 3 * PLANE }, (_, i) => (value + i) % 251);
  return Uint8Array.from([...labels, ...planes]);
}

function makeBatch(...records: readonly (readonly [labels: readonly number[], value: number])[]): Uint8Array {
  return Buffer.concat(records.map(([labels, value]) => makeRecord(labels, value)));
}

const cifar10: Files = {
  'batches.meta.txt': 'airplane\nautomobile\nbird\n\n',
  'test_batch.bin': makeBatch([[2], 1], [[0], 2], [[1], 3], [[2], 4]),
  ...Object.fromEntries(
    [1, 2, 3, 4, 5].map((batch) => [`data_batch_${batch}.bin`, makeBatch([[batch % 3], 10 * batch])]),
  ),
  'readme.html': '<html>',
};

const cifar100: Files = {
  'coarse_label_names.txt': 'fish\nflowers\n',
  'fine_label_names.txt': 'orchid\nray\nrose\nshark\n',
  'test.bin': makeBatch([[0, 1], 1], [[1, 0], 2], [[0, 3], 3]),
  'train.bin': makeBatch([[1, 2], 4], [[1, 0], 5], [[0, 3], 6]),
};

async function makeFolder(files: Files): Promise<string> {
  const folder = await makeTemporaryFolder();
  await writeFiles(join(folder, 'cifar'), files);
  return folder;
}

async function makeArchive(files: Files, cutTo?: number): Promise<string> {
  const folder = await makeTemporaryFolder();
  const entries = Object.entries(files).map(([name, content]) => {
    const body = Buffer.from(content);
    return { header: { name: `cifar-binary/${name}`, size: body.length }, body: new Uint8Array(body) };
  });
  const tar = await packTar([{ header: { name: 'cifar-binary/', size: 0, type: 'directory' } }, ...entries]);
  await writeFile(join(folder, 'cifar'), gzipSync(tar).subarray(0, cutTo));
  return folder;
}

function open(runFolder: string, more: Partial<CifarOptions> = {}): Promise<Dataset> {
  const options = { type: 'cifar', path: 'cifar', split: 'test', ...more } as const;
  return openDataset(options, { runFolder, projectRoot: runFolder });
}

function listLabels({ items, classNames }: Dataset): string[] {
  return items.map(({ name, label }) => `${name}: ${classNames[label] ?? ''}`);
}

describe.each([
  ['an archive', makeArchive],
  ['an unpacked folder', makeFolder],
])('CIFAR as %s', (_, make) => {
  it('has the test batch of CIFAR-10 with its class names', async () => {
    const dataset = await open(await make(cifar10));
    expect(dataset.classNames).toEqual(['airplane', 'automobile', 'bird']);
    expect(listLabels(dataset)).toEqual([
      'test/00000: bird',
      'test/00001: airplane',
      'test/00002: automobile',
      'test/00003: bird',
    ]);
    expect(dataset.source).toBe('CIFAR-10, binary version, split test');
  });

  it('has the five training batches in order', async () => {
    const dataset = await open(await make(cifar10), { split: 'train' });
    const firsts = await Promise.all(dataset.items.map(async (_, i) => (await dataset.decode(i)).data[0]));
    expect(firsts).toEqual([10, 20, 30, 40, 50]);
    expect(dataset.items.map(({ label }) => label)).toEqual([1, 2, 0, 1, 2]);
  });

  it('turns planes into pixels', async () => {
    const { width, height, data } = await (await open(await make(cifar10))).decode(1);
    expect([width, height, data.length]).toEqual([32, 32, 3 * PLANE]);
    const [red, green, blue] = [2, 2 + PLANE, 2 + 2 * PLANE].map((start) => start % 251);
    expect([...data.subarray(0, 3)]).toEqual([red, green, blue]);
    expect([...data.subarray(3, 6)]).toEqual([red! + 1, green! + 1, blue! + 1]);
    expect(data.at(-1)).toBe((2 + 3 * PLANE - 1) % 251);
  });

  it('has the fine labels of CIFAR-100, or the coarse ones', async () => {
    const folder = await make(cifar100);
    expect(listLabels(await open(folder))).toEqual([
      'test/00000: ray',
      'test/00001: orchid',
      'test/00002: shark',
    ]);
    const coarse = await open(folder, { granularity: 'coarse', labels: 'own', split: 'train' });
    expect((await open(folder, { labels: 'coarse', split: 'train' })).digest).toBe(coarse.digest);
    expect(listLabels(coarse)).toEqual(['train/00000: flowers', 'train/00001: flowers', 'train/00002: fish']);
    expect(coarse.source).toBe('CIFAR-100, binary version, split train, coarse labels');
    expect((await coarse.decode(2)).data[0]).toBe(6);
  });

  it.each([
    [{ ...cifar10, 'test_batch.bin': new Uint8Array(3072) }, {}, /test_batch\.bin: .*3072 bytes.*3073/],
    [{ ...cifar10, 'test_batch.bin': new Uint8Array(0) }, {}, /test_batch\.bin: .*0 bytes/],
    [
      { ...cifar10, 'test_batch.bin': makeBatch([[3], 0]) },
      {},
      /image 0 has the label 3, but only 3 classes/,
    ],
    [{ 'batches.meta.txt': 'a\n' }, {}, /there is no file test_batch\.bin/],
    [{ data_batch_1: 'pickle' }, {}, /not the binary version of CIFAR/],
    [cifar10, { labels: 'coarse' as const }, /CIFAR-10 has no coarse labels/],
  ])('is refused: case %#', async (files: Files, more, message) => {
    const folder = await make(files);
    const error = await catchError('DatasetInvalid', () => open(folder, more));
    expect(error.message).toMatch(message);
  });
});

describe('CIFAR', () => {
  it('has one digest for archive and folder, another for each split, label and content', async () => {
    const folder = await makeFolder(cifar100);
    const changed = { ...cifar100, 'test.bin': makeBatch([[0, 1], 1], [[1, 0], 2], [[0, 3], 7]) };
    const digests = await Promise.all([
      open(folder),
      open(folder, { split: 'train' }),
      open(folder, { labels: 'coarse' }),
      open(await makeFolder(changed)),
      open(await makeArchive(cifar100)),
    ]);
    const [first, ...others] = digests.map(({ digest }) => digest);
    expect(others.pop()).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it.each([
    ['cut in its middle', 400],
    ['cut before its end', -9],
  ])('is refused where the archive is %s', async (_, cutTo) => {
    const folder = await makeArchive(cifar10, cutTo);
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toMatch(/^cifar: the archive can't be read: /);
  });

  it('is refused where the archive is no archive, not there, or not fetched by Git LFS', async () => {
    const folder = await makeTemporaryFolder();
    expect((await catchError('DatasetInvalid', () => open(folder))).message).toMatch(/does not exist/);
    await writeFile(join(folder, 'cifar'), 'text');
    expect((await catchError('DatasetInvalid', () => open(folder))).message).toMatch(/can't be read/);
    await writeFile(join(folder, 'cifar'), 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n');
    expect((await catchError('DatasetInvalid', () => open(folder))).hint).toContain('git lfs pull');
  });

  it.each([
    ['a file of ours that is larger than any of CIFAR', 'test_batch.bin', 200],
    ['another file that fills memory or time', 'readme.html', 270],
  ])('is refused where the archive is small and holds %s', async (_, name, mebibytes) => {
    const tar = await packTar([{ header: { name: 'a', size: 0 }, body: new Uint8Array(0) }]);
    const large = describeLargeFile(tar.subarray(0, 512), name, mebibytes << 20);
    const zeros = gzipSync(new Uint8Array(1 << 20)); // members of a gzip file follow each other
    const folder = await makeTemporaryFolder();
    await writeFile(
      join(folder, 'cifar'),
      Buffer.concat([gzipSync(large), ...Array<Buffer>(mebibytes).fill(zeros)]),
    );
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.problem).toMatch(
      /^it holds more than (192|256) MiB, which no binary version of CIFAR does$/,
    );
  });

  it('is refused where the folder holds a file that is larger than any of CIFAR', async () => {
    const folder = await makeFolder(cifar10);
    await truncate(join(folder, 'cifar', 'test_batch.bin'), 1 << 30); // takes no room on disk
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.problem).toContain('it holds more than 192 MiB');
  });
});

/** The header of a tar entry under another name and size, with its checksum. */
function describeLargeFile(header: Uint8Array, name: string, size: number): Uint8Array {
  const entry = Buffer.from(header);
  entry.fill(0, 0, 100).write(name, 0, 'latin1');
  entry.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  entry.write(' '.repeat(8), 148, 'latin1');
  const sum = entry.reduce((total, byte) => total + byte, 0);
  entry.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return entry;
}
