import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  removeLeftovers,
  replaceFile,
  replaceFiles,
  temporaryTarget,
} from '../../integrations/embedding-animation/write-files.ts';
import { catchError } from '../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../helpers/temporary-folder.ts';

const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** The number of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('replaceFile', () => {
  it('makes folders, replaces what is there, and leaves nothing else', async () => {
    const folder = await makeTemporaryFolder();
    await replaceFile(join(folder, 'a/b.txt'), 'first');
    await replaceFile(join(folder, 'a/b.txt'), Buffer.from('second'));
    expect(await readFile(join(folder, 'a/b.txt'), 'utf8')).toBe('second');
    expect(await readdir(join(folder, 'a'))).toEqual(['b.txt']);
  });

  it('leaves the old file, and nothing of the new one, where filling it fails', async () => {
    const folder = await makeTemporaryFolder();
    await replaceFile(join(folder, 'b.txt'), 'old');
    const fill = async (temporary: string): Promise<void> => {
      await writeFile(temporary, 'half');
      throw new RangeError('no more');
    };
    await expect(replaceFile(join(folder, 'b.txt'), fill)).rejects.toThrow('no more');
    expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('old');
    await expect(replaceFile(join(folder, 'new/c.txt'), fill)).rejects.toThrow('no more');
    expect(await readdir(folder)).toEqual(['b.txt']);
  });

  it('changes none of several files where one of them fails', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, { 'a.txt': 'old', 'b.txt': 'old' });
    const failing = () =>
      Promise.reject(
        Object.assign(new Error('ENOSPC: no space left on device, write'), {
          code: 'ENOSPC',
          syscall: 'write',
        }),
      );
    const error = await catchError('FileUnwritable', () =>
      replaceFiles(
        [
          { path: join(folder, 'a.txt'), content: 'new' },
          { path: join(folder, 'b.txt'), content: failing },
        ],
        { run: 'tiny' },
      ),
    );
    expect(error.message).toBe('run "tiny", b.txt: the file can not be written: the disk is full (ENOSPC)');
    expect(error.hint).toContain('Free some space');
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('old');
    expect((await readdir(folder)).sort()).toEqual(['a.txt', 'b.txt']);
  });

  it('says what is in the way', async () => {
    const folder = await makeTemporaryFolder();
    await mkdir(join(folder, 'name/inside'), { recursive: true });
    await writeFile(join(folder, 'file'), '');
    for (const path of ['name', 'file/below']) {
      const error = await catchError('FileUnwritable', () => replaceFile(join(folder, path), 'text'));
      expect(error.message).toContain('something else is in its place');
    }
    expect((await readdir(folder)).sort()).toEqual(['file', 'name']);
  });

  it.skipIf(process.getuid?.() === 0)('says that it is not allowed', async () => {
    const folder = await makeTemporaryFolder();
    await chmod(folder, 0o555);
    const error = await catchError('FileUnwritable', () => replaceFile(join(folder, 'a'), 'text'));
    expect(error.message).toContain('it is not allowed (EACCES)');
  });
});

describe('removeLeftovers', () => {
  it('removes what ended processes have left of the named files, and nothing else', async () => {
    const folder = await makeTemporaryFolder();
    const left = `a.txt.${MACHINE}-${deadProcess()}-abc123-00000000.tmp`;
    const reused = `a.txt.${MACHINE}-${process.pid}-abc123-00000000.tmp`; // this number, but another start
    const alive = `a.txt.${MACHINE}-${process.ppid}-abc123-00000000.tmp`;
    const elsewhere = 'a.txt.ffffffff-1-abc123-00000000.tmp';
    const others = `b.txt.${MACHINE}-${deadProcess()}-abc123-00000000.tmp`;
    const mine = 'a.txt.tmp';
    for (const name of [left, reused, alive, elsewhere, others, mine])
      await writeFile(join(folder, name), '');
    await removeLeftovers(folder, ['a.txt']);
    expect((await readdir(folder)).sort()).toEqual([alive, elsewhere, others, mine].sort());
  });

  it('removes after a day what it can not tell of, and what earlier versions left', async () => {
    const folder = await makeTemporaryFolder();
    const names = [
      'a.txt.ffffffff-1-abc123-00000000.tmp',
      'a.txt.4711.tmp',
      'a.txt.01234567-89ab-cdef-0123-456789abcdef.tmp',
    ];
    for (const name of names) await writeFile(join(folder, name), '');
    await removeLeftovers(folder, ['a.txt']);
    expect(await readdir(folder)).toHaveLength(3);
    for (const name of names) await utimes(join(folder, name), 1000, 1000);
    await removeLeftovers(folder, ['a.txt']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does without a folder that is not there', async () => {
    await removeLeftovers('/not/there', ['a']);
  });

  it('knows the names that are given', async () => {
    const folder = await makeTemporaryFolder();
    let seen = '';
    await replaceFile(join(folder, 'a.b.txt'), async (temporary) => {
      seen = temporary.slice(folder.length + 1);
      await writeFile(temporary, '');
    });
    expect(temporaryTarget(seen)).toBe('a.b.txt');
    expect(temporaryTarget('a.b.txt')).toBeUndefined();
  });
});
