import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  hashFile,
  isInnerPath,
  makeFolder,
  openRegularFile,
  readRegularFile,
  readRegularFileSync,
} from '../../integrations/embedding-animation/files.ts';
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

describe.skipIf(process.platform === 'win32')('reading a regular file', () => {
  it('gives what it holds, also behind a link', async () => {
    const root = await makeTemporaryFolder();
    await writeFile(join(root, 'file'), 'content');
    await symlink(join(root, 'file'), join(root, 'link'));
    for (const name of ['file', 'link']) {
      expect(String(await readRegularFile(join(root, name)))).toBe('content');
      expect(String(readRegularFileSync(join(root, name)))).toBe('content');
    }
    const file = await openRegularFile(join(root, 'link'));
    expect((await file.stat()).size).toBe(7);
    await file.close();
  });

  it('refuses a folder, a named pipe and a device at once, whoever asks', async () => {
    const root = await makeTemporaryFolder();
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await symlink(join(root, 'pipe'), join(root, 'link'));
    const cases = [
      [root, 'a folder'],
      [join(root, 'pipe'), 'a named pipe'],
      [join(root, 'link'), 'a named pipe'],
      ['/dev/zero', 'a device'],
    ] as const;
    for (const [path, kind] of cases) {
      const message = `it is ${kind}, not a file`;
      await expect(openRegularFile(path)).rejects.toThrow(message);
      await expect(readRegularFile(path)).rejects.toThrow(message);
      await expect(hashFile(path)).rejects.toThrow(message);
      expect(() => readRegularFileSync(path)).toThrow(message);
    }
  });

  it('passes on what the file system says of a file that is not there', async () => {
    await expect(readRegularFile(join(await makeTemporaryFolder(), 'none'))).rejects.toThrow('ENOENT');
  });
});

describe('isInnerPath', () => {
  it.each(['a', 'a/b.png', 'a..b', '...', '.hidden', 'a\\b', 'ab:c', 'ä/日.png'])('takes "%s"', (name) => {
    expect(isInnerPath(name)).toBe(true);
  });

  it.each([
    '',
    '.',
    '..',
    '../a',
    'a/../b',
    'a/..',
    '/a',
    'a/',
    'a//b',
    '\\a',
    '..\\a',
    'a\\..\\b',
    'C:\\a',
    'c:a',
    'a\0',
  ])('refuses "%s"', (name) => {
    expect(isInnerPath(name)).toBe(false);
  });
});
