import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  fillOutputFolder,
  openOutputFolder,
} from '../../../integrations/embedding-animation/cli/output-folder.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const MARKER = '.astro-embedding-animation.json';

async function fill(out: string, files: Readonly<Record<string, string>>, force = false): Promise<void> {
  const source = await makeTemporaryFolder();
  await writeFiles(source, files);
  await fillOutputFolder(await openOutputFolder(out, 'out', force), source, Object.keys(files));
}

describe('an output folder', () => {
  it('may be missing or empty', async () => {
    const folder = await makeTemporaryFolder();
    await fill(folder, { 'a.txt': 'a' });
    await fill(join(folder, 'deep/er'), { 'frames/b.txt': 'b' });
    expect(await readFile(join(folder, 'deep/er/frames/b.txt'), 'utf8')).toBe('b');
  });

  it('is not touched by being opened', async () => {
    const folder = await makeTemporaryFolder();
    await openOutputFolder(join(folder, 'new'), 'new', false);
    expect(await readdir(folder)).toEqual([]);
  });

  it('that can not be written is named, with what to do', async () => {
    const folder = await makeTemporaryFolder();
    const output = await openOutputFolder(join(folder, 'out'), 'out', false);
    await writeFiles(folder, { out: 'a file where the folder should be', 'source/a.txt': 'a' });
    const error = await catchError('OutputFolderTaken', () =>
      fillOutputFolder(output, join(folder, 'source'), ['a.txt']),
    );
    expect(error.message).toMatch(/^out: the folder can't be written: EEXIST/);
    expect(error.hint).toContain('stays in the cache');
  });

  it('is refused at once where a file or a link to nothing is in the way', async () => {
    const folder = await makeTemporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await symlink(join(folder, 'nothing'), join(folder, 'link'));
    for (const name of ['file', 'file/out', 'file/deep/out', 'link', 'link/out']) {
      const error = await catchError('OutputFolderTaken', () =>
        openOutputFolder(join(folder, name), name, true),
      );
      expect(error.message).toMatch(new RegExp(`^${name}: .*folder`));
      expect(error.hint).toContain('name another folder as --out');
    }
  });

  it.skipIf(process.getuid?.() === 0)('is refused at once when it may not be written', async () => {
    const folder = await makeTemporaryFolder();
    await chmod(folder, 0o555);
    for (const name of ['', 'out', 'deep/out']) {
      await catchError('OutputFolderTaken', () => openOutputFolder(join(folder, name), 'out', true));
    }
  });

  it.skipIf(!existsSync('/proc/self'))('is refused where no folder can be made', async () => {
    const error = await catchError('OutputFolderTaken', () => fill('/proc/new', { 'a.txt': 'a' }));
    expect(error.message).toMatch(/^out: the folder can't be written: (ENOENT|EACCES)/);
  });

  it('loses what an earlier command wrote and this one does not, and nothing else', async () => {
    const folder = await makeTemporaryFolder();
    await fill(folder, { 'old.txt': 'old', 'both.txt': 'first' });
    await writeFile(join(folder, 'mine.txt'), 'mine');
    await fill(folder, { 'both.txt': 'second', 'new.txt': 'new' });
    expect((await readdir(folder)).sort()).toEqual([MARKER, 'both.txt', 'mine.txt', 'new.txt']);
    expect(await readFile(join(folder, 'both.txt'), 'utf8')).toBe('second');
  });

  it('with files of others is refused unless forced', async () => {
    const folder = await makeTemporaryFolder();
    await writeFile(join(folder, 'mine.txt'), 'mine');
    await catchError('OutputFolderTaken', () => fill(folder, { 'a.txt': 'a' }));
    await fill(folder, { 'a.txt': 'a' }, true);
    expect((await readdir(folder)).sort()).toEqual([MARKER, 'a.txt', 'mine.txt']);
  });

  it('does not replace a file of others unless forced, where it is ours too', async () => {
    const folder = await makeTemporaryFolder();
    await fill(folder, { 'a.txt': 'a' });
    await writeFile(join(folder, 'b.txt'), 'mine');
    await catchError('OutputFolderTaken', () => fill(folder, { 'a.txt': 'a', 'b.txt': 'b' }));
    expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('mine');
    await fill(folder, { 'a.txt': 'a', 'b.txt': 'b' }, true);
    expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('b');
  });

  it('is refused when it is a file', async () => {
    const folder = await makeTemporaryFolder();
    await writeFile(join(folder, 'out'), '');
    await catchError('OutputFolderTaken', () => openOutputFolder(join(folder, 'out'), 'out', true));
  });

  it.each([
    ['names a file outside', JSON.stringify({ files: ['../precious.txt', 'a.txt'] })],
    ['is not JSON', '{'],
  ])('deletes nothing outside of it where its list %s', async (_, list) => {
    const folder = await makeTemporaryFolder();
    await mkdir(join(folder, 'out'));
    await writeFiles(folder, { 'precious.txt': 'precious', [`out/${MARKER}`]: list });
    await fill(join(folder, 'out'), { 'b.txt': 'b' }, true);
    expect(await readFile(join(folder, 'precious.txt'), 'utf8')).toBe('precious');
  });
});
