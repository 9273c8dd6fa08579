import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ScanCache } from '../../../integrations/embedding-animation/artifacts/cached-results.ts';
import type { Dataset } from '../../../integrations/embedding-animation/contracts.ts';
import { openDataset, selectImages } from '../../../integrations/embedding-animation/dataset/index.ts';
import { datasetSchema } from '../../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { base64Bytes, goldenPixels, readGoldenImages } from '../../helpers/golden-images.ts';
import { plainPng } from '../../helpers/png.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const golden = (name: string) => fileURLToPath(new URL(`../../golden/dataset/${name}`, import.meta.url));
const turned = z.array(goldenPixels).parse(JSON.parse(readFileSync(golden('turned.json'), 'utf8')));
const orientations = readGoldenImages(
  'orientation.json',
  z.object({ file: base64Bytes, plain: goldenPixels }),
);

/** A scan cache in memory, with a count of those that were made. */
function openScanCache(): ScanCache & { readonly kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  return {
    kept,
    recall: (key) => Promise.resolve(kept.get(key)),
    keep: (key, value) => Promise.resolve(void kept.set(key, value)),
  };
}

function open(folder: string, options: object, scanCache?: ScanCache): Promise<Dataset> {
  const context = { runFolder: folder, projectRoot: folder, ...(scanCache && { scanCache }) };
  return openDataset(datasetSchema.parse({ type: 'image-folder', path: 'images', ...options }), context);
}

async function makeFolder(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await makeTemporaryFolder();
  await writeFiles(join(folder, 'images'), files);
  return folder;
}

async function decodeAll(dataset: Dataset) {
  const images = [];
  for (const index of dataset.items.keys()) images.push(await dataset.decode(index));
  return images;
}

const upright = {
  'a/1.png': plainPng(2, [1, 2, 3]),
  'a/2.png': plainPng(2, [4, 5, 6]),
  'b/3.png': plainPng(2, [7, 8, 9]),
};
const withPhoto = { ...upright, 'b/4.jpg': orientations['jpeg-6']!.file };

describe('photos with an EXIF orientation', () => {
  it('are turned in a Parquet file as load_dataset turns them', async () => {
    const folder = await makeTemporaryFolder();
    await copyFile(golden('turned.parquet'), join(folder, 'turned.parquet'));
    const dataset = await open(folder, { type: 'parquet', path: 'turned.parquet', split: undefined });
    const images = await decodeAll(dataset);
    expect(images.map(({ width, height, data }) => ({ width, height, rgb: data }))).toEqual(turned);
    expect(dataset.source).toBe('Parquet turned.parquet, split turned, 7 images turned by EXIF orientation');
  });

  it.each(['jpeg', 'png', 'webp'])(
    'are turned in an image folder, and left with "exifOrientation: ignore": %s',
    async (kind) => {
      const files = Array.from({ length: 8 }, (_, i) => [
        `a/${i + 1}.${kind}`,
        orientations[`${kind}-${i + 1}`]!.file,
      ]);
      const folder = await makeFolder(Object.fromEntries(files) as Record<string, Uint8Array>);
      const [applied, ignored] = [await open(folder, {}), await open(folder, { exifOrientation: 'ignore' })];
      const sizes = (await decodeAll(applied)).map(({ width, height }) => `${width}×${height}`);
      expect(sizes).toEqual([...Array<string>(4).fill('6×4'), ...Array<string>(4).fill('4×6')]);
      const plain = (await decodeAll(ignored)).map(({ data }) => data);
      expect(plain).toEqual(Array.from({ length: 8 }, (_, i) => orientations[`${kind}-${i + 1}`]!.plain.rgb));
      expect(applied.digest).not.toBe(ignored.digest);
      expect(applied.source).toBe('image folder images, 7 images turned by EXIF orientation');
      expect(ignored.source).toBe('image folder images');
    },
  );

  it('change the digest of a set, which stays where none is turned', async () => {
    const [plain, photo] = [await makeFolder(upright), await makeFolder(withPhoto)];
    const ignored = { exifOrientation: 'ignore' };
    expect((await open(plain, {})).digest).toBe((await open(plain, ignored)).digest);
    expect((await open(photo, {})).digest).not.toBe((await open(photo, ignored)).digest);
    // a selection without the photo is one in which nothing is turned
    const selected = { classes: ['a'], perClass: 2 };
    const more = { ...withPhoto, 'a/5.png': plainPng(2, [3, 3, 3]), 'a/6.png': plainPng(2, [3, 3, 4]) };
    const three = await makeFolder(more);
    const some = { ...selected, perClass: 3 };
    expect((await open(three, some)).digest).toBe((await open(three, { ...some, ...ignored })).digest);
  });

  it('are looked for once, where the finding is remembered', async () => {
    const scanCache = openScanCache();
    const folder = await makeFolder(withPhoto);
    const first = await open(folder, {}, scanCache);
    expect([...scanCache.kept.values()]).toEqual([[3]]);
    for (const key of scanCache.kept.keys()) scanCache.kept.set(key, [2]);
    const again = await open(folder, {}, scanCache);
    expect(again.digest).not.toBe(first.digest);
  });

  it('stay turned where classes are chosen', async () => {
    const dataset = await open(await makeFolder({ ...withPhoto, 'c/5.png': plainPng(2, [1, 1, 1]) }), {
      classes: ['b', 'c'],
    });
    expect(await dataset.findTurned?.([0, 1, 2])).toEqual([1]);
    expect(selectImages(dataset, { classes: undefined })).toBe(dataset);
  });
});

