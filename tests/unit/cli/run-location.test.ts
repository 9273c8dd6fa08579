import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CACHE_PLACES, WORKSPACE_OPTIONS } from '../../../integrations/embedding-animation/cli/commands.ts';
import { findProject, findRunFolder } from '../../../integrations/embedding-animation/cli/run-location.ts';
import { catchError } from '../../helpers/catch-error.ts';
import { makeTemporaryFolder, writeFiles } from '../../helpers/temporary-folder.ts';

async function makeTree(files: readonly string[], folders: readonly string[] = []): Promise<string> {
  const root = await makeTemporaryFolder();
  await writeFiles(root, Object.fromEntries(files.map((file) => [file, '{}'])));
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  return root;
}

describe('the cache', () => {
  const cacheOf = async (root: string, run: string, working: string, env = {}) =>
    (await findProject(join(root, run), join(root, working), env)).cacheFolder.replace(`${root}/`, '');

  it("is Astro's own in the site that the run lies in, installed or not", async () => {
    const root = await makeTree(['astro.config.mjs', 'package.json'], ['content/runs/a', 'elsewhere']);
    expect(await cacheOf(root, 'content/runs/a', 'elsewhere')).toBe(CACHE_PLACES.site);
  });

  it('is that of the site somebody is in where the run lies outside', async () => {
    const root = await makeTree(['site/astro.config.ts', 'package.json'], ['runs/a', 'site/src']);
    expect(await cacheOf(root, 'runs/a', 'site/src')).toBe(`site/${CACHE_PLACES.site}`);
  });

  it('is in node_modules of another project, and nowhere near where there is none', async () => {
    const root = await makeTree(['package.json'], ['runs/a']);
    const user = CACHE_PLACES.user.replace('~', homedir());
    expect(await cacheOf(root, 'runs/a', '.')).toBe(user);
    expect(await cacheOf(root, 'runs/a', '.', { XDG_CACHE_HOME: '' })).toBe(user);
    expect(await cacheOf(root, 'runs/a', '.', { XDG_CACHE_HOME: '/var/tmp/x' })).toBe(
      '/var/tmp/x/astro-embedding-animation',
    );
    await mkdir(join(root, 'node_modules'));
    expect(await cacheOf(root, 'runs/a', '.')).toBe(CACHE_PLACES.site);
  });

  it('is where the help says', () => {
    const said = WORKSPACE_OPTIONS.cache.default;
    for (const words of [
      CACHE_PLACES.site,
      CACHE_PLACES.user,
      'of the site',
      'node_modules',
      '$XDG_CACHE_HOME',
    ])
      expect(said).toContain(words);
  });
});

describe('the folder of a run', () => {
  it('is a path, or a name in a site', async () => {
    const root = await makeTree(
      ['astro.config.mjs'],
      ['content/runs/flowers', 'content/runs/été 1', 'src', 'own'],
    );
    expect(await findRunFolder('own', root)).toBe(join(root, 'own'));
    expect(await findRunFolder('flowers', root)).toBe(join(root, 'content/runs/flowers'));
    expect(await findRunFolder('été 1', join(root, 'src'))).toBe(join(root, 'content/runs/été 1'));
  });

  it.each([
    ['flowrs', 'there is no such folder', 'Did you mean flowers?'],
    ['content/runs/flowrs', 'there is no such folder', 'Did you mean content/runs/flowers?'],
    ['abc', 'there is no such folder', 'Runs of this site: animals, flowers.'],
    ['content/runs/flowers/run.yaml', 'this is a file', 'Name its folder: content/runs/flowers.'],
    ['astro.config.mjs', 'this is a file', 'output folder of a Trainer'],
    ['content/runs', 'this is a folder of runs: animals, flowers', 'content/runs/animals.'],
    ['content/runs/flowers/checkpoint-5', 'this is one checkpoint', 'it lies in: content/runs/flowers.'],
  ])('is not %s', async (typed, problem, hint) => {
    const root = await makeTree([
      'astro.config.mjs',
      'content/runs/animals/run.yaml',
      'content/runs/flowers/run.yaml',
      'content/runs/flowers/checkpoint-5/config.json',
    ]);
    const error = await catchError('RunUnknown', () => findRunFolder(typed, root));
    expect(error.message).toContain(`${typed}: ${problem}`);
    expect(error.hint).toContain(hint);
  });
});
