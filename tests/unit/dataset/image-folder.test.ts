import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../integrations/embedding-animation/contracts.ts';
import { openDataset } from '../../../integrations/embedding-animation/dataset/index.ts';
import { describeNotice } from '../../../integrations/embedding-animation/notices.ts';
import type { ImageFolderOptions } from '../../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { plainPng } from '../../helpers/png.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const png = plainPng(2, [10, 20, 30]);

function open(runFolder: string, more: Partial<ImageFolderOptions> = {}): Promise<Dataset> {
  const options = { type: 'image-folder', path: 'images', labelColumn: 'label', ...more } as const;
  return openDataset(options, { runFolder, projectRoot: runFolder });
}

/** A run's folder with these files in its image folder. */
async function makeImageFolder(
  files: Readonly<Record<string, string | Uint8Array | object>>,
): Promise<string> {
  const folder = await makeTemporaryFolder();
  await writeFiles(join(folder, 'images'), files);
  return folder;
}

/** The same with one small image of each name. */
function makeImages(...names: string[]): Promise<string> {
  return makeImageFolder(Object.fromEntries(names.map((name) => [name, png])));
}

/** `name: class` of each item. */
function listLabels({ items, classNames }: Dataset): string[] {
  return items.map(({ name, label }) => `${name}: ${classNames[label] ?? ''}`);
}

