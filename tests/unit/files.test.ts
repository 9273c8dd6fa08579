import { existsSync } from 'node:fs';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../integrations/embedding-animation/files.ts';
import { makeTemporaryFolder } from '../helpers/temporary-folder.ts';

describe('makeFolder', () => {
  it('makes a folder and those above it, also when several ask at once', async () => {
    const folder = join(await makeTemporaryFolder(), 'a/b/c');
    await Promise.all(['', 'd', 'e/f', 'e/g'].map((name) => makeFolder(join(folder, name))));
    for (const name of ['d', 'e/f', 'e/g']) expect((await stat(join(folder, name))).isDirectory()).toBe(true);
  });

  it('leaves a folder that is there, and one behind a link, as it is', async () => {
    const root = await makeTemporaryFolder();
    await makeFolder(join(root, 'there'));
    await writeFile(join(root, 'there/file'), 'content');
    await symlink(join(root, 'there'), join(root, 'link'));
    await makeFolder(join(root, 'there'));
    await makeFolder(join(root, 'link'));
    await makeFolder(join(root, 'link/new'));
    await makeFolder('/');
    expect(await readFile(join(root, 'link/file'), 'utf8')).toBe('content');
    expect((await stat(join(root, 'there/new'))).isDirectory()).toBe(true);
  });

  it('fails where a file or a link to nothing is in the way', async () => {
    const root = await makeTemporaryFolder();
    await writeFile(join(root, 'file'), '');
    await symlink(join(root, 'nothing'), join(root, 'link'));
    await expect(makeFolder(join(root, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(root, 'file/a'))).rejects.toThrow('ENOTDIR');
    await expect(makeFolder(join(root, 'file/a/b'))).rejects.toThrow('ENOTDIR');
    await expect(makeFolder(join(root, 'link/a'))).rejects.toThrow('EEXIST');
  });

  it.skipIf(!existsSync('/proc/self'))(
    'fails where nothing can be made, and does not try for ever',
    async () => {
      await expect(makeFolder('/proc/new')).rejects.toThrow(/ENOENT|EACCES/);
      await expect(makeFolder('/proc/new/deep')).rejects.toThrow(/ENOENT|EACCES/);
    },
  );
});
