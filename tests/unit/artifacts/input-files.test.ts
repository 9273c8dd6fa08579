import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  trackInputs,
  readUnchanged,
  type InputFiles,
} from '../../../integrations/embedding-animation/artifacts/input-files.ts';
import { hashFile } from '../../../integrations/embedding-animation/files.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** Long after the file was written: a stamp tells all. */
const LATER_MS = 10_000;

async function noteOne(): Promise<{ path: string; inputs: InputFiles; read: () => number }> {
  const folder = await makeTemporaryFolder();
  const path = join(folder, 'sub', '..', 'a.bin');
  await writeFile(join(folder, 'a.bin'), 'right');
  let reads = 0;
  const counted = (file: string): Promise<string> => {
    reads++;
    return hashFile(file);
  };
  const inputs = trackInputs(counted, folder, () => Date.now() + LATER_MS);
  await inputs.hashFile(join(folder, 'a.bin'));
  return { path: join(path), inputs, read: () => reads };
}

describe('trackInputs', () => {
  it('reads a file once as long as nothing tells that it may have changed', async () => {
    const { path, inputs, read } = await noteOne();
    expect(await inputs.compare()).toBe('same');
    expect(await inputs.hashFile(path)).toBe(await hashFile(path));
    expect(read()).toBe(1);
  });

  it('reads a file again that had changed just before it was hashed', async () => {
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'a.bin');
    await writeFile(path, 'right');
    const inputs = trackInputs(hashFile, folder);
    await inputs.hashFile(path);
    await writeFile(path, 'wrong'); // perhaps within the same tick of the file system's clock
    await catchError('InputChanged', () => inputs.compare());
  });

  it('names a file inside the folder from there, and one outside by its name alone', async () => {
    const { path, inputs } = await noteOne();
    await writeFile(path, 'wrong');
    expect((await catchError('InputChanged', () => inputs.compare())).place.file).toBe('a.bin');
    const outside = trackInputs(hashFile, '/somewhere/else');
    await outside.hashFile(path);
    await rm(path);
    expect((await catchError('InputChanged', () => outside.compare())).place.file).toBe('a.bin');
  });

  it('refuses another content when the same file is hashed again', async () => {
    const { path, inputs } = await noteOne();
    await writeFile(path, 'wrong');
    await catchError('InputChanged', () => inputs.hashFile(path));
  });

  it('compares the files that are asked for', async () => {
    const { path, inputs } = await noteOne();
    await rm(path);
    expect(await inputs.compare([])).toBe('same');
    expect(await inputs.compare(['/not/noted'])).toBe('same');
    await catchError('InputChanged', () => inputs.compare([path]));
  });
});

describe('readUnchanged', () => {
  it('does its work once more where a file was replaced by an equal one', async () => {
    const { path, inputs } = await noteOne();
    const seen: number[] = [];
    const result = await readUnchanged(inputs, {}, async (verify) => {
      seen.push(seen.length);
      if (seen.length === 1) {
        await writeFile(`${path}.new`, 'right');
        await rename(`${path}.new`, path);
      }
      await verify();
      return seen.length;
    });
    expect(result).toBe(2);
    expect(seen).toEqual([0, 1]);
  });

  it('gives up where a file is written to each time', async () => {
    const { path, inputs } = await noteOne();
    const error = await catchError('InputChanged', () =>
      readUnchanged(inputs, { run: 'r' }, async (verify) => {
        await utimes(path, new Date(), new Date());
        await verify();
      }),
    );
    expect(error.message).toContain('again and again');
  });

  it('tells of the change where the work failed of it, and of the failure where nothing changed', async () => {
    const { path, inputs } = await noteOne();
    const fail = () => Promise.reject(new TypeError('garbled'));
    await expect(readUnchanged(inputs, {}, fail)).rejects.toThrow('garbled');
    await writeFile(path, 'wrong');
    await catchError('InputChanged', () => readUnchanged(inputs, {}, fail));
  });

  it('only does its work where no files are known', async () => {
    expect(await readUnchanged(undefined, {}, () => Promise.resolve(3))).toBe(3);
  });
});
