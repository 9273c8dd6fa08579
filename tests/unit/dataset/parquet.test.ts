import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../integrations/embedding-animation/contracts.ts';
import { openDataset } from '../../../integrations/embedding-animation/dataset/index.ts';
import { describeNotice } from '../../../integrations/embedding-animation/notices.ts';
import type { ParquetOptions } from '../../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { encodePngFixture, plainPng } from '../../helpers/png.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const golden = join(import.meta.dirname, '../../golden/dataset');
const WORDS = ['dog', 'cat', 'dog', 'Ant'];

function open(runFolder: string, more: Partial<ParquetOptions> = {}): Promise<Dataset> {
  return openDataset({ type: 'parquet', path: 'data', ...more }, { runFolder, projectRoot: runFolder });
}

/** Opens a golden file by its name. */
function openGolden(name: string, more: Partial<ParquetOptions> = {}): Promise<Dataset> {
  return open(golden, { path: name, ...more });
}

/** A run's folder whose `data/` has golden files under other names. */
async function makeData(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeTemporaryFolder();
  for (const [name, source] of Object.entries(files)) {
    const target = join(folder, 'data', name);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(golden, source), target);
  }
  return folder;
}

function listLabels({ items, classNames }: Dataset): string[] {
  return items.map(({ label }) => classNames[label] ?? '');
}

/** The image that make.py wrote as number `i`. */
function expectedImage(i: number): { width: number; height: number; data: Uint8Array } {
  return {
    width: 2,
    height: 3,
    data: Uint8Array.from(Array.from({ length: 6 }, () => [i, 10 * i, 255 - i]).flat()),
  };
}

function decodeAll(dataset: Dataset): Promise<unknown[]> {
  return Promise.all(dataset.items.map((_, index) => dataset.decode(index)));
}

describe('a Parquet file as the hub has it', () => {
  it('tells images, labels and class names by its metadata', async () => {
    const dataset = await openGolden('shard-0.parquet');
    expect(dataset.classNames).toEqual(['plane', 'car', 'bird']);
    expect(dataset.items.map(({ label }) => label)).toEqual([0, 1, 2, 0]);
    expect(await decodeAll(dataset)).toEqual([0, 1, 2, 3].map(expectedImage));
  });

  it('has the first class label as its classes, unless run.yaml names another', async () => {
    expect((await openGolden('two-labels.parquet')).classNames).toEqual(['plane', 'car', 'bird']);
    const dataset = await openGolden('two-labels.parquet', { labelColumn: 'size' });
    expect(listLabels(dataset)).toEqual(['small', 'large', 'large', 'small']);
  });

  it('says which columns could have been chosen as well, where nobody has chosen', async () => {
    const textOf = ({ notices = [] }: Dataset): string[] => notices.map(describeNotice);
    expect(textOf(await openGolden('two-labels.parquet'))).toEqual([
      'The column "label" has the classes. "labelColumn" in run.yaml chooses another one: size.',
    ]);
    expect(textOf(await openGolden('two-labels.parquet', { labelColumn: 'label' }))).toEqual([]);
    expect(textOf(await openGolden('shard-0.parquet'))).toEqual([]);
  });

  it('is refused where a label is unknown', async () => {
    const error = await catchError('DatasetInvalid', () => openGolden('unlabelled.parquet'));
    expect(error.message).toMatch(/unlabelled\.parquet: row 1: the label \(column "label"\) is −1/);
  });
});

