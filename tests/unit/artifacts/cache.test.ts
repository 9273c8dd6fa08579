import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCache } from '../../../integrations/embedding-animation/artifacts/cache.ts';

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
});
