/** What a reader of a page in `astro dev` sees and fetches. */
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { startDevServer, type DevServer } from '../helpers/dev-server.ts';
import { makeBareSite, makeFinishedProject, PAGE, SITE_PACKAGES } from '../integration/sites/bare-site.ts';

const GOOD_YAML = 'title: A tiny run\ndataset:\n  type: image-folder\n  path: images\n';
const FAST = `${GOOD_YAML}animation: { secondsPerFrame: 0.1, holdSeconds: 0.2 }\n`;

let browser: Browser;
let project: string;
beforeAll(async () => {
  browser = await launchBrowser();
  project = await makeFinishedProject();
});
afterAll(async () => {
  await browser.close();
  await rm(project, { recursive: true });
});

async function openPage(server: DevServer): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(server.origin);
  return page;
}

/** Counts how often the last frame comes round. */
async function waitForLoops(page: Page, loops: number): Promise<void> {
  await page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const image = document.querySelector<HTMLImageElement>('embedding-animation img');
        const first = image?.src;
        let seen = 0;
        new MutationObserver(() => {
          if (image?.src === first) seen += 1;
          if (seen === wanted) resolve();
        }).observe(document, { subtree: true, attributes: true, attributeFilter: ['src'] });
      }),
    loops,
  );
}

test('an animation that plays fetches each frame once, however often it comes round', async () => {
  const site = await makeBareSite({}, project);
  await writeFile(join(site, 'content/runs/tiny/run.yaml'), FAST);
  const server = await startDevServer(site, SITE_PACKAGES);
  const page = await openPage(server);
  await page.locator('embedding-animation img').waitFor({ timeout: 60_000 });
  // The first pictures are the last ones of another rendering; wait until the page has come to rest.
  await expect
    .poll(() => page.locator('embedding-animation').getAttribute('data-seconds-per-frame'), {
      timeout: 60_000,
    })
    .toBe('0.1');
  const responses = new Map<string, string>();
  const cached = new Set<string>();
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  session.on('Network.requestServedFromCache', ({ requestId }) => cached.add(requestId)); // from memory
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache === true) cached.add(requestId);
    if (response.url.includes('/frames/')) responses.set(requestId, response.url);
  });
  await session.send('Network.clearBrowserCache'); // what the page has played already
  await page.goto('about:blank');
  await page.goto(server.origin);
  await page.locator('embedding-animation img').scrollIntoViewIfNeeded();
  await waitForLoops(page, 3);
  const fetched = [...responses].filter(([id]) => !cached.has(id)).map(([, url]) => url);
  expect(fetched.length).toBeGreaterThan(0);
  expect(fetched.toSorted()).toEqual([...new Set(fetched)].sort());
});

test('a run that fails shows its error in its place and once over the page; the other one plays', async () => {
  const two = PAGE.replace(
    '<EmbeddingAnimation run="tiny" />',
    '<EmbeddingAnimation run="tiny" /><EmbeddingAnimation run="other" />',
  );
  const site = await makeBareSite({ files: { 'src/pages/index.astro': two } }, project);
  const yaml = join(site, 'content/runs/other/run.yaml');
  await cp(join(site, 'content/runs/tiny'), join(site, 'content/runs/other'), { recursive: true });
  const server = await startDevServer(site, SITE_PACKAGES);
  const page = await openPage(server);
  await expect.poll(() => page.locator('embedding-animation').count(), { timeout: 60_000 }).toBe(2);
  await writeFile(yaml, 'title: Other\ncolour: red\n');
  const overlay = page.locator('vite-error-overlay');
  await overlay.waitFor({ state: 'attached', timeout: 30_000 });
  expect(await overlay.evaluate((element) => element.shadowRoot?.textContent)).toContain('colour');
  expect(await page.getByRole('alert').count()).toBe(1);
  expect(await page.locator('embedding-animation').count()).toBe(2); // its last pictures stay
  if (process.env['SHOTS'] !== undefined)
    await page.screenshot({ path: join(process.env['SHOTS'], 'overlay.png') });
  await page.reload();
  await page.getByRole('alert').waitFor();
  await page.waitForTimeout(1000);
  expect(await overlay.count()).toBe(0);
  if (process.env['SHOTS'] !== undefined)
    await page.screenshot({ path: join(process.env['SHOTS'], 'failed.png'), fullPage: true });
  await writeFile(yaml, GOOD_YAML);
  await expect.poll(() => page.getByRole('alert').count(), { timeout: 30_000 }).toBe(0);
  expect(await overlay.count()).toBe(0);
});
