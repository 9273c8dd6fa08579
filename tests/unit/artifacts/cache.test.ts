import { mkdtemp, open, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCache } from '../../../integrations/embedding-animation/artifacts/cache.ts';
import { catchError } from '../../helpers/catch-error.ts';

let folder: string;
let warnings: string[];
const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-'));
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true }));

describe('the cache', () => {
  it('gives back what was written under a key', async () => {
    const cache = openCache(folder, logger);
    await cache.write('kind', 'key', Uint8Array.of(1, 2, 3));
    expect([...(await cache.read('kind', 'key'))!]).toEqual([1, 2, 3]);
  });

  it('knows nothing of a key that was never written', async () => {
    expect(await openCache(folder, logger).read('kind', 'other')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('reports a damaged entry, drops it and counts it as missing', async () => {
    const cache = openCache(folder, logger);
    await cache.write('kind', 'key', Uint8Array.of(1, 2, 3));
    await writeFile(join(folder, 'kind', 'key'), 'damaged');
    expect(await cache.read('kind', 'key')).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(await readdir(join(folder, 'kind'))).toEqual([]);
  });

  it('leaves no temporary file behind when many write one key at once', async () => {
    const cache = openCache(folder, logger);
    await Promise.all(Array.from({ length: 8 }, () => cache.write('kind', 'key', Uint8Array.of(7))));
    expect(await readdir(join(folder, 'kind'))).toEqual(['key']);
  });

  it.each([0, 9, 20, 60])('notices one changed byte, byte %i of the file', async (at) => {
    const cache = openCache(folder, logger);
    await cache.write('kind', 'key', new Uint8Array(100));
    const path = join(folder, 'kind', 'key');
    const bytes = await readFile(path);
    bytes[at]! ^= 1;
    await writeFile(path, bytes);
    expect(await cache.read('kind', 'key')).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it('stores what comes in pieces as the same entry', async () => {
    const cache = openCache(folder, logger);
    await cache.write('kind', 'pieces', pieces(Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)));
    await cache.write('kind', 'whole', Uint8Array.of(1, 2, 3));
    const [inPieces, whole] = await Promise.all(
      ['pieces', 'whole'].map((key) => readFile(join(folder, 'kind', key))),
    );
    expect(inPieces).toEqual(whole);
    expect([...(await cache.read('kind', 'pieces'))!]).toEqual([1, 2, 3]);
  });

  it('leaves nothing behind when the pieces fail, and passes their error on', async () => {
    const cache = openCache(folder, logger);
    const failing = pieces(Uint8Array.of(1), () => {
      throw new RangeError('the source failed');
    });
    await expect(cache.write('kind', 'key', failing)).rejects.toThrow(RangeError);
    expect(await readdir(join(folder, 'kind'))).toEqual([]);
  });

  it('tells where an entry lies, after checking it', async () => {
    const cache = openCache(folder, logger);
    await cache.write('kind', 'key', Uint8Array.of(5, 6, 7));
    const { path, offset, length } = (await cache.locate('kind', 'key'))!;
    const file = await open(path);
    const slice = await file.read(Buffer.alloc(2), 0, 2, offset + 1);
    await file.close();
    expect(length).toBe(3);
    expect([...slice.buffer]).toEqual([6, 7]);
    const bytes = await readFile(path);
    bytes[offset]! ^= 1;
    await writeFile(path, bytes);
    expect(await openCache(folder, logger).locate('kind', 'key')).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it('has an entry only at its full length', async () => {
    const cache = openCache(folder, logger);
    expect(await cache.has('kind', 'key')).toBe(false);
    await cache.write('kind', 'key', new Uint8Array(100));
    expect(await cache.has('kind', 'key')).toBe(true);
    await truncate(join(folder, 'kind', 'key'), 99);
    expect(await cache.has('kind', 'key')).toBe(false);
  });

  it('notes when an entry was last used', async () => {
    const cache = openCache(folder, logger);
    await cache.write('kind', 'key', Uint8Array.of(1));
    const path = join(folder, 'kind', 'key');
    await utimes(path, 1_000_000, 1_000_000);
    await cache.has('kind', 'key');
    expect(Date.now() - (await stat(path)).mtimeMs).toBeLessThan(60_000);
  });

  it('names the folder when it can not be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const cache = openCache(join(folder, 'file'), logger);
    expect(await cache.read('kind', 'key')).toBeUndefined();
    const error = await catchError('CacheUnwritable', () => cache.write('kind', 'key', Uint8Array.of(1)));
    expect(error.message).toContain(join(folder, 'file'));
  });
});

async function* pieces(...parts: readonly (Uint8Array | (() => Uint8Array))[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(typeof part === 'function' ? part() : part);
}
