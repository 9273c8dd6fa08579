import { expect, it } from 'vitest';
import { UsageError } from '../../../integrations/embedding-animation/cli/arguments.ts';
import { describeRunFile } from '../../../integrations/embedding-animation/cli/run-file-options.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const RUN_FILE = 'title: A run\nlocale: en\ndataset:\n  type: image-folder\n  path: images\n';

it('takes the language from the command line, or else from run.yaml', async () => {
  const folder = await makeTemporaryFolder();
  await writeFiles(folder, { 'run.yaml': RUN_FILE });
  expect((await describeRunFile('run', folder, {}, folder)).locale).toBe('en');
  expect((await describeRunFile('run', folder, { locale: 'ja' }, folder)).locale).toBe('ja');
});

it('refuses what is no language', async () => {
  const folder = await makeTemporaryFolder();
  await writeFiles(folder, { 'run.yaml': RUN_FILE });
  await expect(describeRunFile('run', folder, { locale: 'ja_JP' }, folder)).rejects.toThrow(UsageError);
});

const MAPS = `${RUN_FILE}maps:\n  - pooled\n  - name: mean\n    projection: per-checkpoint\n    align: generalized\n  - name: last\n    projection: pooled\n`;

async function chooseMaps(map: string | undefined, text = MAPS) {
  const folder = await makeTemporaryFolder();
  await writeFiles(folder, { 'run.yaml': text });
  return (await describeRunFile('run', folder, map === undefined ? {} : { map }, folder)).maps;
}

it('takes all maps of run.yaml unless the command line names one', async () => {
  expect((await chooseMaps(undefined))?.map(({ name }) => name)).toEqual(['pooled', 'mean', 'last']);
  expect(await chooseMaps(undefined, RUN_FILE)).toBeUndefined();
});

it('takes maps of the command line by their names in run.yaml, in the order that was typed', async () => {
  const maps = await chooseMaps('mean, pooled,mean');
  expect(maps?.map(({ name, projection, align }) => [name, projection, align])).toEqual([
    ['mean', 'per-checkpoint', 'generalized'],
    ['pooled', 'pooled', 'none'],
  ]);
});

it('takes a projection by its name, unless a map of the run is called so', async () => {
  expect(await chooseMaps('classes', RUN_FILE)).toMatchObject([{ name: 'classes', projection: 'classes' }]);
  expect(await chooseMaps('classes')).toMatchObject([{ name: 'classes', projection: 'classes' }]);
  expect(await chooseMaps('last')).toMatchObject([{ name: 'last', projection: 'pooled' }]);
});

it('refuses a map that there is not, and says which there are', async () => {
  const error: unknown = await chooseMaps('pooled,meen').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect(error).toMatchObject({
    message: '--map is "pooled,meen", and there is no map "meen"',
    hint: 'Did you mean mean? There are pooled, mean, last, per-checkpoint, classes.',
  });
});
