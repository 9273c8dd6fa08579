import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRuns, readRunFile } from '../../../integrations/embedding-animation/checkpoints/index.ts';
import type { RunFile } from '../../../integrations/embedding-animation/options/index.ts';
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

  it.each(['my run', 'été', 'a%20b', 'a#b'])('can not be named %j', async (name) => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { [`${name}/run.yaml`]: '' });
    const error = await catchError('RunFileInvalid', () => findRuns(folder));
    expect(error.place.run).toBe(name);
    expect(error.hint).toContain('Rename');
  });

  it('may have such a name where they are no runs', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { 'my notes/readme.md': '' });
    expect(await findRuns(folder)).toEqual([]);
  });

  it('are missed where their folder is not there', async () => {
    const folder = join(await makeTemporaryFolder(), 'runs');
    const error = await catchError('RunsFolderMissing', () => findRuns(folder));
    expect(error.place.file).toBe('runs');
  });
});
