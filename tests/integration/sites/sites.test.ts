import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startDevServer, waitFor } from '../../helpers/dev-server.ts';
import { hashFiles } from '../../helpers/make-site.ts';
import {
  buildBareSite,
  listFileAddresses,
  makeBareSite,
  makeFinishedProject,
  readPages,
  SITE_PACKAGES,
} from './bare-site.ts';
import { SITE_CASES, type SiteCase } from './cases.ts';

const PRESENT_CASES = SITE_CASES.filter(
  ({ needs }) => needs === undefined || existsSync(join(SITE_PACKAGES, needs)),
);

/** Three frames and the GIF, all of them also for phones, and the JSON. */
const ADDRESSES = 9;

let project: string;
beforeAll(async () => {
  project = await makeFinishedProject();
});
afterAll(() => rm(project, { recursive: true, force: true }));

function byTitle(part: string): SiteCase {
  const found = SITE_CASES.find(({ title }) => title.includes(part));
  if (found === undefined) throw new Error(`There is no case "${part}".`);
  return found;
}

/** The page of a built server, asked for as a browser would. */
async function startServer(site: string): Promise<string> {
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  const env = { ...process.env, HOST: '127.0.0.1', PORT: port };
  const child = spawn(process.execPath, [join(site, 'dist/server/entry.mjs')], { cwd: site, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const origin = `http://127.0.0.1:${port}`;
  await waitFor(
    () =>
      fetch(origin).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      ),
    () => 'the server did not start',
  );
  return origin;
}

describe('astro build in', () => {
  it.each(PRESENT_CASES)('$title emits each file where its page looks for it', async (kind) => {
    const { below = '/embedding-animation/', base = '/', output = 'dist' } = kind;
    const site = await makeBareSite(kind, project);
    const said = await buildBareSite(site);
    expect(said).toContain('tiny: unchanged, 3 frames from the cache');
    expect(said.toLowerCase()).not.toMatch(/\[warn\].*embedding|\[error\]/);
    const files = await hashFiles(join(site, output));
    const page = 'page' in kind ? kind.page : 'index.html';
    const html =
      page === undefined
        ? await (await fetch(await startServer(site))).text()
        : (await readPages(join(site, output)))[page];
    const addresses = listFileAddresses(html ?? '');
    expect(addresses).toHaveLength(ADDRESSES);
    for (const address of addresses) {
      expect(address.startsWith(below), address).toBe(true);
      const file = decodeURI(address.slice(base.length).replace(/\?.*/, ''));
      const version = new URL(address, 'http://localhost').searchParams.get('v') ?? '-';
      expect(files[file]?.startsWith(version), `${file} of ${Object.keys(files).join(' ')}`).toBe(true);
    }
    expect(html).not.toContain(site);
  });
});

describe('astro dev in', () => {
  it.each([
    byTitle('always'),
    byTitle('never, with a base'),
    byTitle('middleware'),
    byTitle('umlauts'),
    byTitle('all pages on demand'),
  ])('$title serves each file of its page', async (kind) => {
    const site = await makeBareSite(kind, project);
    const server = await startDevServer(site, SITE_PACKAGES);
    const base = kind.base ?? '/';
    const page = `${base}${(kind.page ?? '').replace(/index\.html$|\.html$/, '')}`;
    const addresses = await waitFor(
      async () => {
        const found = listFileAddresses(await (await fetch(server.origin + page)).text());
        return found.length === ADDRESSES ? found : undefined;
      },
      () => server.output(),
    );
    for (const address of addresses) {
      const response = await fetch(server.origin + address);
      expect(response.status, address).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^(image\/png|image\/gif|application\/json)/);
    }
    expect(server.output()).not.toContain('[ERROR]');
  });
});

it('an unknown run in MDX fails the build with a message that lists the known ones', async () => {
  const site = await makeBareSite(
    {
      imports: "import mdx from '@astrojs/mdx';",
      integrations: 'mdx()',
      files: {
        'src/pages/note.mdx':
          'import { EmbeddingAnimation } from \'astro-embedding-animation/components\';\n\n<EmbeddingAnimation run="typo" />\n',
      },
    },
    project,
  );
  const said = await buildBareSite(site).catch((error: unknown) => String(error));
  expect(said).toContain('run "typo": there is no such run; these are there: "tiny"');
});

it('a site without runs builds, and is told where they go', async () => {
  const site = await makeBareSite({ files: { 'src/pages/index.astro': '<h1>Nothing yet</h1>' } }, project);
  await rm(join(site, 'content'), { recursive: true });
  const said = await buildBareSite(site);
  expect(said.split('There are no runs yet in content/runs/')).toHaveLength(2);
  expect(await readFile(join(site, 'dist/index.html'), 'utf8')).toContain('Nothing yet');
});

it('all runs that can not be used are told together', async () => {
  const site = await makeBareSite({}, project);
  for (const [name, yaml] of [
    ['first', 'title: 1\n'],
    ['second', 'title: "open\n'],
  ] as const) {
    await cp(join(site, 'content/runs/tiny'), join(site, `content/runs/${name}`), { recursive: true });
    await writeFile(join(site, `content/runs/${name}/run.yaml`), yaml);
  }
  const said = await buildBareSite(site).catch((error: unknown) => String(error));
  expect(said).toContain("2 runs can't be used");
  expect(said).toContain('- run "first", run.yaml');
  expect(said).toContain('- run "second", run.yaml');
  expect(await readFile(join(site, 'dist/index.html')).catch(() => 'none')).toBe('none');
});
