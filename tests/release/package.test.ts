/**
 * What a stranger does: install the published package into a site of their own and build it. Outside this repository,
 * by npm and by pnpm, on the oldest Node.js that is promised and the newest ones; the pictures must be this
 * repository's to the byte.
 */
import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRun } from '../helpers/make-run.ts';
import { buildSite, hashFiles, makeSite, siteFiles } from '../helpers/make-site.ts';
import {
  installNode,
  makeBareSite,
  makeWorkshop,
  packPackage,
  run,
  type Ran,
} from '../helpers/packed-package.ts';
import { serveRegistry, type LocalRegistry, type PackedPackage } from '../helpers/registry.ts';
import { writeFiles } from '../helpers/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EMITTED = 'dist/embedding-animation';
const NAME = 'astro-embedding-animation';
/** Of the root's package.json: what the reference site runs on. */
const { dependencies, devDependencies } = JSON.parse(
  await readFile(join(ROOT, 'package.json'), 'utf8'),
) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
/** As people have them: a site of their own has Astro, and what checks its types. */
const SITE_DEPENDENCIES = {
  astro: dependencies['astro'],
  '@astrojs/check': devDependencies['@astrojs/check'],
  typescript: devDependencies['typescript'],
};

const workshop = await makeWorkshop();
const at = (name: string) => join(workshop.folder, name);
let packed: PackedPackage;
let registry: LocalRegistry;
/** Folder of the binary by version. */
const nodes: Record<string, string> = {};
/** What this repository's own build of the same run gives. */
let expected: Record<string, string>;

beforeAll(async () => {
  packed = await packPackage(workshop.folder);
  registry = await serveRegistry(packed);
  nodes['22.12.0'] = await installNode(at('node-oldest'), '22.12.0');
  nodes['newest 22'] = await installNode(at('node-22'), '^22');
  nodes['24'] = dirname(process.execPath);
});
afterAll(async () => {
  await registry.close();
  await workshop.remove();
});

/** The site of a stranger with one run, before anything is installed. */
async function makeStrangersSite(name: string, files: Record<string, string | object>): Promise<string> {
  const folder = at(name);
  await makeBareSite(folder, {
    'package.json': { name: 'a-blog', private: true, type: 'module', dependencies: SITE_DEPENDENCIES },
    '.npmrc': `registry=${registry.url}\n`,
    'tsconfig.json': {
      extends: 'astro/tsconfigs/strictest',
      compilerOptions: { skipLibCheck: false },
      include: ['.astro/types.d.ts', '**/*'],
      exclude: ['dist'],
    },
    ...siteFiles(),
    ...files,
  });
  await makeRun(join(folder, 'content/runs/tiny'));
  return folder;
}

/** Builds from nothing: no cache, no output of an earlier build. */
async function build(
  folder: string,
  node: string | undefined,
): Promise<Ran & { files: Record<string, string> }> {
  for (const name of ['dist', 'cache', '.astro'])
    await rm(join(folder, name), { recursive: true, force: true });
  const astro = join(folder, 'node_modules/astro/bin/astro.mjs');
  const ran = await run('node', [astro, 'build'], { cwd: folder, node });
  return { ...ran, files: await hashFiles(join(folder, EMITTED)) };
}

function expectDone({ exitCode, output }: Ran): void {
  expect(exitCode, output).toBe(0);
}

describe('this repository', () => {
  it('builds the run that the others are compared with', async () => {
    const site = await makeSite();
    await makeRun(join(site, 'content/runs/tiny'));
    expectDone(await buildSite(site));
    expected = await hashFiles(join(site, EMITTED));
    expect(Object.keys(expected)).toContain('tiny/animation.gif');
  });
});

describe('the tarball', () => {
  it('holds what a package should, and no sources', async () => {
    const { output } = await run('tar', ['-tzf', packed.tarball], { cwd: workshop.folder });
    const files = output.trim().split('\n');
    for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json'])
      expect(files).toContain(`package/${name}`);
    expect(files.filter((file) => /(?<!\.d)\.ts$|\.tmp|sha256$|test/.test(file))).toEqual([]);
  });

  it.each([
    ['publint', ['run', '--strict']],
    ['attw', ['--profile', 'esm-only']],
  ])('satisfies %s', async (tool, args) => {
    const [first, ...rest] = tool === 'publint' ? [...args, packed.tarball] : [packed.tarball, ...args];
    expectDone(await run(join(ROOT, 'node_modules/.bin', tool), [first, ...rest], { cwd: workshop.folder }));
  });
});