describe('an image folder of <class>/<file>', () => {
  it('has the folders as classes, sorted by code point and not by locale', async () => {
    const names = [
      'Zebra/1.png',
      'ant/1.png',
      'Ant/1.png',
      'été/1.png',
      '\u{1F408}/1.png',
      '\uFF5Ecat/1.png',
    ];
    const dataset = await open(await makeImages(...names));
    expect(dataset.classNames).toEqual(['Ant', 'Zebra', 'ant', 'été', '\uFF5Ecat', '\u{1F408}']);
  });

  it('has the files sorted by the code points of their path', async () => {
    const dataset = await open(await makeImages('b/1.png', 'a/10.png', 'a/9.png', 'a/B.png', 'a b/1.png'));
    expect(listLabels(dataset)).toEqual([
      'a b/1.png: a b',
      'a/10.png: a',
      'a/9.png: a',
      'a/B.png: a',
      'b/1.png: b',
    ]);
  });

  it('takes images by their extensions in any case, and leaves other and hidden files out', async () => {
    const dataset = await open(
      await makeImages(
        'a/1.PNG',
        'a/2.jpg',
        'a/3.Jpeg',
        'a/4.webp',
        'a/5.TIFF',
        'a/6.gif',
        'a/7.bmp',
        'a/8.jfif',
        'a/9.txt',
        'a/.7.png',
        '.b/8.png',
        'notes.txt',
      ),
    );
    expect(dataset.items.map(({ name }) => name)).toEqual([
      ...['a/1.PNG', 'a/2.jpg', 'a/3.Jpeg', 'a/4.webp', 'a/5.TIFF', 'a/6.gif', 'a/7.bmp', 'a/8.jfif'],
    ]);
    expect(dataset.classNames).toEqual(['a']);
  });

  it('may have class and file names of any text', async () => {
    const names = ['<b> & "c"/\u{1F600} \'x\'.png', 'קטן/חתול.png', 'plain/1.png'];
    const dataset = await open(await makeImages(...names));
    expect(new Set(dataset.items.map(({ name }) => name))).toEqual(new Set(names));
    expect(new Set(dataset.classNames)).toEqual(new Set(['<b> & "c"', 'קטן', 'plain']));
  });

  it('follows links to files and folders', async () => {
    const folder = await makeImages('a/1.png', 'a/2.png');
    await symlink(join(folder, 'images', 'a'), join(folder, 'images', 'b'), 'dir');
    await symlink(join(folder, 'images', 'a', '1.png'), join(folder, 'images', 'a', '3.png'));
    expect(listLabels(await open(folder))).toEqual([
      'a/1.png: a',
      'a/2.png: a',
      'a/3.png: a',
      'b/1.png: b',
      'b/2.png: b',
      'b/3.png: b',
    ]);
  });

  it('decodes an image by its index', async () => {
    const folder = await makeImages('a/1.png', 'a/2.png', 'b/1.png');
    await writeFile(join(folder, 'images', 'b', '1.png'), plainPng(1, [1, 2, 3]));
    expect(await (await open(folder)).decode(2)).toEqual({
      width: 1,
      height: 1,
      data: Uint8Array.from([1, 2, 3]),
    });
  });

  it('names its source without a path of this machine', async () => {
    const folder = await makeImages('a/1.png', 'a/2.png', 'a/3.png');
    expect((await open(folder)).source).toBe('image folder images');
    expect((await open('elsewhere', { path: join(folder, 'images') })).source).toBe('image folder images');
  });

  it.each([
    ['a file that is no image', 'not a png'],
    ['an empty file', ''],
    ['a truncated image', png.subarray(0, png.length - 20)],
  ])('names the file when it decodes %s', async (_, content) => {
    const folder = await makeImages('a/1.png', 'a/2.png');
    await writeFiles(folder, { 'images/a/broken.png': content });
    const dataset = await open(folder);
    const error = await catchError('ImageUnreadable', () => dataset.decode(2));
    expect(error.place.file).toBe('a/broken.png');
  });

  it('names the file when it is deleted meanwhile', async () => {
    const folder = await makeImages('a/1.png', 'a/2.png', 'a/3.png');
    const dataset = await open(folder);
    await rm(join(folder, 'images', 'a', '1.png'));
    const error = await catchError('ImageUnreadable', () => dataset.decode(0));
    expect(error.place.file).toBe('a/1.png');
  });

  it.each([
    [['a/1.png', 'loose.png'], /loose\.png: .*no class folder/],
    [['train/a/1.png'], /train\/a\/1\.png: .*deeper than <class>\/<file>/],
    [['a/1.txt', 'b/.1.png'], /images: the folder holds no image/],
  ])('is refused with the files %j', async (names, message) => {
    const folder = await makeImages(...names);
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toMatch(message);
  });

  it('is refused where it is empty, a file or not there', async () => {
    const folder = await makeTemporaryFolder();
    expect((await catchError('DatasetInvalid', () => open(folder))).message).toBe(
      'images: the image folder does not exist',
    );
    await writeFile(join(folder, 'images'), '');
    expect((await catchError('DatasetInvalid', () => open(folder))).message).toBe(
      'images: the image folder is a file',
    );
    await rm(join(folder, 'images'));
    await mkdir(join(folder, 'images'));
    expect((await catchError('DatasetInvalid', () => open(folder))).message).toMatch(/no image/);
  });

  it('has the split that run.yaml names', async () => {
    const folder = await makeImages('train/a/1.png', 'test/b/1.png', 'test/b/2.png', 'test/c/3.png');
    const dataset = await open(folder, { split: 'test' });
    expect(listLabels(dataset)).toEqual(['b/1.png: b', 'b/2.png: b', 'c/3.png: c']);
    expect(dataset.source).toBe('image folder images/test');
    const error = await catchError('DatasetInvalid', () => open(folder, { split: 'dev' }));
    expect(error.message).toBe('images/dev: the image folder does not exist');
  });

  it('has as many images of each class as run.yaml asks for', async () => {
    const names = ['a/1.png', 'a/2.png', 'a/3.png', 'b/1.png', 'b/2.png', 'b/3.png'];
    const dataset = await open(await makeImages(...names), { perClass: 2 });
    expect(dataset.items.map(({ label }) => label)).toEqual([0, 0, 1, 1]);
    expect(dataset.source).toBe('image folder images, at most 2 images a class (seed 0)');
  });

  it('is refused with a link that leads back to a folder that it lies in', async () => {
    const folder = await makeImages('a/1.png', 'a/2.png', 'a/3.png');
    await symlink(join(folder, 'images'), join(folder, 'images', 'a', 'up'), 'dir');
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toBe('a/up: the link leads back to a folder that it lies in');
  });

  it('is refused with a link that points nowhere', async () => {
    const folder = await makeImages('a/1.png', 'a/2.png', 'a/3.png');
    await symlink(join(folder, 'gone.png'), join(folder, 'images', 'a', '4.png'));
    expect((await catchError('DatasetInvalid', () => open(folder))).message).toMatch(
      /a\/4\.png: the link points nowhere/,
    );
  });
});

