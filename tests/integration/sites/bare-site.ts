/**
 * Small sites of every kind that people have, with one finished run. Where Astro and the package come from is the
 * vitest project's to say: an installation of the packed tarball outside of this repository, or its own packages.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseHTML } from 'linkedom';
import { inject, onTestFinished } from 'vitest';
import { makeRun } from '../../helpers/make-run.ts';
import { openProject } from '../../helpers/project.ts';
import { writeFiles } from '../../helpers/temporary-folder.ts';

const OUTSIDE = inject('sitePackages');
const OWN_PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const TEMPORARY = fileURLToPath(new URL('../../.tmp', import.meta.url));
const BUILD_LIMIT_MS = 120_000;

/** What a site's own package.json lists: Astro compiles what stands there with the site. */
const DEPENDENCIES = {
  '@astrojs/mdx': '*',
  '@astrojs/node': '*',
  '@astrojs/starlight': '*',
  astro: '*',
  'astro-embedding-animation': '*',
};

/** The node_modules folder that sites use. */
export const SITE_PACKAGES = OUTSIDE ?? OWN_PACKAGES;

/** A page whose address does not depend on the build format, with the animation of the run `tiny`. */
export const PAGE = `---
import { EmbeddingAnimation } from 'astro-embedding-animation/components';
---
<html lang="en"><head><meta charset="utf-8" /><title>Small</title></head>
<body><EmbeddingAnimation run="tiny" /></body></html>`;

/** What makes one kind of site. */
export interface SiteKind {
  /** Members of the site's configuration, as source text. */
  readonly config?: string;
  /** What the configuration imports, as source text. */
  readonly imports?: string;
  /** More integrations, as source text. */
  readonly integrations?: string;
  /** Options of the integration, as source text. */
  readonly options?: string;
  /** Files by their path; they come on top of a page at `src/pages/index.astro`. */
  readonly files?: Readonly<Record<string, string>>;
  /** The name of the site's folder. @default 'site' */
  readonly folder?: string;
}

/** Renders the run that all sites show, once: a project with `content/runs/tiny` and a warm `cache`. */
export async function makeFinishedProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'bare-project-'));
  await makeRun(join(project, 'content/runs/tiny'));
  await openProject(project).engine.renderAll();
  return project;
}

/** Writes a site of this kind that holds the run and the cache of `project`. */
export async function makeBareSite(kind: SiteKind, project: string): Promise<string> {
  const parent = OUTSIDE === undefined ? TEMPORARY : tmpdir();
  await mkdir(parent, { recursive: true });
  const home = await mkdtemp(join(parent, 'bare-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const site = join(home, kind.folder ?? 'site');
  const { config = '', imports = '', integrations = '', options = '', files = {} } = kind;
  await writeFiles(site, {
    'package.json': { name: 'bare-site', private: true, type: 'module', dependencies: DEPENDENCIES },
    'astro.config.mjs': `import embeddingAnimation from 'astro-embedding-animation';
${imports}
export default {
  cacheDir: './cache',
  integrations: [embeddingAnimation(${options}), ${integrations}],
  ${config}
};
`,
    'src/pages/index.astro': PAGE,
    ...files,
  });
  if (OUTSIDE !== undefined) await symlink(OUTSIDE, join(site, 'node_modules'));
  for (const part of ['content', 'cache'])
    await cp(join(project, part), join(site, part), { recursive: true });
  return site;
}

/** Runs `astro build` in `site`; @throws with all that it said when it fails. */
export async function buildBareSite(site: string): Promise<string> {
  const astro = join(SITE_PACKAGES, 'astro/bin/astro.mjs');
  const env = { ...process.env, CI: '1', NO_COLOR: '1', FORCE_COLOR: '0', ASTRO_TELEMETRY_DISABLED: '1' };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [astro, 'build'],
      { cwd: site, env, timeout: BUILD_LIMIT_MS },
      (error, out, err) => {
        if (error === null) resolve(out + err);
        else reject(new Error(out + err, { cause: error }));
      },
    );
  });
}

/** The text of each HTML file below `folder`, by its path. */
export async function readPages(folder: string): Promise<Record<string, string>> {
  const pages: Record<string, string> = {};
  for (const file of (await readdir(folder, { recursive: true })).sort()) {
    if (file.endsWith('.html')) pages[file] = await readFile(join(folder, file), 'utf8');
  }
  return pages;
}

/** Addresses in a page of files that the integration emits: pictures, frames of the player, links. */
export function listFileAddresses(html: string): string[] {
  const { document } = parseHTML(html);
  const addresses = new Set<string>();
  for (const name of ['src', 'srcset', 'href']) {
    for (const element of document.querySelectorAll(`.ea :not(script)[${name}]`)) {
      addresses.add((element.getAttribute(name) ?? '').split(/\s/, 1)[0] ?? '');
    }
  }
  for (const picture of document.querySelectorAll('[data-frames]')) {
    const frames = JSON.parse(picture.getAttribute('data-frames') ?? '[]') as readonly string[];
    for (const address of frames) addresses.add(address);
  }
  return [...addresses];
}