describe('a Parquet file of another tool', () => {
  it.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])('may be compressed: %s', async (codec) => {
    const dataset = await openGolden(`codec-${codec}.parquet`);
    expect(dataset.classNames).toEqual(['Ant', 'cat', 'dog']);
    expect(listLabels(dataset)).toEqual(WORDS);
    expect(await decodeAll(dataset)).toEqual([0, 1, 2, 3].map(expectedImage));
  });

  it('may have many row groups', async () => {
    const dataset = await openGolden('groups.parquet');
    expect(listLabels(dataset)).toEqual(['0', '1', '0', '1', '0', '1', '0']);
    expect(await decodeAll(dataset)).toEqual([0, 1, 2, 3, 4, 5, 6].map(expectedImage));
  });

  it.each(['numbers', 'version-2'])('has numbers without names in numeric order: %s', async (name) => {
    const dataset = await openGolden(`${name}.parquet`);
    expect(dataset.classNames).toEqual(['2', '9', '10']);
    expect(listLabels(dataset)).toEqual(['10', '9', '10', '2']);
    expect(await dataset.decode(3)).toEqual(expectedImage(3));
  });

  it('may have images as bytes alone', async () => {
    expect(await decodeAll(await openGolden('bytes.parquet'))).toEqual([0, 1, 2, 3].map(expectedImage));
  });

  it.each([
    ['external.parquet', {}, /external\.parquet: the table holds paths of images/],
    ['words-only.parquet', {}, /words-only\.parquet: the column "image" holds no images/],
    ['list.parquet', {}, /list\.parquet: the column "label" holds structures/],
    ['fractions.parquet', {}, /fractions\.parquet: row 0: .* neither a whole number nor text/],
    ['no-label.parquet', {}, /no-label\.parquet: row 1: .* is empty/],
    [
      'numbers.parquet',
      { labelColumn: 'class' },
      /there is no column "class" \(there are: "image", "label"\)/,
    ],
    ['numbers.parquet', { imageColumn: 'label' }, /the column "label" holds no images/],
    ['make.py', {}, /make\.py: the Parquet file can't be read/],
  ])('is refused: %s with %j', async (name, more, message) => {
    const error = await catchError('DatasetInvalid', () => openGolden(name, more));
    expect(error.message).toMatch(message);
  });

  it.each([
    ['one-external.parquet', /^one-external\.parquet, row 1: the row holds no image bytes/],
    ['broken-image.parquet', /^broken-image\.parquet, row 1: the image can't be decoded/],
  ])('names file and row of an image that it can not decode: %s', async (name, message) => {
    const dataset = await openGolden(name);
    const error = await catchError('ImageUnreadable', () => dataset.decode(1));
    expect(error.message).toMatch(message);
    await expect(dataset.decode(2)).resolves.toEqual(expectedImage(2));
  });

  it('is refused where Git LFS has not fetched it', async () => {
    const folder = await makeTemporaryFolder();
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
    await writeFiles(folder, { 'data/test.parquet': pointer });
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toBe(
      'test.parquet: the file is a Git LFS pointer: its content has not been fetched',
    );
    expect(error.hint).toContain('git lfs pull');
  });

  it('says so when it is gone, without a path of this machine', async () => {
    const folder = await makeData({ 'test.parquet': 'groups.parquet' });
    const dataset = await open(folder);
    await rm(join(folder, 'data'), { recursive: true });
    const error = await catchError('DatasetInvalid', () => dataset.decode(0));
    expect(error.message).toBe("test.parquet: the Parquet file can't be read: it can't be opened (ENOENT)");
  });

  it('is refused where it was cut short after it was opened', async () => {
    const folder = await makeData({ 'test.parquet': 'groups.parquet' });
    const dataset = await open(folder);
    await writeFile(join(folder, 'data/test.parquet'), 'PAR1');
    const error = await catchError('DatasetInvalid', () => dataset.decode(6));
    expect(error.message).toMatch(/test\.parquet.*has changed since it was opened/);
  });
});

describe('the names of images in a Parquet file', () => {
  const names = async (name: string): Promise<string[]> =>
    (await openGolden(name)).items.map((item) => item.name);

  it('are split and row, counted from 0', async () => {
    expect((await names('shard-1.parquet')).slice(0, 2)).toEqual(['shard-1/00000', 'shard-1/00001']);
  });

  it('are the paths that the table keeps, where they are unique', async () => {
    expect(await names('paths.parquet')).toEqual(['x/0.png', 'x/1.png', 'x/2.png', 'x/3.png']);
    expect((await names('same-paths.parquet'))[0]).toBe('same-paths/00000');
  });

  it("say nothing of somebody's machine", async () => {
    expect(await names('absolute-paths.parquet')).toEqual(['0.png', '1.png', '2.png', '3.png']);
  });
});

