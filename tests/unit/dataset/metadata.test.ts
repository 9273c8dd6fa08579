import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../integrations/embedding-animation/contracts.ts';
import { openImageFolder } from '../../../integrations/embedding-animation/dataset/image-folder/reader.ts';
import type { ImageFolderOptions } from '../../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { plainPng } from '../../helpers/png.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

/** A folder, and what the datasets library makes of it: see make.py. */
interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string | { readonly base64: string } | null>>;
  readonly options: Partial<ImageFolderOptions>;
  /** Each image's class; `null` where they get none. Left out where the library raises. */
  readonly classes?: Readonly<Record<string, string>> | null;
  /** All classes in the order of their numbers. */
  readonly order?: readonly string[];
}

const golden = join(import.meta.dirname, '../../golden/image-folder/cases.json');
const cases = JSON.parse(await readFile(golden, 'utf8')) as Case[];
const png = plainPng(1, [10, 20, 30]);

/** What the library reads and this package refuses, since it does not show what is meant. */
const REFUSED: Readonly<Record<string, string>> = {
  'above the splits':
    'metadata.csv: a metadata file lies here, but none in the split images/test: it does not show whether its folders are the classes',
};

async function open(files: Case['files'], options: Partial<ImageFolderOptions> = {}): Promise<Dataset> {
  const runFolder = await makeTemporaryFolder();
  const contents: Record<string, string | Uint8Array> = {};
  for (const [name, content] of Object.entries(files)) {
    const isText = content === null || typeof content === 'string';
    contents[`images/${name}`] = isText ? (content ?? png) : Buffer.from(content.base64, 'base64');
  }
  await writeFiles(runFolder, contents);
  const all = { type: 'image-folder', path: 'images', labelColumn: 'label', ...options } as const;
  return openImageFolder(all, { runFolder, projectRoot: runFolder });
}

function classesOf({ items, classNames }: Dataset): Record<string, string> {
  return Object.fromEntries(items.map(({ name, label }) => [name, classNames[label] ?? '']));
}

describe('an image folder has the classes that the datasets library gives it', () => {
  const read = cases.filter(({ title, classes }) => classes != null && !(title in REFUSED));

  it.each(read)('metadata: $title', async ({ files, options, classes, order }) => {
    const dataset = await open(files, options);
    expect(classesOf(dataset)).toEqual(classes);
    expect(dataset.classNames).toEqual(order);
  });

  it.each(cases.filter((each) => !read.includes(each)))(
    'and is refused where it gives none or raises: $title',
    async ({ title, files, options }) => {
      const { message } = await catchError('DatasetInvalid', () => open(files, options));
      if (title in REFUSED) expect(message).toBe(REFUSED[title]);
    },
  );

  it('and decodes images of every kind that it lists', async () => {
    const { files } = cases.find(({ title }) => title === 'kinds of images')!;
    const dataset = await open(files);
    const decoded = await Promise.all(dataset.items.map((_, index) => dataset.decode(index)));
    expect(decoded.map(({ width, height }) => [width, height])).toEqual(dataset.items.map(() => [1, 1]));
    expect(dataset.items).toHaveLength(8);
  });

  it('has both kinds of cases', () => {
    expect(read.length).toBeGreaterThan(30);
    expect(cases.length - read.length).toBeGreaterThan(10);
  });
});
