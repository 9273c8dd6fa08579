/** Results that a bad disk or a careless hand has changed. */
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashPublished, makeProject, openProject, storageOf } from '../helpers/project.ts';
import { countMade } from '../helpers/stored-results.ts';

let root: string;
let whole: Record<string, string>;

beforeEach(async () => {
  root = await makeProject();
  await openProject(root).engine.renderAll();
  whole = await hashPublished(root);
});

/** The entries of a kind, and what has to be gone, or done before, for them to be read. */
const KINDS: readonly {
  readonly kind: string;
  readonly readWhenGone: readonly string[];
  readonly entries: number;
  readonly before?: () => Promise<void>;
}[] = [
  { kind: 'pixels', readWhenGone: ['embeddings', 'outlier-scores'], entries: 1 },
  { kind: 'embeddings', readWhenGone: ['outlier-scores'], entries: 3 },
  { kind: 'embeddings', readWhenGone: ['maps'], entries: 3 },
  { kind: 'outlier-scores', readWhenGone: [], entries: 3 },
  { kind: 'neighbours', readWhenGone: [], entries: 3 },
  { kind: 'displacements', readWhenGone: [], entries: 2 },
  { kind: 'maps', readWhenGone: [], entries: 3 },
  { kind: 'map-quality', readWhenGone: [], entries: 3 },
  { kind: 'frames', readWhenGone: ['animations'], entries: 6 },
  { kind: 'animations', readWhenGone: [], entries: 2 },
  { kind: 'findings', readWhenGone: [], entries: 1 },
  { kind: 'digests', readWhenGone: [], entries: 1, before: settleRun },
];

describe('a damaged cache entry', () => {
  it.each(KINDS)('of the kind $kind is noticed, said once and made again', async (damaged) => {
    await damaged.before?.();
    const cache = join(storageOf(root), 'cache');
    for (const kind of damaged.readWhenGone) await rm(join(cache, kind), { recursive: true });
    await rm(join(storageOf(root), 'rendered'), { recursive: true });
    const entries = await readdir(join(cache, damaged.kind));
    expect(entries).toHaveLength(damaged.entries);
    for (const entry of entries) await flipByte(join(cache, damaged.kind, entry));
    const { engine, warnings } = openProject(root);
    await engine.renderAll();
    expect(warnings).toHaveLength(damaged.entries);
    for (const warning of warnings) expect(warning).toContain(damaged.kind);
    expect(await hashPublished(root)).toEqual(whole);
    const again = openProject(root);
    await again.engine.renderAll();
    expect(again.warnings).toEqual([]);
  });
});

describe('a damaged finished file', () => {
  it.each(['animation.gif', 'animation.json', 'frames/step-000002.png', 'frames/step-000002.json'])(
    'such as %s is noticed and made again from the cache',
    async (name) => {
      await flipByte(await findFinished(name));
      await expectRepair();
    },
  );

  it('is noticed when it is gone, cut short, or is the description of the others', async () => {
    await rm(await findFinished('frames/step-000002.png'));
    await expectRepair();
    await writeFile(await findFinished('animation.gif'), 'GIF89a');
    await expectRepair();
    await flipByte(await findFinished('rendered.json'));
    await expectRepair();
  });

  it('is noticed although an earlier build read the whole file and nothing seems to have changed since', async () => {
    await settle();
    await openProject(root).engine.renderAll();
    await flipByte(await findFinished('animation.gif'));
    await expectRepair();
  });

  async function expectRepair(): Promise<void> {
    const { engine, warnings } = openProject(root);
    expect(Object.keys(await countMade(root, () => engine.renderAll()))).toEqual(['rendered']);
    expect(warnings).toHaveLength(1);
    expect(await hashPublished(root)).toEqual(whole);
  }
});

async function findFinished(name: string): Promise<string> {
  const run = join(storageOf(root), 'rendered/tiny');
  const [key = ''] = await readdir(run);
  return join(run, key, name);
}

async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  const at = Math.floor(bytes.length * 0.7);
  bytes[at]! ^= 1;
  const { mtime } = await stat(file);
  await writeFile(file, bytes);
  await utimes(file, mtime, mtime);
}

/** Files that have just been written are hashed in every build: the next one remembers the digests. */
async function settleRun(): Promise<void> {
  const folder = join(root, 'content/runs/tiny');
  for (const name of await readdir(folder, { recursive: true })) await utimes(join(folder, name), 1000, 1000);
  await settle();
  await openProject(root).engine.renderAll();
}

/** Waits until a digest of what has just been written is remembered. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2100));
}
