/**
 * Packs the package and installs it outside this repository, once for all tests of a vitest project: what they build
 * is what a user gets. Tests find the installation with `inject('sitePackages')`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { makeWorkshop, packPackage, run } from './packed-package.ts';
import { writeFiles } from './temporary-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The node_modules folder of a site that has the packed package; only where this setup has run. */
    readonly sitePackages?: string;
  }
}

/** What sites use beside the package: an adapter, a content format, a theme. */
const ALSO = ['@astrojs/mdx', '@astrojs/node', '@astrojs/starlight'];

/** vitest's door: sets up, and gives back what cleans up. */
export default async function installPackage(project: TestProject): Promise<() => Promise<void>> {
  const workshop = await makeWorkshop();
  const { tarball, manifest } = await packPackage(workshop.folder);
  const astro = await installedVersions(['astro', ...ALSO]);
  await writeFiles(workshop.folder, {
    'package.json': {
      private: true,
      type: 'module',
      dependencies: { ...astro, [manifest.name]: `file:${tarball}` },
    },
  });
  const flags = ['install', '--no-audit', '--no-fund'];
  const { exitCode, output } = await run('npm', flags, { cwd: workshop.folder });
  if (exitCode !== 0) throw new Error(output);
  project.provide('sitePackages', join(workshop.folder, 'node_modules'));
  return workshop.remove;
}

/** The versions that this repository has been tried with. */
async function installedVersions(names: readonly string[]): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const name of names) {
    const file = fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url));
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string }; // a package has one
    versions[name] = version;
  }
  return versions;
}