describe('an image that can not be decoded', () => {
  const broken = {
    ...upright,
    'a/broken.png': upright['a/1.png'].subarray(0, 50),
    'b/5.png': plainPng(2, [1, 1, 1]),
  };

  it('is refused when it is decoded, by default', async () => {
    const dataset = await open(await makeFolder(broken), {});
    expect(dataset.items).toHaveLength(5);
    await catchError('ImageUnreadable', () => decodeAll(dataset));
  });

  it('is left out with "onUnreadable: skip", listed with what is wrong, and remembered', async () => {
    const scanCache = openScanCache();
    const folder = await makeFolder(broken);
    const dataset = await open(folder, { onUnreadable: 'skip' }, scanCache);
    expect(dataset.items.map(({ name }) => name)).toEqual(['a/1.png', 'a/2.png', 'b/3.png', 'b/5.png']);
    expect(dataset.items.map(({ label }) => label)).toEqual([0, 0, 1, 1]);
    expect((await decodeAll(dataset)).map(({ data }) => data[0])).toEqual([1, 4, 7, 1]);
    expect(dataset.kept).toEqual({ of: 5, indices: [0, 1, 3, 4] });
    expect(dataset.source).toBe('image folder images, 1 image left out as unreadable');
    expect(dataset.notices).toMatchObject([
      {
        name: 'ImagesUnreadable',
        count: 1,
        items: [expect.stringMatching(/^a\/broken\.png \(the image can't be decoded: /)],
      },
    ]);
    expect(dataset.digest).not.toBe((await open(folder, {})).digest);
    expect(await open(folder, { onUnreadable: 'skip' }, scanCache)).toMatchObject({
      digest: dataset.digest,
      items: dataset.items,
      notices: dataset.notices,
    });
    expect(scanCache.kept.size).toBe(2);
  });

  it('changes nothing where all images are readable', async () => {
    const folder = await makeFolder(upright);
    const dataset = await open(folder, { onUnreadable: 'skip' });
    expect(dataset.digest).toBe((await open(folder, {})).digest);
    expect(dataset.notices ?? []).toEqual([]);
  });

  it('is refused where its class would be empty', async () => {
    const folder = await makeFolder({
      ...upright,
      'b/3.png': new Uint8Array(3),
      'a/4.png': plainPng(2, [1, 1, 1]),
    });
    const error = await catchError('DatasetInvalid', () => open(folder, { onUnreadable: 'skip' }));
    expect(error.problem).toMatch(/^the only image of the class "b" can't be decoded; b\/3\.png: /);
    expect(error.hint).toContain('classes');
  });

  it('may be a null row or one without bytes', async () => {
    const folder = await makeTemporaryFolder();
    await copyFile(golden('unreadable.parquet'), join(folder, 'set.parquet'));
    const options = { type: 'parquet', path: 'set.parquet' };
    const dataset = await open(folder, { ...options, onUnreadable: 'skip' });
    expect(dataset.kept).toEqual({ of: 8, indices: [0, 2, 4, 6, 7] });
    expect(dataset.items.map(({ name }) => name)).toEqual([0, 2, 4, 6, 7].map((row) => `set/0000${row}`));
    expect(dataset.notices?.[0]?.items).toEqual([
      expect.stringContaining("set/00001 (the image can't be decoded: "),
      'set/00003 (the row holds no image bytes)',
      'set/00005 (the row holds no image bytes)',
    ]);
    expect(await decodeAll(dataset)).toHaveLength(5);
    const whole = await open(folder, options);
    await catchError('ImageUnreadable', () => whole.decode(3));
  });
});