describe('what an image folder leaves out', () => {
  const three = { 'a/1.png': png, 'a/2.png': png, 'b/3.png': png };
  const textOf = ({ notices = [] }: Dataset): string[] => notices.map(describeNotice);

  it('is nothing beside images, and what people and systems keep there', async () => {
    const files = {
      ...three,
      'README.md': '# cats',
      LICENSE: 'free',
      '.gitattributes': '*.png filter=lfs',
      '.DS_Store': 'x',
      '.git/index': 'x',
      'a/Thumbs.db': 'x',
      'a/._1.png': 'no image',
      'a/1.txt': 'a cat',
      'a/2.json': '{}',
      'annotations.xml': '<a/>',
      'labels.csv': 'a,b',
      '__MACOSX/a/._1.png': 'no image',
    };
    expect(textOf(await open(await makeImageFolder(files)))).toEqual([]);
  });

  it.each([
    [
      { 'a/4.heic': 'x', 'a/5.HEIC': 'x', 'b/6.svg': '<svg/>' },
      '3 files',
      '2 .heic, 1 .svg',
      'a/4.heic, a/5.HEIC, b/6.svg',
    ],
    [{ 'b/4.mp4': 'x', 'more.zip': 'PK' }, '2 files', '1 .mp4, 1 .zip', 'b/4.mp4, more.zip'],
    [{ 'a/4': png, 'a/5.png.1': png }, '2 files', "2 without an image's extension", 'a/4, a/5.png.1'],
    [{ 'a/.4.png': png, '.c/5.png': png }, '2 files', '2 hidden', '.c/5.png, a/.4.png'],
    [{ '__c/4.png': png }, 'A file', '1 in folders called __…', '__c/4.png'],
  ])('is said: %j', async (more, files, kinds, items) => {
    const dataset = await open(await makeImageFolder({ ...three, ...more }));
    const what = files === 'A file' ? 'that holds or may hold images is' : 'that hold or may hold images are';
    expect(textOf(dataset)).toEqual([`${files} ${what} not read (${kinds}): ${items}.`]);
    expect(listLabels(dataset)).toEqual(['a/1.png: a', 'a/2.png: a', 'b/3.png: b']);
  });

  it('is not looked for in each text that lies beside an image', async () => {
    const texts = Array.from(
      { length: 70 },
      (_, i) => [`a/${i + 10}.txt`, i === 69 ? png : 'a cat'] as const,
    );
    expect(textOf(await open(await makeImageFolder({ ...three, ...Object.fromEntries(texts) })))).toEqual([]);
    const odd = Array.from(
      { length: 70 },
      (_, i) => [`a/${i + 10}.dat`, i % 2 === 0 ? png : 'a cat'] as const,
    );
    const { notices } = await open(await makeImageFolder({ ...three, ...Object.fromEntries(odd) }));
    expect(notices?.[0]?.count).toBe(35);
  });

  it('is said of a pipe, which is never opened', async () => {
    const folder = await makeImageFolder(three);
    await promisify(execFile)('mkfifo', [join(folder, 'images/a/4.png')]);
    expect(textOf(await open(folder))[0]).toContain('not read (1 no regular files): a/4.png.');
  });

  it('is said of folders without images and of files that are almost metadata', async () => {
    const folder = await makeImageFolder({
      ...three,
      'notes/1.txt': 'x',
      'Metadata.csv': 'x',
      'a/metadata.tsv': 'x',
    });
    await mkdir(join(folder, 'images', 'empty'));
    expect(textOf(await open(folder))).toEqual([
      '2 folders have no image and are no class: empty, notes.',
      '2 files look like a metadata file and are not read: only metadata.csv, metadata.jsonl and metadata.parquet are: Metadata.csv, a/metadata.tsv.',
    ]);
  });

  it('is said of images that no metadata lists', async () => {
    const metadata = 'file_name,label\n1.png,x\n2.png,y\n.5.png,x\n';
    const files = { ...three, 'a/.5.png': png, 'a/4.heic': 'x', 'a/metadata.csv': metadata };
    expect(textOf(await open(await makeImageFolder(files)))).toEqual([
      'An image is left out, since not listed in a/metadata.csv: b/3.png.',
      'A file that holds or may hold images is not read (1 .heic): a/4.heic.',
    ]);
  });

  it('outlives a selection, but for folders that were not asked for', async () => {
    const folder = await makeImageFolder({
      ...three,
      'a/4.png': png,
      'b/5.heic': 'x',
      'c/1.heic': 'x',
      'd/1.txt': 'x',
    });
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toBe('c: the class has images, but none that is read (there are: 1 .heic)');
    expect(error.hint).toContain('"classes"');
    expect(textOf(await open(folder, { classes: ['a', 'b'] }))).toEqual([
      '2 files that hold or may hold images are not read (2 .heic): b/5.heic, c/1.heic.',
    ]);
  });

  it.each([
    [
      { 'a/1.heic': 'x', 'b/1.avif': 'x' },
      'images: the folder holds no image that is read (there are: 1 .heic, 1 .avif)',
    ],
    [
      { ...three, 'c/1': png },
      "c: the class has images, but none that is read (there are: 1 without an image's extension)",
    ],
  ])('is an error where nothing is left: %j', async (files, message) => {
    const folder = await makeImageFolder(files);
    expect((await catchError('DatasetInvalid', () => open(folder))).message).toBe(message);
  });
});

