/** A build that is killed, or whose disk fails it, is continued by the next one. */
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { catchError } from '../helpers/catch-error.ts';
import { seededRandom } from '../helpers/make-run.ts';
import { hashPublished, makeProject, openProject, renderInProcess, storageOf } from '../helpers/project.ts';
import { countMade } from '../helpers/stored-results.ts';

/** A moment in which a build dies, and what the next one makes: the rest is there. */
interface Moment {
  readonly stage: string;
  readonly killAt: RegExp;
  readonly embeddings: number;
  /** Kinds of results that are left to make; all of them where it is not said. */
  readonly left?: readonly string[];
}

const MOMENTS: readonly Moment[] = [
  { stage: 'preparing', killAt: /: preparing images: /, embeddings: 3 },
  { stage: 'embedding', killAt: /: embedding .*checkpoint 2 of 3:/, embeddings: 2 },
  { stage: 'analysing', killAt: /: analysing: /, embeddings: 0 },
  {
    stage: 'drawing',
    killAt: /: drawing: 2 of 6/,
    embeddings: 0,
    left: ['animations', 'frames', 'rendered'],
  },
  { stage: 'joining', killAt: /: joining: 2 of 3/, embeddings: 0, left: ['animations', 'rendered'] },
  { stage: 'writing', killAt: /: writing: 4 of /, embeddings: 0, left: ['rendered'] },
];

/** Kills at arbitrary times, after which the build is left alone. */
const RANDOM_KILLS = 6;
const LONGEST_LIFE_MS = 2500;

let undisturbed: Promise<Record<string, string>> | undefined;

/** The files of a build that nothing disturbs, made once. */
function renderUndisturbed(): Promise<Record<string, string>> {
  undisturbed ??= makeProject().then(async (root) => {
    await openProject(root).engine.renderAll();
    return hashPublished(root);
  });
  return undisturbed;
}

describe('a build that was killed', () => {
  it.each(MOMENTS)('while $stage is continued, with the same files', async ({ killAt, embeddings, left }) => {
    const root = await makeProject();
    const killed = await renderInProcess(root, { killAt });
    expect(killed.signal, killed.output).toBe('SIGKILL');
    expect(await hashPublished(root)).toEqual({});
    const made = await countMade(root, async () => {
      const next = await renderInProcess(root);
      expect(next.exitCode, next.output).toBe(0);
      expect(next.output).not.toContain('warning');
    });
    expect(made['embeddings'] ?? 0).toBe(embeddings);
    if (left !== undefined) expect(Object.keys(made).sort()).toEqual(left);
    expect(await hashPublished(root)).toEqual(await renderUndisturbed());
  });

  it('at arbitrary times, again and again, ends with the same files', async () => {
    const root = await makeProject();
    const random = seededRandom(4);
    for (let kill = 0; kill < RANDOM_KILLS; kill++) {
      await renderInProcess(root, {
        onStart: (child) => setTimeout(() => child.kill('SIGKILL'), random() * LONGEST_LIFE_MS),
      });
    }
    const last = await renderInProcess(root);
    expect(last.exitCode, last.output).toBe(0);
    expect(await hashPublished(root)).toEqual(await renderUndisturbed());
  });
});

describe('a build whose disk fails it', () => {
  it.skipIf(process.platform === 'win32')(
    'names the cache folder and what to do, and the next one goes on from there',
    async () => {
      const root = await makeProject();
      const full = await renderInProcess(root, { fileLimit: 16 });
      expect(full.exitCode, full.output).toBe(1);
      expect(full.output).toContain('CacheUnwritable');
      expect(full.output).toContain(storageOf(root));
      expect(full.output).toContain('run the build again');
      expect(await hashPublished(root)).toEqual({});
      expect(await countMade(root, () => renderInProcess(root))).not.toHaveProperty('embeddings');
      expect(await hashPublished(root)).toEqual(await renderUndisturbed());
    },
  );

  it('says so when the cache folder can not be made', async () => {
    const root = await makeProject();
    await writeFile(join(root, 'cache'), 'a file where a folder should be');
    const error = await catchError('CacheUnwritable', () => openProject(root).engine.renderAll());
    expect(error.message).toContain(join(root, 'cache'));
    expect(error.hint).toContain('cacheDir');
  });

  it.skipIf(process.getuid?.() === 0)('needs no more than to read a cache that is complete', async () => {
    const root = await makeProject();
    await openProject(root).engine.renderAll();
    await setWritable(root, false);
    onTestFinished(() => setWritable(root, true));
    const { engine } = openProject(root);
    expect(await countMade(root, () => engine.renderAll())).toEqual({});
    const dark = openProject(root, { animation: { theme: 'dark' } });
    await catchError('CacheUnwritable', () => dark.engine.renderAll());
  });
});

/** Lets every folder of a project's cache be written, or only read. */
async function setWritable(root: string, isWritable: boolean): Promise<void> {
  const storage = storageOf(root);
  const entries = await readdir(storage, { recursive: true, withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const folder of [storage, ...folders]) await chmod(folder, isWritable ? 0o755 : 0o555);
}
