import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRuns, readRunFile } from '../../../integrations/embedding-animation/checkpoints/index.ts';
import type { RunFile } from '../../../integrations/embedding-animation/options/index.ts';
import { slugOf } from '../../../integrations/embedding-animation/run-ids.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

async function read(text: string): Promise<RunFile> {
  const folder = await makeTemporaryFolder();
  await writeFiles(folder, { 'run.yaml': text });
  return readRunFile('tiny', join(folder, 'run.yaml'));
}

const DATASET = 'dataset:\n  type: image-folder\n  path: images\n';

describe('run.yaml', () => {
  it('is read with defaults filled in', async () => {
    expect(await read(`title: Cats & <dogs>\n${DATASET}`)).toEqual({
      title: 'Cats & <dogs>',
      dataset: { type: 'image-folder', path: 'images', labelColumn: 'label' },
      embedding: { from: 'auto', dtype: 'auto' },
      compareMaps: false,
      storeEmbeddings: false,
    });
  });

  it('is called like its folder where it names no title', async () => {
    expect((await read(DATASET)).title).toBe('tiny');
  });

  it.each([
    ['broken syntax', `title: "open\n${DATASET}`, /line \d+/],
    ['a key twice', `title: a\ntitle: b\n${DATASET}`, /line 2: .*unique/],
    ['a tab as indent', `title: a\ndataset:\n\ttype: image-folder\n`, /line 3/],
    ['a tag that nobody knows', `title: !secret a\n${DATASET}`, /line 1/],
    ['an alias to nothing', `title: *name\n${DATASET}`, /name/],
    ['two documents', `title: a\n${DATASET}---\ntitle: b\n`, /line \d: .*documents/],
    ['an empty title', `title: ''\n${DATASET}`, /title/],
    [
      'checkpoints out of the run',
      `checkpoints: ../other\n${DATASET}`,
      /checkpoints: must be a folder in the run/,
    ],
    ['no dataset', 'title: a\n', /dataset/],
    ['a dataset of an unknown type', 'title: a\ndataset:\n  type: tape\n', /dataset\.type/],
    ['an unknown key', `title: a\n${DATASET}  shuffle: true\n`, /dataset: .*shuffle/],
    ['k of 0', `title: a\nk: 0\n${DATASET}`, /k: /],
    ['nothing in it', '', /expected object/i],
  ])('is refused with %s', async (_, text, message) => {
    const error = await catchError('RunFileInvalid', () => read(text));
    expect(error.message).toMatch(message);
    expect(error.message).toContain('run "tiny", run.yaml');
  });

  it.each([
    ['a list', 'classes: [1, 01, on, true, null, cat]', ['1', '01', 'on', 'true', 'null', 'cat']],
    [
      'a mapping',
      'classes: { 10: ten, 2: 2, on: , cat: 猫 }',
      [
        { name: '10', displayName: 'ten' },
        { name: '2', displayName: '2' },
        'on',
        { name: 'cat', displayName: '猫' },
      ],
    ],
    [
      'pairs',
      'classes: [b: B, a: A]',
      [
        { name: 'b', displayName: 'B' },
        { name: 'a', displayName: 'A' },
      ],
    ],
  ])('takes names of classes for text and keeps their order, in %s', async (_, line, classes) => {
    expect((await read(`title: a\n${DATASET}  ${line}\n`)).dataset.classes).toEqual(classes);
  });

  it('takes names of classes for text in the palette too', async () => {
    const palette = "animation:\n  palette: { light: { 01: '#fff' }, dark: { on: '#123456' } }\n";
    expect((await read(`title: a\n${DATASET}${palette}`)).animation?.palette).toEqual({
      light: { '01': '#ffffff' },
      dark: { on: '#123456' },
    });
  });

  it.each([
    ['a colour without quotes', 'palette:\n    cat: #fff', /palette\.cat: must be a colour.*quotes/],
    ['a word', 'palette: { light: [red] }', /palette\.light\.0: must be a colour/],
    ['something else', 'palette: blue', /palette: must be a list of colours/],
  ])('explains a palette with %s', async (_, line, message) => {
    const error = await catchError('RunFileInvalid', () =>
      read(`title: a\n${DATASET}animation:\n  ${line}\n`),
    );
    expect(error.message).toMatch(message);
  });

  it('is missed where it is not there', async () => {
    const path = join(await makeTemporaryFolder(), 'run.yaml');
    const error = await catchError('RunFileInvalid', () => readRunFile('tiny', path));
    expect(error.message).toBe('run "tiny", run.yaml: the file can not be read');
  });
});

describe('the runs of a project', () => {
  it('are the folders with a run.yaml, by name', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, {
      'b-2/run.yaml': '',
      'a.1/run.yaml': '',
      'C_3/run.yaml': '',
      'notes/readme.md': '',
      '.draft/run.yaml': '',
      'run.yaml': '',
    });
    expect(await findRuns(folder)).toEqual([
      { run: 'C_3', folder: join(folder, 'C_3') },
      { run: 'a.1', folder: join(folder, 'a.1') },
      { run: 'b-2', folder: join(folder, 'b-2') },
    ]);
  });

  it.each(['my run (1)', '50% more', 'a#b', '花の分類', 'a%20b'])('may be named %j', async (name) => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { [`${name}/run.yaml`]: '' });
    expect(await findRuns(folder)).toEqual([{ run: name, folder: join(folder, name) }]);
  });

  it('are called in composed characters, however the file system has them', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { 'e\u0301te\u0301/run.yaml': '' });
    expect(await findRuns(folder)).toEqual([{ run: 'été', folder: join(folder, 'e\u0301te\u0301') }]);
  });

  it.runIf(process.platform === 'linux').each([
    ['a line break in its name', ['a\nb'], 'a\\nb'],
    ['the name of another in other characters', ['e\u0301', 'é'], 'é'],
    ['the address of another', ['a b', slugOf('a b')], slugOf('a b')],
  ])('can not have %s', async (_, names, shown) => {
    const folder = await makeTemporaryFolder();
    for (const name of names) await writeFiles(folder, { [`${name}/run.yaml`]: '' });
    const error = await catchError('RunFileInvalid', () => findRuns(folder));
    expect(error.place.run).toBe(shown);
    expect(error.hint).toContain('Rename');
  });

  it('may have any name where they are no runs', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { 'my\tnotes/readme.md': '' });
    expect(await findRuns(folder)).toEqual([]);
  });

  it('are missed where their folder is not there', async () => {
    const folder = join(await makeTemporaryFolder(), 'runs');
    const error = await catchError('RunsFolderMissing', () => findRuns(folder));
    expect(error.place.file).toBe('runs');
  });
});