describe('the digest of an image folder', () => {
  const names = ['a/1.png', 'a/2.png', 'b/1.png'];
  const digestOf = async (folder: string): Promise<string> => (await open(folder)).digest;

  it('is the same for the same files elsewhere, whatever else lies beside them', async () => {
    const other = await makeImages(...names, 'a/notes.txt');
    expect(await digestOf(await makeImages(...names))).toBe(await digestOf(other));
  });

  it('changes with a content, a name or a class', async () => {
    const folder = await makeImages(...names);
    const changed = await makeImages(...names);
    await writeFile(join(changed, 'images', 'a', '2.png'), plainPng(2, [10, 20, 31]));
    const renamed = await makeImages('a/1.png', 'a/3.png', 'b/1.png');
    const moved = await makeImages('a/1.png', 'b/2.png', 'b/1.png');
    const digests = await Promise.all([folder, changed, renamed, moved].map(digestOf));
    expect(new Set(digests).size).toBe(4);
  });

  it("is made of the caller's digests of files, few of them at a time", async () => {
    const runFolder = await makeImages(...Array.from({ length: 200 }, (_, i) => `a/${i}.png`));
    let [now, most, calls] = [0, 0, 0];
    const hashFile = async (path: string): Promise<string> => {
      calls++;
      most = Math.max(most, ++now);
      await setImmediate();
      now--;
      return path.endsWith('/7.png') ? seventh : 'same';
    };
    const digest = async (): Promise<string> => {
      const options = { type: 'image-folder', path: 'images', labelColumn: 'label' } as const;
      return (await openDataset(options, { runFolder, projectRoot: runFolder, hashFile })).digest;
    };
    let seventh = 'one';
    const first = await digest();
    expect(await digest()).toBe(first);
    seventh = 'another';
    expect(await digest()).not.toBe(first);
    expect(calls).toBe(600);
    expect(most).toBeLessThanOrEqual(64);
  });

  it('changes with a label in the metadata file', async () => {
    const files = { '1.png': png, '2.png': png, '3.png': png };
    const rows = 'file_name,label\n1.png,a\n2.png,a\n3.png,';
    const one = await makeImageFolder({ ...files, 'metadata.csv': `${rows}a\n` });
    const other = await makeImageFolder({ ...files, 'metadata.csv': `${rows}b\n` });
    expect(await digestOf(one)).not.toBe(await digestOf(other));
  });
});

