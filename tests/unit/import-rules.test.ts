/** The rules of `.dependency-cruiser.mjs`: that they bite, and that the documentation says the same. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';
import { FLOORS, LIBRARIES, listRules, options } from '../../.dependency-cruiser.mjs';
import { makeTemporaryFolder, writeFiles } from '../helpers/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGE = 'integrations/embedding-animation';

async function readImports(root: string): Promise<ICruiseResult> {
  const ruleSet = { forbidden: listRules(root) };
  const { output } = await cruise([PACKAGE], { ...options, baseDir: root, ruleSet, validate: true });
  if (typeof output === 'string') throw new Error('dependency-cruiser has written text');
  return output;
}

/** What is wrong with a package of these files, each a text by its path below the package: `rule: from`. */
async function listViolations(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await makeTemporaryFolder();
  const placed = Object.entries(files).map(([path, text]) => [`${PACKAGE}/${path}`, text] as const);
  await writeFiles(root, Object.fromEntries(placed));
  const { summary } = await readImports(root);
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from.slice(PACKAGE.length + 1)}`).sort();
}

const GOOD = {
  'errors.ts': 'export const error = 1;',
  'contracts.ts': "import { error } from './errors.ts';\nexport type Triple = typeof error;",
  'analysis/index.ts': "export { pca } from './pca.ts';",
  'analysis/pca.ts': "import type { Triple } from '../contracts.ts';\nexport const pca = (t: Triple) => t;",
  'images/decode.ts': "import sharp from 'sharp';\nexport const decode = sharp;",
  'stages/analyse.ts': "import { pca } from '../analysis/index.ts';\nexport const analyse = pca;",
};

describe('the import rules', () => {
  it('have nothing against a package that keeps them', async () => {
    expect(await listViolations(GOOD)).toEqual([]);
  });

  it.each([
    [
      'an import upwards',
      'downward-from-threads: threads/a.ts',
      { 'threads/a.ts': "import '../pipeline.ts';", 'pipeline.ts': '' },
    ],
    [
      'a room in another room',
      'apart-checkpoints: rendering/a.ts',
      { 'rendering/a.ts': "import '../packed/b.ts';", 'packed/b.ts': '' },
    ],
    [
      'a way around a door',
      'door-of-analysis: stages/b.ts',
      { 'stages/b.ts': "import '../analysis/pca.ts';" },
    ],
    [
      'a circle of types',
      'no-circle: packed/a.ts',
      {
        'packed/a.ts': "import type { B } from './b.ts';\nexport type A = B[];",
        'packed/b.ts': "import type { A } from './a.ts';\nexport type B = A[];",
      },
    ],
    [
      'a library outside of its place',
      'place-of-sharp: rendering/a.ts',
      { 'rendering/a.ts': "import 'sharp';" },
    ],
    [
      'a type of one',
      'place-of-@observablehq/plot: cli/a.ts',
      { 'cli/a.ts': "import type { Plot } from '@observablehq/plot';\nexport type P = Plot;" },
    ],
    [
      'a file on no floor',
      'a-floor-for-each-file: stages/c.ts',
      { 'stages/c.ts': "import '../helpers.ts';", 'helpers.ts': '' },
    ],
    [
      'what nobody imports from a file on no floor',
      'a-floor-for-each-importer: helpers/a.ts',
      { 'helpers/a.ts': "import '../errors.ts';" },
    ],
  ])('refuse %s', async (_, violation, files) => {
    expect(await listViolations({ ...GOOD, ...files })).toContain(violation);
  });
});

/** Sources of the package by their paths below it. */
async function readSources(extension: RegExp): Promise<[path: string, text: string][]> {
  const names = await readdir(`${ROOT}${PACKAGE}`, { recursive: true });
  const sources = names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => extension.test(name) && !/^(dist|node_modules)/.test(name));
  return Promise.all(
    sources.map(async (name): Promise<[string, string]> => [
      name,
      await readFile(`${ROOT}${PACKAGE}/${name}`, 'utf8'),
    ]),
  );
}

describe('what the rules can not see', () => {
  it('is kept by .astro files: floors, doors and the places of libraries', async () => {
    const sources = await readSources(/\.astro$/);
    expect(sources).not.toEqual([]);
    const copies = sources.map(([name, text]) => {
      const imports = text.split('\n').filter((line) => /^\s*(import|export)\b.*['"]/.test(line));
      return [name.replace(/\.astro$/, '-astro.ts'), imports.join('\n')] as const;
    });
    const others = (await readSources(/\.ts$/)).filter(([name]) => !name.endsWith('.d.ts'));
    expect(await listViolations({ ...Object.fromEntries(others), ...Object.fromEntries(copies) })).toEqual(
      [],
    );
  });

  it('is kept by addresses of workers and processes: they lie in their own room', async () => {
    for (const [name, text] of await readSources(/\.ts$/)) {
      if (name === 'astro/virtual-module.ts') continue; // the address of a module for pages, not of a thread
      for (const [address] of text.matchAll(/new URL\('[^']+\.ts', import\.meta\.url\)/g))
        expect(address, name).toMatch(/^new URL\('\.\/[^/]+'/);
    }
  });

  it('is kept by modules that are required: only where packages of a site are looked for, and CommonJS', async () => {
    const requiring = (await readSources(/\.ts$/)).filter(([, text]) => text.includes('createRequire('));
    expect(requiring.map(([name]) => name).sort()).toEqual([
      'cli/main.ts',
      'dataset/icon-set/iconify.ts',
      'rendering/gif/gifenc.ts',
      'rendering/text/find-fonts.ts',
      'rendering/text/font-stack.ts',
    ]);
  });
});

it('name files and folders that are there', async () => {
  for (const entry of FLOORS.flat()) {
    const found = await stat(`${ROOT}${PACKAGE}/${entry}`).catch(() => undefined);
    expect(entry.endsWith('/') ? found?.isDirectory() : found?.isFile(), entry).toBe(true);
  }
});

describe('the places of heavy libraries', () => {
  it('are where they are imported', async () => {
    const { modules } = await readImports(ROOT);
    for (const [library, places] of Object.entries(LIBRARIES)) {
      const importers = modules
        .filter(({ dependencies }) =>
          dependencies.some(({ module }) => `${module}/`.startsWith(`${library}/`)),
        )
        .map(({ source }) => source.slice(PACKAGE.length + 1));
      for (const place of places) {
        expect(
          importers.filter((file) => file.startsWith(place)),
          `${library} in ${place}`,
        ).not.toEqual([]);
      }
    }
  });

  it('are told by ARCHITECTURE.md', async () => {
    const text = await readFile(`${ROOT}${PACKAGE}/ARCHITECTURE.md`, 'utf8');
    for (const [library, places] of Object.entries(LIBRARIES)) {
      const row = text.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${library}\``));
      for (const place of places) expect(row, library).toContain(`\`${place}\``);
    }
  });
});
