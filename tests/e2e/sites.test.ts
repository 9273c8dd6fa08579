/** Sites that ask more of a component than plain pages do, as a browser sees them. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { waitFor } from '../helpers/dev-server.ts';
import {
  buildBareSite,
  makeBareSite,
  makeFinishedProject,
  SITE_PACKAGES,
} from '../integration/sites/bare-site.ts';
import { SITE_CASES } from '../integration/sites/cases.ts';

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

/** Builds the case with this in its title, and opens its first page; what its console complains of comes along. */
async function openSite(title: string): Promise<{ page: Page; complaints: string[] }> {
  const kind = SITE_CASES.find((each) => each.title.includes(title));
  if (kind === undefined) throw new Error(`There is no case "${title}".`);
  const site = await makeBareSite(kind, project);
  await buildBareSite(site);
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  const flags = ['preview', '--host', '127.0.0.1', '--port', port];
  const astro = join(SITE_PACKAGES, 'astro/bin/astro.mjs');
  const child = spawn(process.execPath, [astro, ...flags], { cwd: site, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const origin = `http://127.0.0.1:${port}`;
  await waitFor(
    () =>
      fetch(origin).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      ),
    () => 'astro preview did not start',
  );
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isIcon = message.location().url.endsWith('/favicon.ico'); // asked for unbidden; a bare site has none
    if (['error', 'warning'].includes(message.type()) && !isIcon) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(origin);
  return { page, complaints };
}

async function expectPlaying(page: Page): Promise<void> {
  const image = page.locator('embedding-animation img');
  await image.scrollIntoViewIfNeeded();
  const still = await image.getAttribute('src');
  await expect.poll(() => image.getAttribute('src'), { timeout: 10_000 }).not.toBe(still);
}

test('under a content-security policy of Astro it is styled and plays, and nothing is refused', async () => {
  const { page, complaints } = await openSite('content-security policy');
  expect(await page.locator('meta[http-equiv="content-security-policy" i]').count()).toBe(1);
  await expectPlaying(page);
  const toggle = page.locator('.ea-toggle');
  expect(await toggle.evaluate((element) => getComputedStyle(element).borderTopLeftRadius)).toBe('50%');
  expect(complaints).toEqual([]);
});

test('under the ClientRouter it plays on the page that comes, and on the one that one comes back to', async () => {
  const { page, complaints } = await openSite('ClientRouter');
  await expectPlaying(page);
  await page.evaluate(() => {
    document.documentElement.dataset['same'] = 'yes';
  });
  await page.getByRole('link', { name: 'Other' }).click();
  await page.waitForURL(/\/other\/?$/);
  await page.waitForTimeout(500);
  await expectPlaying(page);
  await page.goBack();
  await page.waitForTimeout(500);
  await expectPlaying(page);
  expect(complaints).toEqual([]);
});