describe('an image folder with a metadata file', () => {
  const files = { 'x/1.png': png, 'x/2.JPG': png, '3.webp': png, 'unlisted.png': png };

  it.each([
    ['metadata.csv', 'width,file_name,label\n1,x/2.JPG,dog\n2,./x/1.png,"cat, big"\n\n3,3.webp, dog \n'],
    ['metadata.csv', '\uFEFFfile_name,label\r\nx/2.JPG,dog\r\nx/1.png,"cat, big"\r\n3.webp,dog\r\n'],
    [
      'metadata.jsonl',
      '{"file_name":"x/2.JPG","label":"dog","box":[1]}\n\n{"label":"cat, big","file_name":"x/1.png"}\n{"file_name":"3.webp","label":"dog"}\n',
    ],
  ])('has the images that %s lists, in the order of their paths', async (name, text) => {
    const dataset = await open(await makeImageFolder({ ...files, [name]: text }));
    expect(listLabels(dataset)).toEqual(['3.webp: dog', 'x/1.png: cat, big', 'x/2.JPG: dog']);
  });

  it('takes the class from the column that run.yaml names', async () => {
    const folder = await makeImageFolder({
      ...files,
      'metadata.csv': 'file_name,label,kind\nx/1.png,1,cat\nx/2.JPG,2,dog\n3.webp,3,cat\n',
    });
    expect((await open(folder, { labelColumn: 'kind' })).classNames).toEqual(['cat', 'dog']);
  });

  it('takes numbers in JSON as class names', async () => {
    const rows = ['x/1.png', 'x/2.JPG', '3.webp'].map((name, label) =>
      JSON.stringify({ file_name: name, label }),
    );
    const dataset = await open(await makeImageFolder({ ...files, 'metadata.jsonl': rows.join('\n') }));
    expect(dataset.classNames).toEqual(['0', '1', '2']);
  });

  it.each([
    [
      'a missing file',
      'file_name,label\nx/1.png,a\nx/9.png,a\n',
      /metadata\.csv: line 3: there is no file "x\/9\.png"/,
    ],
    ['a path out of the folder', 'file_name,label\nx/../../1.png,a\n', /line 2: .*leaves the image folder/],
    ['an absolute path', 'file_name,label\n/etc/1.png,a\n', /line 2: .*leaves the image folder/],
    [
      'a file that is no image',
      'file_name,label\nmetadata.csv,a\n',
      /line 2: "metadata\.csv" is not an image/,
    ],
    ['no file name', 'file_name,label\n,a\n', /line 2: file_name is empty/],
    [
      'a file twice',
      'file_name,label\nx/1.png,a\n3.webp,a\n./x/1.png,b\n',
      /line 4: "x\/1\.png" was listed in line 2/,
    ],
    ['an empty label', 'file_name,label\nx/1.png, \n', /line 2: "x\/1\.png" has no label/],
    [
      'no column of labels',
      'file_name,kind\nx/1.png,a\n',
      /line 1: there is no column "label" \(there are: file_name, kind\)/,
    ],
    ['no column of files', 'name,label\nx/1.png,a\n', /line 1: there is no column "file_name"/],
    [
      'a row of another width',
      'file_name,label\nx/1.png,a,b\n',
      /line 2: the row has 3 columns, the header 2/,
    ],
    [
      'a mistake after a cell of two lines',
      'file_name,label\nx/1.png,"a\nb"\nx/9.png,a\n',
      /line 4: there is no file/,
    ],
    ['nothing in it', '', /line 1: there is no column "file_name" \(there are: none\)/],
    ['no rows', 'file_name,label\n', /images: the folder holds no image/],
  ])('is refused where metadata.csv has %s', async (_, text, message) => {
    const folder = await makeImageFolder({ ...files, 'metadata.csv': text });
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toMatch(message);
  });

  it.each([
    [
      'no JSON',
      '{"file_name":"x/1.png","label":"a"}\n{"file_name"\n',
      /metadata\.jsonl: line 2: this is not JSON/,
    ],
    ['a list', '["x/1.png"]\n', /line 1: this is not a JSON object/],
    [
      'a row without a label',
      '{"file_name":"x/1.png"}\n',
      /line 1: there is no column "label" \(there are: file_name\)/,
    ],
    ['a label that is no text', '{"file_name":"x/1.png","label":["a"]}\n', /line 1: .*"label"/],
    ['an empty label', '{"file_name":"x/1.png","label":""}\n', /line 1: .*has no label/],
  ])('is refused where metadata.jsonl has %s', async (_, text, message) => {
    const folder = await makeImageFolder({ ...files, 'metadata.jsonl': text });
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toMatch(message);
  });

  it('is refused where it has both kinds', async () => {
    const folder = await makeImageFolder({ ...files, 'metadata.csv': 'x', 'metadata.jsonl': 'x' });
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toBe('images: the folder has both metadata.csv and metadata.jsonl');
  });
});

