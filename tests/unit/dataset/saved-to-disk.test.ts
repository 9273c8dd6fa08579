import { describe, expect, it } from 'vitest';
import { detectDataset } from '../../../integrations/embedding-animation/cli/detect-dataset.ts';
import { openDataset } from '../../../integrations/embedding-animation/dataset/index.ts';
import type { DatasetOptions } from '../../../integrations/embedding-animation/options/index.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const ONE = { 'data-00000-of-00001.arrow': 'x', 'dataset_info.json': '{}', 'state.json': '{}' };
const inSplit = (split: string) =>
  Object.fromEntries(Object.entries(ONE).map(([name, content]) => [`${split}/${name}`, content]));

async function makeSet(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeTemporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

describe('a data set that datasets saved to disk', () => {
  it.each<[string, Readonly<Record<string, string>>, Partial<DatasetOptions>]>([
    ['parquet', ONE, {}],
    ['image-folder', ONE, {}],
    ['parquet', { 'dataset_dict.json': '{"splits": ["test"]}', ...inSplit('test') }, {}],
    ['image-folder', inSplit('test'), { split: 'test' }],
  ])('is refused with the way to Parquet, as %s', async (type, files, options) => {
    const folder = await makeSet(files);
    const said = { type, path: '.', ...options } as DatasetOptions; // of the two types that have these keys
    const error = await catchError('DatasetInvalid', () =>
      openDataset(said, { runFolder: folder, projectRoot: folder }),
    );
    expect(error.message).toContain('save_to_disk');
    expect(error.hint).toContain('.to_parquet');
  });

  it('is told apart on the command line too', async () => {
    const error = await catchError('DatasetInvalid', async () => detectDataset(await makeSet(ONE), 'set'));
    expect(error.hint).toContain('load_from_disk');
  });
});
