/** A small Astro site with the integration installed, in a folder of this repository so that packages resolve. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { writeFiles } from './temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILD_LIMIT_MS = 120_000;

/** What a build left and said. */
export interface BuildOutcome {
  readonly exitCode: number;
  /** stdout and stderr, without colours. */
  readonly output: string;
}

/** Writes a site whose one page shows `run`; `config` is the argument of the integration, as source text. */
export async function makeSite(run = 'tiny', config = ''): Promise<string> {
  await mkdir(join(ROOT, 'tests/.tmp'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, 'tests/.tmp/small-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, { 'package.json': { type: 'module' }, ...siteFiles(run, config) });
  return folder;
}

/** Config, content config and page of such a site, by path. */
export function siteFiles(run = 'tiny', config = ''): Record<string, string> {
  return {
    'astro.config.mjs': `import embeddingAnimation from 'astro-embedding-animation';
export default { base: '/blog', cacheDir: './cache', integrations: [embeddingAnimation(${config})] };`,
    'src/content.config.ts': `import { defineCollection } from 'astro:content';
import { checkpointsLoader, runsLoader } from 'astro-embedding-animation/loaders';
export const collections = {
  runs: defineCollection({ loader: runsLoader() }),
  checkpoints: defineCollection({ loader: checkpointsLoader() }),
};`,
    'src/pages/index.astro': `---
import { getCollection } from 'astro:content';
import { EmbeddingAnimation } from 'astro-embedding-animation/components';
const checkpoints = await getCollection('checkpoints');
---
<html lang="en"><head><title>Small</title></head><body>
<EmbeddingAnimation run="${run}" />
<ol>{checkpoints.map(({ id, data }) => <li>{id} {data.epoch} {data.parameters}</li>)}</ol>
</body></html>`,
  };
}

/** Runs `astro build` in `folder` as a person would, with `flags`. */
export async function buildSite(folder: string, flags: readonly string[] = []): Promise<BuildOutcome> {
  const astro = join(ROOT, 'node_modules/astro/bin/astro.mjs');
  const env = { ...process.env, CI: '1', NO_COLOR: '1', FORCE_COLOR: '0', ASTRO_TELEMETRY_DISABLED: '1' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [astro, 'build', '--root', folder, ...flags],
      { env, timeout: BUILD_LIMIT_MS },
      (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      },
    );
  });
}

/** sha256 of every file below `folder`, by path; empty when there is no such folder. */
export async function hashFiles(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const hashes: Record<string, string> = {};
  for (const path of paths.sort()) {
    hashes[path.slice(folder.length + 1)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return hashes;
}