describe('names of an image folder in another Unicode normal form', () => {
  const [composed, combining] = ['\u00e9t\u00e9', 'e\u0301te\u0301'];

  it('are shown as they are, in the order and with the digest of the composed ones', async () => {
    const other = await open(
      await makeImages(`${combining}/\u0065\u0301.png`, `${combining}/f.png`, 'z/1.png'),
    );
    const same = await open(await makeImages(`${composed}/\u00e9.png`, `${composed}/f.png`, 'z/1.png'));
    expect(other.classNames).toEqual(['z', combining]);
    expect(same.classNames).toEqual(['z', composed]);
    expect(other.items.map(({ name }) => name)).toEqual([
      'z/1.png',
      `${combining}/f.png`,
      `${combining}/\u0065\u0301.png`,
    ]);
    expect(other.digest).toBe(same.digest);
  });

  it('are sampled alike', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `/${i}.png`);
    const sampled = async (form: string): Promise<string[]> =>
      (await open(await makeImages(...names.map((name) => form + name)), { perClass: 5 })).items.map(
        ({ name }) => name.normalize(),
      );
    expect(await sampled(combining)).toEqual(await sampled(composed));
  });

  it.each([
    ['csv', `file_name,label\n${composed}/1.png,x\n${composed}/2.png,y\n${composed}/3.png,y\n`],
    [
      'jsonl',
      [1, 2, 3].map((i) => JSON.stringify({ file_name: `${composed}/${i}.png`, label: 'x' })).join('\n'),
    ],
  ])('are found by metadata.%s', async (kind, text) => {
    const names = [1, 2, 3].map((i) => `${combining}/${i}.png`);
    const files = Object.fromEntries(names.map((name) => [name, png]));
    const dataset = await open(await makeImageFolder({ ...files, [`metadata.${kind}`]: text }));
    expect(dataset.items.map(({ name }) => name)).toEqual(names);
    expect(dataset.notices).toEqual([]);
  });

  it('are those of path, split and column too', async () => {
    const folder = await makeTemporaryFolder();
    const head = `file_name,cat\u00e9gorie\n`;
    await writeFiles(join(folder, combining, combining), {
      ...{ '1.png': png, '2.png': png, '3.png': png },
      'metadata.csv': `${head}1.png,x\n2.png,x\n3.png,y\n`,
    });
    const dataset = await open(folder, { path: composed, split: composed, labelColumn: 'cate\u0301gorie' });
    expect(dataset.classNames).toEqual(['x', 'y']);
  });

  it('may not make two classes of one', async () => {
    const folder = await makeImages(
      `${combining}/1.png`,
      `${composed}/1.png`,
      `${composed}/2.png`,
      `${composed}/3.png`,
    );
    const error = await catchError('DatasetInvalid', () => open(folder));
    expect(error.message).toMatch(
      /^image folder images: two classes are called "[^"]+", in two Unicode normal forms/,
    );
    const one = await open(folder, { classes: [composed] });
    expect(one.items.map(({ name }) => name)).toEqual([1, 2, 3].map((i) => `${composed}/${i}.png`));
  });
});

describe('any dataset', () => {
  it.each([
    [['a/1.png'], /one image;/],
    [['a/1.png', 'b/1.png'], /2 images;/],
  ])('is refused with the images %j alone', async (names, message) => {
    const folder = await makeImages(...names);
    const error = await catchError('TooFewImages', () => open(folder));
    expect(error.message).toMatch(message);
  });
});
