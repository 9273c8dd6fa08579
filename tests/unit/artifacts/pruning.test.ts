import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  pruneRenderings,
  pruneStorage,
  selectPruned,
  type StorageLimits,
  type StoredItem,
} from '../../../integrations/embedding-animation/artifacts/pruning.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY_MS;
const LIMITS: StorageLimits = { maxAgeDays: 90, maxBytes: 100, now: NOW, isKept: () => false };

const item = (path: string, days: number, bytes = 10): StoredItem => ({
  path,
  bytes,
  usedMs: NOW - days * DAY_MS,
});

const select = (items: readonly StoredItem[], limits: Partial<StorageLimits> = {}): string[] =>
  selectPruned(items, { ...LIMITS, ...limits }).map(({ path }) => path);

describe('what is pruned', () => {
  it('is what was not used for longer than allowed', () => {
    expect(select([item('old', 91), item('known', 89)])).toEqual(['old']);
  });

  it('is what was used least recently, until the rest is small enough', () => {
    const items = [item('b', 5, 60), item('a', 9, 60), item('c', 2, 30)];
    expect(select(items)).toEqual(['a']);
    expect(select(items, { maxBytes: 30 })).toEqual(['a', 'b']);
  });

  it('is not what was used within a day, whatever its size', () => {
    expect(select([item('recent', 0.9, 500), item('older', 2, 1)])).toEqual(['older']);
  });

  it('is not what this build works with', () => {
    const isKept = (path: string) => path === 'mine';
    expect(select([item('mine', 200, 500), item('theirs', 200)], { isKept })).toEqual(['theirs']);
  });

  it('is what a build that died left half-written, once it is a day old', () => {
    expect(select([item('a.1.tmp', 1.1), item('b.2.tmp', 0.9), item('c', 1.1)])).toEqual(['a.1.tmp']);
  });

  it('is the same whatever order items come in', () => {
    const items = [item('a', 5, 80), item('b', 5, 80), item('c', 5, 80)];
    expect(select(items)).toEqual(select(items.toReversed()));
  });
});

describe('pruning a folder', () => {
  it('removes entries and folders of finished files as wholes, and says how much', async () => {
    const folder = await makeTemporaryFolder();
    await writeFiles(folder, {
      'cache/frames/old': 'x',
      'cache/frames/new': 'x',
      'rendered/a/b/key/rendered.json': '{}',
      'rendered/a/b/key/frames/step-000000.png': 'x',
      'rendered/a/b/other.1.tmp/frames/step-000000.png': 'x',
    });
    await age(folder, ['cache/frames/old', 'rendered/a/b/other.1.tmp/frames/step-000000.png'], 100);
    await age(folder, ['rendered/a/b/other.1.tmp/frames', 'rendered/a/b/other.1.tmp'], 100);
    await age(folder, ['rendered/a/b/key/frames/step-000000.png'], 100);
    const said: string[] = [];
    const logger = { info: (line: string) => said.push(line), warn: (line: string) => said.push(line) };
    await pruneStorage(folder, { ...LIMITS, maxBytes: 1e9, now: Date.now() }, logger);
    expect(await readdir(join(folder, 'cache/frames'))).toEqual(['new']);
    expect(await readdir(join(folder, 'rendered/a/b'))).toEqual(['key']);
    expect(said).toEqual(['removed 2 results that are no longer used, 0.0 MB']);
  });

  it("keeps a run's renderings used last, another build's unfinished one and other runs", async () => {
    const run = join(await makeTemporaryFolder(), 'run');
    for (const [index, name] of ['current', 'one', 'two', 'three'].entries()) {
      await writeFiles(join(run, name), { 'rendered.json': '{}' });
      await age(run, [`${name}/rendered.json`, name], index + 1);
    }
    await mkdir(join(run, 'four.1.tmp'));
    await writeFiles(run, { 'nested/key/rendered.json': '{}' });
    await age(run, ['four.1.tmp', 'nested/key/rendered.json', 'nested/key', 'nested'], 50);
    await pruneRenderings(join(run, 'current'), 2, Date.now());
    expect((await readdir(run)).sort()).toEqual(['current', 'four.1.tmp', 'nested', 'one', 'two']);
  });

  it('leaves renderings that were used within the hour', async () => {
    const run = await makeTemporaryFolder();
    for (const name of ['a', 'b', 'c', 'd']) await writeFiles(join(run, name), { 'rendered.json': '{}' });
    await pruneRenderings(join(run, 'a'), 1, Date.now());
    expect(await readdir(run)).toHaveLength(4);
  });
});

async function age(folder: string, names: readonly string[], days: number): Promise<void> {
  const time = new Date(Date.now() - days * DAY_MS);
  for (const name of names) await utimes(join(folder, name), time, time);
}