describe('a folder of Parquet files', () => {
  const shards = {
    'plain_text/test-00000-of-00002.parquet': 'shard-0.parquet',
    'plain_text/test-00001-of-00002.parquet': 'shard-1.parquet',
  };

  it('has the shards of a split in order', async () => {
    const dataset = await open(await makeData(shards));
    expect(dataset.items.map(({ label }) => label)).toEqual([0, 1, 2, 0, 1, 2, 0]);
    expect(dataset.items.map(({ name }) => name).slice(3, 5)).toEqual(['test/00003', 'test/00004']);
    expect(await decodeAll(dataset)).toEqual([0, 1, 2, 3, 4, 5, 6].map(expectedImage));
  });

  it.each([
    ['test', ['train-00000-of-00001', 'validation-00000-of-00001', 'test-00000-of-00001']],
    ['validation', ['train-00000-of-00001', 'validation-00000-of-00001-0123456789abcdef']],
    ['train', ['data/train']],
    ['test', ['default/train/0000', 'default/test/0000']],
    ['images', ['images']],
    ['data', ['0000']],
    ['data', ['part-00000-5f0e-c000.snappy']],
  ])('has the split %s by default with the files %j', async (split, files) => {
    const folder = await makeData(
      Object.fromEntries(files.map((name) => [`${name}.parquet`, 'shard-0.parquet'])),
    );
    expect((await open(folder)).items[0]?.name).toBe(`${split}/00000`);
  });

  it('has the split that run.yaml names', async () => {
    const folder = await makeData({ 'test.parquet': 'shard-0.parquet', 'train.parquet': 'shard-1.parquet' });
    const dataset = await open(folder, { split: 'train' });
    expect(dataset.items).toHaveLength(3);
    expect(dataset.source).toBe('Parquet data, split train');
  });

  it.each([
    [['test-00000-of-00003', 'test-00002-of-00003'], {}, /test-00001-of-00003\.parquet: .*missing/],
    [['a/test-00000-of-00002'], {}, /a\/test-00001-of-00002\.parquet: .*missing/],
    [['a/test/0000', 'a/test/0002'], {}, /a\/test\/0001\.parquet: .*missing/],
    [['a/test', 'b/test'], {}, /a\/test\.parquet and b\/test\.parquet are the same split/],
    [['test-00000-of-00001', 'test-00000-of-00002'], {}, /same split of different uploads/],
    [
      ['test-00000-of-00001-0123456789abcdef', 'test-00000-of-00001'],
      {},
      /test-00000-of-00001\.parquet is there twice/,
    ],
    [['dev', 'train'], {}, /which split is meant \(there are: "dev", "train"\)/],
    [['train'], { split: 'test' }, /there is no split "test" \(there are: "train"\)/],
    [[], {}, /^data: there is no such file or folder/],
    [['x'], { path: 'data/y' }, /^data\/y: there is no such file or folder/],
    [['a/test/part-00001-c0'], {}, /a\/test\/part-00000-c0\.parquet: .*missing/],
    [
      ['train'],
      { path: 'data/train.parquet', split: 'test' },
      /the file holds the split "train", not "test"/,
    ],
  ])('is refused with the files %j and options %j', async (files, more, message) => {
    const folder = await makeData(
      Object.fromEntries(files.map((name) => [`${name}.parquet`, 'shard-0.parquet'])),
    );
    const error = await catchError('DatasetInvalid', () => open(folder, more));
    expect(error.message).toMatch(message);
  });

  it('is refused where its files differ in columns or classes', async () => {
    const folder = await makeData({
      'test-00000-of-00002.parquet': 'shard-0.parquet',
      'test-00001-of-00002.parquet': 'numbers.parquet',
    });
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toMatch(/^test-00001-of-00002\.parquet: its columns or class names differ/);
  });

  it('is refused where it holds none', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { 'data/notes.txt': '' });
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toBe('data: the folder holds no Parquet file');
  });

  it('has a digest of its content alone, wherever it lies', async () => {
    const digest = async (files: Record<string, string>): Promise<string> =>
      (await open(await makeData(files))).digest;
    const other = { ...shards, 'plain_text/test-00001-of-00002.parquet': 'shard-0.parquet' };
    const moved = Object.fromEntries(
      Object.entries(shards).map(([name, from]) => [name.replace('plain_text', 'x'), from]),
    );
    const extra = { ...shards, 'plain_text/train.parquet': 'shard-0.parquet' };
    expect(await digest(moved)).toBe(await digest(shards));
    expect(await digest(extra)).toBe(await digest(shards));
    expect(await digest(other)).not.toBe(await digest(shards));
  });

  it('asks the caller for the digests of its files', async () => {
    const runFolder = await makeData(shards);
    const asked: string[] = [];
    const hashFile = (path: string): Promise<string> => {
      asked.push(path);
      return Promise.resolve('00');
    };
    const options = { type: 'parquet', path: 'data' } as const;
    await openDataset(options, { runFolder, projectRoot: runFolder, hashFile });
    expect(asked).toEqual(Object.keys(shards).map((name) => join(runFolder, 'data', name)));
  });

  it('names its source without a path of this machine', async () => {
    const folder = await makeData(shards);
    expect((await open('elsewhere', { path: join(folder, 'data') })).source).toBe('Parquet data, split test');
  });
});

