import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { completeMap } from '../../../integrations/embedding-animation/options/index.ts';
import { openCache } from '../../../integrations/embedding-animation/artifacts/cache.ts';
import {
  openFileDigests,
  type FileDigests,
} from '../../../integrations/embedding-animation/artifacts/file-digests.ts';
import {
  checkRendering,
  countBytes,
  readRendering,
  RENDERING_FILE,
  writeRendering,
  type RenderingContents,
} from '../../../integrations/embedding-animation/artifacts/rendering-folder.ts';
import { hashOf, stableJson } from '../../../integrations/embedding-animation/artifacts/stable-json.ts';
import { hashFile } from '../../../integrations/embedding-animation/files.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** Far enough from now for the files' times to be settled. */
const LATER_MS = 60_000;

let storage: string;
let folder: string;
let written: RenderingContents;
let read: string[];

beforeEach(async () => {
  storage = await makeTemporaryFolder();
  folder = join(storage, 'rendered/tiny/key');
  read = [];
  written = await writeRendering(folder, {
    files: [
      { name: 'animation.json', content: '{}' },
      { name: 'frames/step-1.png', content: () => Promise.resolve(Buffer.from('picture')) },
    ],
    rendered: {
      secondsPerFrame: 1,
      holdSeconds: 1,
      neighbours: 10,
      perFrame: [],
      maps: [
        {
          ...completeMap({ projection: 'per-checkpoint' }),
          json: 'animation.json',
          perFrame: [],
          variants: [
            {
              theme: 'light',
              arrangement: 'main',
              width: 100,
              height: 100,
              gif: 'animation.gif',
              gifBytes: 7,
              frames: ['frames/step-1.png'],
            },
          ],
        },
      ],
    },
    uses: [{ kind: 'frames', key: 'a' }],
  });
});

/** Digests as a process opens them a minute from now; `read` lists the files that were hashed. */
function openDigests(): FileDigests {
  const cache = openCache(join(storage, 'cache'), { info: () => undefined, warn: () => undefined });
  return openFileDigests(cache, {
    hash: (path) => {
      read.push(basename(path));
      return hashFile(path);
    },
    now: () => Date.now() + LATER_MS,
  });
}

/** Another content of the same length at the same path and with the same modification time. */
async function damage(name: string): Promise<void> {
  const path = join(folder, name);
  const { mtime } = await stat(path);
  const bytes = await readFile(path);
  bytes[bytes.length - 1]! ^= 1;
  await new Promise((resolve) => setTimeout(resolve, 20)); // a file system dates changes by its own ticks
  await writeFile(path, bytes);
  await utimes(path, mtime, mtime);
}

describe('a folder of finished files', () => {
  it('is whole once it is written, and says what was written', async () => {
    expect(await checkRendering(folder)).toEqual({ state: 'whole', contents: written });
    expect(countBytes(written)).toBe(9);
  });

  it('is missing where there is none', async () => {
    expect(await checkRendering(join(storage, 'rendered/tiny/other'))).toEqual({ state: 'missing' });
  });

  it('has its files read once, in however many processes it is checked', async () => {
    const first = openDigests();
    await checkRendering(folder, first.hashFile);
    await first.save();
    const second = await checkRendering(folder, openDigests().hashFile);
    expect(second.state).toBe('whole');
    expect(read).toEqual(['animation.json', 'step-1.png']);
  });

  it.each(['animation.json', 'frames/step-1.png', RENDERING_FILE])(
    'is damaged when a byte of %s has changed, although it was whole when its files were read',
    async (name) => {
      const digests = openDigests();
      expect((await checkRendering(folder, digests.hashFile)).state).toBe('whole');
      await digests.save();
      await damage(name);
      const again = openDigests();
      expect(await checkRendering(folder, again.hashFile)).toEqual({ state: 'damaged', file: name });
    },
  );

  it('is damaged when a file that is remembered is gone', async () => {
    const { hashFile: hash } = openDigests();
    await checkRendering(folder, hash);
    await rm(join(folder, 'frames/step-1.png'));
    expect(await checkRendering(folder, hash)).toEqual({ state: 'damaged', file: 'frames/step-1.png' });
  });
});

describe('a description that names what lies outside', () => {
  it.each(['../../precious.txt', '/etc/hostname', 'frames/../../../precious.txt', 'C:\\precious.txt', ''])(
    'counts as damaged: "%s"',
    async (name) => {
      const finished: RenderingContents = { ...written, files: [{ name, bytes: 8, sha256: 'a'.repeat(64) }] };
      await writeFile(join(storage, 'rendered/precious.txt'), 'precious');
      await writeFile(join(folder, RENDERING_FILE), stableJson({ sha256: hashOf(finished), finished }));
      expect(await checkRendering(folder)).toEqual({ state: 'damaged', file: RENDERING_FILE });
      expect(await readRendering(folder)).toBeUndefined();
    },
  );

  it('counts as damaged where it names entries outside the cache', async () => {
    const finished: RenderingContents = { ...written, uses: [{ kind: '..', key: '../precious' }] };
    await writeFile(join(folder, RENDERING_FILE), stableJson({ sha256: hashOf(finished), finished }));
    expect(await readRendering(folder)).toBeUndefined();
  });
});

describe('files that are not to be kept', () => {
  it('are gone with their folder where the last look at what they were made from fails', async () => {
    const other = join(storage, 'rendered/tiny/other');
    const { rendered, uses } = written;
    const verify = () => Promise.reject(new RangeError('changed'));
    const init = { files: [{ name: 'a', content: 'a' }], rendered, uses, verify };
    await expect(writeRendering(other, init)).rejects.toThrow('changed');
    expect(await readdir(join(storage, 'rendered/tiny'))).toEqual(['key']);
  });
});
