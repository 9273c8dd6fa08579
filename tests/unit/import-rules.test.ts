/** The rules of `.dependency-cruiser.mjs`: that they bite, and that the documentation says the same. */
import { readFile, stat } from 'node:fs/promises';
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
  ])('refuse %s', async (_, violation, files) => {
    expect(await listViolations({ ...GOOD, ...files })).toContain(violation);
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