describe('a file of many row groups', () => {
  it('has the right image in each, in order and asked for at once', async () => {
    const runFolder = await makeTemporaryFolder();
    const images = Array.from({ length: 400 }, (_, i) => new Uint8Array(plainPng(1, [i % 256, i >> 8, 0])));
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'image', data: images, type: 'BYTE_ARRAY' },
        { name: 'label', data: images.map((_, i) => i % 2), type: 'INT32' },
      ],
      rowGroupSize: 1,
    });
    await writeFiles(runFolder, { 'data/test.parquet': new Uint8Array(file) });
    const dataset = await open(runFolder);
    const decoded = await Promise.all(images.map((_, index) => dataset.decode(index)));
    expect(decoded.map(({ data }) => data[0]! + 256 * data[1]!)).toEqual([...images.keys()]);
  });
});

describe('labels in a Parquet file', () => {
  type Column = Parameters<typeof parquetWriteBuffer>[0]['columnData'][number];

  async function openLabels(label: Omit<Column, 'name'>, names?: readonly string[]): Promise<Dataset> {
    const runFolder = await makeTemporaryFolder();
    const images = Array.from(
      { length: label.data.length },
      (_, i) => new Uint8Array(plainPng(1, [i, 0, 0])),
    );
    const features = { label: { _type: 'ClassLabel', names } };
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'image', data: images, type: 'BYTE_ARRAY' },
        { name: 'label', ...label },
      ],
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    });
    await writeFiles(runFolder, { 'data/test.parquet': new Uint8Array(file) });
    return open(runFolder);
  }

  it('may be truth values, called as the datasets library calls them', async () => {
    const dataset = await openLabels({ data: [true, false, true], type: 'BOOLEAN' });
    expect(dataset.classNames).toEqual(['False', 'True']);
    expect(listLabels(dataset)).toEqual(['True', 'False', 'True']);
  });

  it('may leave classes without an image, which is said', async () => {
    const dataset = await openLabels({ data: [0, 2, 2], type: 'INT32' }, ['cat', 'dog', 'bird', 'fish']);
    expect(dataset.classNames).toEqual(['cat', 'dog', 'bird', 'fish']);
    expect(dataset.notices?.map(describeNotice)).toEqual(['2 classes have no image in the set: dog, fish.']);
  });

  it.each([
    ['texts', ['\u00e9', 'e\u0301', '\u00e9'], undefined],
    ['names', [0, 1, 0], ['\u00e9', 'e\u0301']],
  ])('may not be one name in two Unicode normal forms: %s', async (_, data, names) => {
    const type = names === undefined ? 'STRING' : 'INT32';
    const error = await catchError('DatasetInvalid', () => openLabels({ data, type }, names));
    expect(error.message).toContain('two classes are called "\u00e9", in two Unicode normal forms');
  });

  it('are of a split and a column in any normal form', async () => {
    const folder = await makeData({
      'e\u0301-00000-of-00001.parquet': 'shard-0.parquet',
      'f-00000-of-00001.PARQUET': 'shard-1.parquet',
    });
    expect((await open(folder, { split: '\u00e9' })).items).toHaveLength(4);
    expect((await open(folder, { split: 'f' })).items).toHaveLength(3);
  });
});

describe('a row group of many pages', () => {
  const SIDE = 700;

  /** A picture that does not compress: each is larger than a page. */
  function noisyPng(seed: number): Uint8Array {
    const rgb = new Uint8Array(3 * SIDE * SIDE);
    let state = seed + 1;
    for (let i = 0; i < rgb.length; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      rgb[i] = state >>> 16;
    }
    rgb.fill(seed, 0, 3);
    return encodePngFixture(SIDE, SIDE, rgb);
  }

  it('is read page by page, in any order and at once', async () => {
    const runFolder = await makeTemporaryFolder();
    const images = [0, 1, 2, 3, 4, 5].map(noisyPng);
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'image', data: images, type: 'BYTE_ARRAY', codec: 'UNCOMPRESSED' },
        { name: 'label', data: ['a', 'b', 'a', 'b', 'a', 'b'], type: 'STRING' },
      ],
      rowGroupSize: 6,
    });
    await writeFiles(runFolder, { 'data/test.parquet': new Uint8Array(file) });
    const dataset = await open(runFolder);
    const order = [5, 0, 3, 3, 1, 4, 2];
    const decoded = await Promise.all(order.map((index) => dataset.decode(index)));
    expect(decoded.map(({ data }) => data[0])).toEqual(order);
    expect((await readFile(join(runFolder, 'data/test.parquet'))).length).toBeGreaterThan(6 << 20);
  });
});
