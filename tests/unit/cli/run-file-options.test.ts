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
