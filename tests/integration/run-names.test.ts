/** Run folders of any name: in a built site as a static host serves it, in `astro dev`, and on the command line. */
import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { slugOf } from '../../integrations/embedding-animation/run-ids.ts';
import { makeRun } from '../helpers/make-run.ts';
import { buildSite, makeSite } from '../helpers/make-site.ts';
import { startCommand } from '../helpers/run-command.ts';

const ASTRO = fileURLToPath(new URL('../../node_modules/astro/bin/astro.mjs', import.meta.url));
/** The fifth is written in combining characters, as some file systems have it. */
const NAMES = [
  '花の分類',
  'my run (1)',
  '50% more',
  'a#b',
  'u\u0308ni\u0308code',
  "it's & <b>",
  '%23',
  'שלום',
];

async function makeSiteOfNames(names: readonly string[]): Promise<string> {
  const site = await makeSite(names[0]);
  for (const name of names) {
    await makeRun(join(site, 'content/runs', name), { steps: [0], imagesPerClass: 2 });
  }
  await writeFile(
    join(site, 'src/pages/index.astro'),
    `---
import { getCollection, getEntry } from 'astro:content';
import { runs } from 'virtual:embedding-animation/runs';
import { EmbeddingAnimation } from 'astro-embedding-animation/components';
const ids = ${JSON.stringify(names)};
const entries = await getCollection('runs');
const checkpoints = await Promise.all(runs.map(({ id }) => getEntry('checkpoints', \`\${id}/checkpoint-0\`)));
---
<html lang="en"><head><title>Names</title></head><body>
{ids.map((id) => <EmbeddingAnimation run={id} />)}
<p id="known">{entries.length} {checkpoints.filter((found) => found !== undefined).length}</p>
{runs.map(({ slug }) => <a href={\`/blog/runs/\${encodeURIComponent(slug)}/\`}>run</a>)}
</body></html>`,
  );
  await writeRunPages(site);
  return site;
}

/** A page for each run, as a user would write it. */
async function writeRunPages(site: string): Promise<void> {
  await writeFile(
    join(site, 'src/pages/runs-[run].astro'),
    `---
import { runs } from 'virtual:embedding-animation/runs';
export const getStaticPaths = () => runs.map((run) => ({ params: { run: run.slug }, props: { run } }));
---
<html lang="en"><head><title>{Astro.props.run.id}</title></head><body></body></html>`,
  );
}

/** Of a run in the markup: the last frame and the GIF, both also for phones, and the JSON. */
const ADDRESSES = 5;

/** Addresses of pictures and data in a page, without the site's base. */
function listUrls(page: string): string[] {
  const urls = [...page.matchAll(/(?:src|srcset|href)="(\/blog\/embedding-animation\/[^"]+)"/g)];
  return [...new Set(urls.map(([, url]) => url!.slice('/blog'.length)))];
}

describe('run folders of any name', () => {
  it('are built to addresses that every static host serves', async () => {
    const site = await makeSiteOfNames(NAMES);
    const { exitCode, output } = await buildSite(site);
    expect(exitCode, output).toBe(0);
    const page = await readFile(join(site, 'dist/index.html'), 'utf8');
    expect(page).toContain(`>${NAMES.length} ${NAMES.length}<`);
    const urls = listUrls(page);
    expect(urls).toHaveLength(ADDRESSES * NAMES.length);
    for (const url of urls) {
      const path = decodeURIComponent(url);
      expect(encodeURI(path)).toBe(url); // one way to write it: nothing in it has a meaning of its own
      const file = path.replace(/\?v=[0-9a-f]{8}$/, '');
      expect((await readFile(join(site, 'dist', file))).length).toBeGreaterThan(0);
    }
    const emitted = await readdir(join(site, 'dist/embedding-animation'));
    expect(emitted.sort()).toEqual(NAMES.map(slugOf).sort());
    const pages = (await readdir(join(site, 'dist'))).filter((name) => name.startsWith('runs-'));
    expect(pages.sort()).toEqual(NAMES.map((name) => `runs-${slugOf(name)}`).sort());
  });

  it('are served by astro dev at the same addresses', async () => {
    const site = await makeSiteOfNames(NAMES.slice(0, 5));
    const origin = await startDev(site);
    const urls = await untilReady(async () => {
      const found = listUrls(await (await fetch(`${origin}/blog/`)).text());
      return found.length === 5 * ADDRESSES ? found : undefined;
    });
    for (const url of urls) {
      const response = await fetch(`${origin}/blog${url}`);
      expect(`${response.status} ${url}`).toBe(`200 ${url}`);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
    }
  });

  it('are rendered and packed by the command line', async () => {
    const site = await makeSiteOfNames(['my run (1) #2']);
    const setting = { cwd: site };
    const folder = 'content/runs/my run (1) #2';
    const rendered = await startCommand(['render', folder, '--out', 'out', '--cache', 'cache'], setting)
      .outcome;
    expect(rendered.exitCode, rendered.stderr).toBe(0);
    const manifest = JSON.parse(await readFile(join(site, 'out/animation.json'), 'utf8')) as {
      run: { id: string };
    };
    expect(manifest.run.id).toBe('my run (1) #2');
    const packed = await startCommand(['pack', folder, '--cache', 'cache'], setting).outcome;
    expect(packed.exitCode, packed.stderr).toBe(0);
  });
});

/** Starts `astro dev` until the test ends; its origin. */
async function startDev(site: string): Promise<string> {
  const child = spawn(
    process.execPath,
    [ASTRO, 'dev', '--root', site, '--port', '0', '--host', '127.0.0.1'],
    {
      env: {
        ...process.env,
        VITEST: undefined, // Astro serves no pages where it finds it
        NODE_ENV: 'development',
        NO_COLOR: '1',
        FORCE_COLOR: '0',
        ASTRO_TELEMETRY_DISABLED: '1',
        ASTRO_DEV_BACKGROUND: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onTestFinished(() => {
    child.kill();
  });
  let said = '';
  return new Promise((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (origin !== undefined) resolve(origin);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('close', () => {
      reject(new Error(`astro dev ended: ${said}`));
    });
  });
}

async function untilReady<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (let tries = 0; tries < 120; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the page did not become ready');
}
