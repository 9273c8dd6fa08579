import { copyFile, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCache } from '../../../integrations/embedding-animation/artifacts/cache.ts';
import {
  openFileDigests,
  type FileDigests,
} from '../../../integrations/embedding-animation/artifacts/file-digests.ts';
import { hashFile } from '../../../integrations/embedding-animation/files.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** Far enough from now for a file's times to be settled. */
const LATER_MS = 60_000;

let read: string[];
beforeEach(() => {
  read = [];
});

const silent = { info: () => undefined, warn: () => undefined };

/** Opens the digests of a cache as a new process would, a minute from now; `read` lists what was hashed. */
function openDigests(folder: string, later = LATER_MS): FileDigests {
  return openFileDigests(openCache(join(folder, 'cache'), silent), {
    hash: (path) => {
      read.push(path);
      return hashFile(path);
    },
    now: () => Date.now() + later,
  });
}

async function makeFile(content = 'weights'): Promise<{ folder: string; file: string; sha256: string }> {
  const folder = await makeTemporaryFolder();
  const file = join(folder, 'model.safetensors');
  await writeFile(file, content);
  return { folder, file, sha256: createHash('sha256').update(content).digest('hex') };
}

describe('digests of files', () => {
  it('are read from the file once, however many processes ask', async () => {
    const { folder, file, sha256 } = await makeFile();
    const first = openDigests(folder);
    expect(await first.hashFile(file)).toBe(sha256);
    expect(await first.hashFile(file)).toBe(sha256);
    await first.save();
    expect(await openDigests(folder).hashFile(file)).toBe(sha256);
    expect(read).toEqual([file]);
  });

  it('follow a file to its new name', async () => {
    const { folder, file, sha256 } = await makeFile();
    const digests = openDigests(folder);
    await digests.hashFile(file);
    await digests.save();
    const renamed = join(folder, 'renamed');
    await rename(file, renamed);
    expect(await openDigests(folder).hashFile(renamed)).toBe(sha256);
  });

  it('are the same for a file that was touched, which is read again', async () => {
    const { folder, file, sha256 } = await makeFile();
    const digests = openDigests(folder);
    await digests.hashFile(file);
    await utimes(file, 1, 1);
    expect(await digests.hashFile(file)).toBe(sha256);
    expect(read).toHaveLength(2);
  });

  it('are read again when another file of the same size and time took the place', async () => {
    const { folder, file } = await makeFile('weights');
    await utimes(file, 1000, 1000);
    const digests = openDigests(folder);
    await digests.hashFile(file);
    const other = join(folder, 'other');
    await writeFile(other, 'WEIGHTS');
    await utimes(other, 1000, 1000);
    await rename(other, file);
    expect((await stat(file)).mtimeMs).toBe(1_000_000);
    expect(await digests.hashFile(file)).toBe(await hashFile(file));
    expect(read).toHaveLength(2);
  });

  it('are read again when content changed in place and the old time was put back', async () => {
    const { folder, file } = await makeFile('weights');
    await utimes(file, 1000, 1000);
    const digests = openDigests(folder);
    await digests.hashFile(file);
    await new Promise((resolve) => setTimeout(resolve, 20)); // a file system dates changes by its own ticks
    await writeFile(file, 'WEIGHTS');
    await utimes(file, 1000, 1000);
    expect(await digests.hashFile(file)).toBe(await hashFile(file));
  });

  it('of a file that changed just now are not remembered', async () => {
    const { folder, file } = await makeFile();
    const digests = openDigests(folder, 0);
    await digests.hashFile(file);
    await digests.hashFile(file);
    expect(read).toHaveLength(2);
  });

  it('are read again when what was remembered is damaged', async () => {
    const { folder, file, sha256 } = await makeFile();
    const digests = openDigests(folder);
    await digests.hashFile(file);
    await digests.save();
    const table = join(folder, 'cache/digests/files');
    const bytes = await readFile(table);
    bytes[bytes.length - 20]! ^= 1;
    await writeFile(table, bytes);
    expect(await openDigests(folder).hashFile(file)).toBe(sha256);
    expect(read).toHaveLength(2);
  });

  it('of two processes are both kept', async () => {
    const { folder, file } = await makeFile();
    const copy = join(folder, 'copy');
    await copyFile(file, copy);
    const processes = [openDigests(folder), openDigests(folder)] as const;
    await processes[0].hashFile(file);
    await processes[1].hashFile(copy);
    await processes[0].save();
    await processes[1].save();
    const third = openDigests(folder);
    await Promise.all([third.hashFile(file), third.hashFile(copy)]);
    expect(read).toEqual([file, copy]);
  });

  it('cost time and nothing else where the cache can not be written', async () => {
    const { folder, file, sha256 } = await makeFile();
    await writeFile(join(folder, 'cache'), 'a file where a folder should be');
    const digests = openDigests(folder);
    expect(await digests.hashFile(file)).toBe(sha256);
    await digests.save();
  });
});
