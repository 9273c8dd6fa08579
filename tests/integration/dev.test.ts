import { cp, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDevServer, waitFor, type DevServer } from '../helpers/dev-server.ts';
import { makeRun } from '../helpers/make-run.ts';
import { makeSite } from '../helpers/make-site.ts';
import { writeFiles } from '../helpers/temporary-folder.ts';

const TWO_RUNS_PAGE = `---
import { EmbeddingAnimation } from 'astro-embedding-animation/components';
---
<html lang="en"><head><title>Two</title></head><body>
<EmbeddingAnimation run="tiny" />
<EmbeddingAnimation run="other" />
</body></html>`;
const LISTING_PAGE = `---
import { runs } from 'virtual:embedding-animation/runs';
---
<p>{runs.map(({ id }) => id).join(' ')}</p>`;
const GOOD_YAML = 'title: A tiny run\ndataset:\n  type: image-folder\n  path: images\n';

/** A site with the runs `tiny` and `other`. */
async function makeTwoRuns(): Promise<string> {
  const site = await makeSite();
  await makeRun(join(site, 'content/runs/tiny'));
  await makeRun(join(site, 'content/runs/other'), { steps: [0, 1, 4] });
  await writeFiles(site, { 'src/pages/index.astro': TWO_RUNS_PAGE });
  return site;
}

async function fetchPage(server: DevServer): Promise<string> {
  return (await fetch(`${server.origin}/blog/`)).text();
}

/** The address of the still of `run`, once it has one that fits `isWanted`. */
async function waitForStill(
  server: DevServer,
  run: string,
  isWanted: (url: string) => boolean = () => true,
): Promise<string> {
  const still = new RegExp(`src="(/blog/embedding-animation/${run}/[^"]+\\.png[^"]*)"`);
  return waitFor(
    async () => {
      const url = still.exec(await fetchPage(server))?.[1];
      return url !== undefined && isWanted(url) ? url : undefined;
    },
    () => `no still of ${run}:\n${server.output()}`,
    60_000,
  );
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe('astro dev', () => {
  it('keeps the last pictures while a run is rendered again, then shows the new ones', async () => {
    const site = await makeTwoRuns();
    const server = await startDevServer(site);
    const first = await waitForStill(server, 'tiny');
    await writeFile(join(site, 'content/runs/tiny/run.yaml'), `${GOOD_YAML}animation: { theme: dark }\n`);
    let asked = 0;
    const second = await waitForStill(server, 'tiny', (url) => {
      asked += 1;
      return url !== first;
    });
    expect(asked).toBeGreaterThan(1); // each time there was a still
    for (const url of [first, second]) expect((await fetch(server.origin + url)).status).toBe(200);
    expect(count(server.output(), 'other: drew')).toBe(1);
    expect(server.output()).not.toContain('other: unchanged');
  });

  it('answers for a picture by its content: for ever under its version, by ETag under its name', async () => {
    const server = await startDevServer(await makeTwoRuns());
    const url = await waitForStill(server, 'tiny');
    const versioned = await fetch(server.origin + url);
    expect(versioned.headers.get('cache-control')).toContain('immutable');
    expect(versioned.headers.get('content-type')).toBe('image/png');
    const plain = await fetch(server.origin + url.replace(/\?.*/, ''));
    expect(plain.headers.get('cache-control')).toBe('no-cache');
    const etag = plain.headers.get('etag') ?? '';
    const again = await fetch(plain.url, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    for (const wrong of ['/blog/embedding-animation/tiny/rendered.json', url.replace('/blog', '')]) {
      expect((await fetch(server.origin + wrong)).status).toBe(404);
    }
  });

  it('shows the error of a run in its place and logs it once; the other run stays, and it recovers', async () => {
    const site = await makeTwoRuns();
    const yaml = join(site, 'content/runs/tiny/run.yaml');
    await writeFile(yaml, 'title: Tiny\ncolour: red\n');
    const server = await startDevServer(site);
    await waitForStill(server, 'other');
    for (let visits = 0; visits < 5; visits++) expect(await fetchPage(server)).toContain('role="alert"');
    const page = await fetchPage(server);
    expect(page).toContain('run &quot;tiny&quot;, run.yaml');
    expect(page).toContain('colour');
    expect(count(server.output(), 'run "tiny", run.yaml')).toBe(1);
    await writeFile(yaml, GOOD_YAML);
    await waitForStill(server, 'tiny');
    expect(await fetchPage(server)).not.toContain('role="alert"');
  });

  it('keeps the pictures of a run whose new checkpoint is broken, and says so', async () => {
    const site = await makeTwoRuns();
    const run = join(site, 'content/runs/tiny');
    const server = await startDevServer(site);
    const still = await waitForStill(server, 'tiny');
    await waitForStill(server, 'other');
    await cp(join(run, 'checkpoint-10'), join(run, 'checkpoint-20'), { recursive: true });
    await truncate(join(run, 'checkpoint-20/model.safetensors'), 100);
    await waitFor(
      async () => ((await fetchPage(server)).includes('step 20') ? true : undefined),
      () => server.output(),
    );
    expect(await waitForStill(server, 'tiny')).toBe(still);
    expect((await fetch(server.origin + still)).status).toBe(200);
    await rm(join(run, 'checkpoint-20'), { recursive: true });
    await waitFor(
      async () => ((await fetchPage(server)).includes('role="alert"') ? undefined : true),
      () => server.output(),
    );
  });

  it('takes up a run that is added, and lets go of one that is deleted', async () => {
    const site = await makeTwoRuns();
    const runs = join(site, 'content/runs');
    await writeFiles(site, { 'src/pages/index.astro': LISTING_PAGE });
    await mkdir(join(site, 'aside'));
    await rename(join(runs, 'other'), join(site, 'aside/other'));
    const server = await startDevServer(site);
    const waitForRuns = (ids: string) =>
      waitFor(
        async () => (new RegExp(`<p[^>]*>${ids}</p>`).test(await fetchPage(server)) ? true : undefined),
        () => server.output(),
      );
    await waitForRuns('tiny');
    await cp(join(site, 'aside/other'), join(runs, 'other'), { recursive: true });
    await waitForRuns('other tiny');
    await rm(join(runs, 'other'), { recursive: true }); // while it is being rendered
    await waitForRuns('tiny');
    expect(server.output()).not.toContain('run "other"');
  });

  it('says where runs go where there are none, and goes on', async () => {
    const site = await makeSite();
    await writeFiles(site, { 'src/pages/index.astro': '<h1>Nothing yet</h1>' });
    const server = await startDevServer(site);
    expect(await fetchPage(server)).toContain('Nothing yet');
    expect(count(server.output(), 'There are no runs yet in content/runs/')).toBe(1);
  });

  it('shows the pictures of the last time after a restart, while a changed run is rendered', async () => {
    const site = await makeTwoRuns();
    const server = await startDevServer(site);
    await waitForStill(server, 'tiny');
    await waitForStill(server, 'other');
    const config = join(site, 'astro.config.mjs');
    await writeFile(
      config,
      (await readFile(config, 'utf8')).replace('()', "({ animation: { theme: 'dark' } })"),
    );
    await waitFor(
      () => (count(server.output(), 'tiny: drew') === 2 ? true : undefined),
      () => server.output(),
      60_000,
    );
    await waitForStill(server, 'other');
    expect(server.output()).not.toMatch(/aborted|could not be brought/);
  });
});
