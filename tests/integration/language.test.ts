/** What a run's language and fonts do to its files and to what is said about them. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installFont } from '../helpers/font-packages.ts';
import { makeRun } from '../helpers/make-run.ts';
import { hashPublished, openProject } from '../helpers/project.ts';
import { makeTemporaryFolder } from '../helpers/temporary-folder.ts';

const FONT = '@fontsource/noto-sans-jp';

/** A project with one run whose classes are Japanese and Thai. */
async function makeJapaneseProject(classNames: readonly string[]): Promise<string> {
  const root = await makeTemporaryFolder();
  await writeFile(join(root, 'package.json'), '{}');
  const folder = join(root, 'content/runs/tiny');
  await makeRun(folder, { classNames, steps: [0, 2] });
  const file = join(folder, 'run.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}locale: ja\n`);
  return root;
}

/** Renders the project: its files, its frames, and the warnings. */
async function render(root: string, options: object = {}) {
  const { engine, warnings } = openProject(root, options);
  await engine.renderAll();
  const files = await hashPublished(root);
  const frames = Object.entries(files).filter(([path]) => path.endsWith('.png'));
  return { keys: new Set(Object.keys(files).map((path) => path.split('/')[1])), frames, warnings, engine };
}

it('says once a run which characters no font has and what to install, and draws anew when it is there', async () => {
  const root = await makeJapaneseProject(['かな', 'カナ']);
  const before = await render(root);
  expect(before.warnings).toHaveLength(1);
  expect(before.warnings[0]).toMatch(/^tiny: no font has .*か/);
  expect(before.warnings[0]).toContain('npm install @fontsource-variable/noto-sans-jp');

  installFont(root, { name: FONT });
  const after = await render(root);
  expect(after.warnings).toEqual([]);
  expect(after.keys.size).toBe(before.keys.size + 1);
  const hashes = new Set(before.frames.map(([, hash]) => hash));
  const drawn = after.frames.filter(([path]) => !before.frames.some(([known]) => known === path));
  expect(drawn.length).toBeGreaterThan(0);
  for (const [, hash] of drawn) expect(hashes.has(hash)).toBe(false);

  const again = await render(root);
  expect(again.keys).toEqual(after.keys);

  installFont(root, { name: FONT, version: '1.0.1' });
  expect((await render(root)).keys.size).toBe(after.keys.size + 1);
});

it('gives the same files wherever the project and its fonts lie', async () => {
  const root = await makeJapaneseProject(['かな', 'カナ']);
  installFont(root, { name: FONT });
  const here = await render(root);
  const moved = join(await makeTemporaryFolder(), 'moved');
  await rename(root, moved);
  const there = await render(moved);
  expect(there.frames).toEqual(here.frames);
});

it('speaks the language of the run in its summary, and warns of words that are missing', async () => {
  const root = await makeTemporaryFolder();
  await makeRun(join(root, 'content/runs/tiny'), { steps: [0] });
  const { warnings, engine } = await render(root, { locale: 'de', words: { de: { distance: 'Wert' } } });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^tiny: said in English, since "de" has no words for it: step, epoch/);
  expect(warnings[0]).not.toMatch(/\bscore\b/);
  const [summary] = await engine.summaries();
  expect(summary?.language).toEqual({ locale: 'de', words: { distance: 'Wert' } });
});