describe('installed by npm, with `astro add`', () => {
  let site: string;

  beforeAll(async () => {
    site = await makeStrangersSite('npm-site', {
      'astro.config.mjs': `import { defineConfig } from 'astro/config';
export default defineConfig({ base: '/blog', cacheDir: './cache' });\n`,
    });
    expectDone(await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: site }));
  });

  it('is installed and put into the config', async () => {
    expectDone(await run('npx', ['astro', 'add', NAME, '--yes'], { cwd: site }));
    const config = await readFile(join(site, 'astro.config.mjs'), 'utf8');
    expect(config).toContain(`from '${NAME}'`);
    expect(config).toContain('embeddingAnimation()');
    const installed = await readdir(join(site, 'node_modules'));
    expect(installed).toContain(NAME);
    expect(installed, 'an optional peer is not installed').not.toContain('onnxruntime-web');
  });

  it.each(['22.12.0', 'newest 22', '24'])('builds the same bytes on Node.js %s', async (version) => {
    const { files, ...ran } = await build(site, nodes[version]);
    expectDone(ran);
    expect(ran.output).not.toMatch(/ExperimentalWarning|DeprecationWarning/);
    expect(files).toEqual(expected);
  });

  it.each(['22.12.0', '24'])('runs the command line on Node.js %s', async (version) => {
    const command = (...args: string[]) =>
      run(join(site, 'node_modules/.bin', NAME), args, { cwd: site, node: nodes[version] });
    const { output, exitCode } = await command('--version');
    expect([exitCode, output.trim()]).toEqual([0, packed.manifest.version]);
    expectDone(await command('--help'));
    await rm(join(site, 'out'), { recursive: true, force: true });
    expectDone(await command('render', 'content/runs/tiny', '--out', 'out', '--cache', 'cli-cache'));
    expect((await hashFiles(join(site, 'out')))['animation.gif']).toBe(expected['tiny/animation.gif']);
    expectDone(await command('inspect', 'content/runs/tiny', '--cache', 'cli-cache'));
  });

  it('has types that the strictest settings find nothing in', async () => {
    await writeFiles(site, {
      'src/uses-types.ts': `import type { EmbeddingAnimationOptions, Manifest, RunSummary } from '${NAME}';
import { EmbeddingAnimationError } from '${NAME}';
import { getRun, runs } from 'virtual:embedding-animation/runs';
export const options: EmbeddingAnimationOptions = { threads: 2 };
export const frames = (manifest: Manifest): number => manifest.frames.length;
export const first: RunSummary | undefined = runs[0];
export const known: string = getRun('tiny').title;
export const isOurs = (error: unknown): boolean => error instanceof EmbeddingAnimationError;\n`,
    });
    expectDone(await run('npx', ['astro', 'sync'], { cwd: site }));
    const { output } = await run('npx', ['tsc', '--noEmit'], { cwd: site });
    const errors = output.split('\n').filter((line) => line.includes('error TS'));
    expect(errors.filter((line) => line.startsWith('src/') || line.includes(NAME))).toEqual([]);
    expectDone(await run('npx', ['astro', 'check'], { cwd: site }));
  });

  it('refuses a run that does not exist, as a type', async () => {
    await writeFiles(site, {
      'src/pages/typo.astro': `---
import { getRun } from 'virtual:embedding-animation/runs';
import { EmbeddingAnimation } from '${NAME}/components';
const run = getRun('typo');
---
<EmbeddingAnimation run="typo" /><p>{run.title}</p>\n`,
    });
    const { exitCode, output } = await run('npx', ['astro', 'check'], { cwd: site });
    await rm(join(site, 'src/pages/typo.astro'));
    expect(exitCode).not.toBe(0);
    expect(output).toContain(`Type '"typo"' is not assignable to type '"tiny"'`);
    expect(output).toContain(`'"typo"' is not assignable to parameter of type '"tiny"'`);
  });

  it('asks for transformers.js where a run has an ONNX export', async () => {
    const folder = join(site, 'content/runs/exported');
    const model = join(ROOT, 'tests/golden/onnx-exports/vit');
    await cp(model, join(folder, 'checkpoint-10'), { recursive: true });
    await cp(join(site, 'content/runs/tiny/images'), join(folder, 'images'), { recursive: true });
    await writeFiles(folder, {
      'run.yaml': 'title: Exported\ndataset:\n  type: image-folder\n  path: images\n',
    });
    const { exitCode, output } = await build(site, undefined);
    await rm(folder, { recursive: true });
    expect(exitCode).not.toBe(0);
    expect(output).toContain('npm install @huggingface/transformers');
  });

  it('says that the binary of onnxruntime is missing', async () => {
    const binaries = join(site, 'node_modules/onnxruntime-node/bin');
    await cp(binaries, at('binaries'), { recursive: true });
    await rm(binaries, { recursive: true });
    const { exitCode, output } = await build(site, undefined);
    await cp(at('binaries'), binaries, { recursive: true });
    expect(exitCode).not.toBe(0);
    expect(output).toContain('onnxruntime-node, which runs models, can not be loaded');
    expect(output).toContain('ONNXRUNTIME_NODE_INSTALL=skip npm install');
  });
});

describe('installed by pnpm, whose packages see only what they name', () => {
  it('builds the same bytes in a workspace on the oldest Node.js, and runs the command line', async () => {
    await makeBareSite(at('workspace'), {
      'package.json': { name: 'workspace', private: true },
      'pnpm-workspace.yaml': `packages: ['sites/*']
allowBuilds: { esbuild: false, onnxruntime-node: false, sharp: false, protobufjs: false }\n`,
    });
    const site = await makeStrangersSite('workspace/sites/blog', {
      'package.json': {
        name: 'a-blog',
        private: true,
        type: 'module',
        dependencies: { ...SITE_DEPENDENCIES, [NAME]: `file:${packed.tarball}` },
      },
    });
    const pnpm = join(ROOT, 'node_modules/.bin/pnpm');
    expectDone(await run(pnpm, ['install', '--no-frozen-lockfile'], { cwd: at('workspace') }));
    const { files, ...ran } = await build(site, nodes['22.12.0']);
    expectDone(ran);
    expect(files).toEqual(expected);
    const command = join(site, 'node_modules/.bin', NAME);
    const setting = { cwd: site, node: nodes['22.12.0'] };
    expectDone(await run(command, ['inspect', 'content/runs/tiny', '--cache', 'cache'], setting));
  });
});
