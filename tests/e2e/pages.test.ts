import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { buildAndServeSite, type ServedSite } from '../helpers/site.ts';

const AXE_SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const NARROW = { width: 360, height: 740 };

let site: ServedSite;
let browser: Browser;

beforeAll(async () => {
  site = await buildAndServeSite();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

/** Opens each page of the site in turn, scrolls through it so that all that is lazy loads, and calls `look`. */
async function visitAll(options: BrowserContextOptions, look: (page: Page, path: string) => Promise<void>) {
  const context = await browser.newContext(options);
  try {
    for (const path of site.pages) {
      const page = await context.newPage();
      await look(page, path);
      await page.close();
    }
  } finally {
    await context.close();
  }
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(site.origin + path, { waitUntil: 'load' });
  await page.evaluate(async () => {
    for (const image of document.images) {
      image.scrollIntoView();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  await page.waitForLoadState('networkidle');
}

test('the site has a home page, an article, a data sheet and a page for lost readers', () => {
  const expected = ['', '404.html', 'articles/emoji/', 'runs/emoji/'].map((path) => site.at(path));
  expect(site.pages).toEqual(expect.arrayContaining(expected));
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('axe finds nothing to complain about on any page', async () => {
    const source = await readFile(AXE_SOURCE, 'utf8');
    await visitAll({ colorScheme, reducedMotion: 'reduce' }, async (page, path) => {
      await open(page, path);
      await page.evaluate(source);
      for (const details of await page.locator('summary').all()) await details.click();
      const found = await page.evaluate(async (options: RunOptions): Promise<AxeResults> => {
        const axe: unknown = Reflect.get(globalThis, 'axe');
        return (axe as { run(options: RunOptions): Promise<AxeResults> }).run(options); // set by the source above
      }, {});
      expect({ path, violations: found.violations.map(summarise) }).toEqual({ path, violations: [] });
      expect(found.passes.length).toBeGreaterThan(10);
    });
  });
});

function summarise({ id, nodes }: AxeResults['violations'][number]) {
  return { id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) };
}

test('no page scrolls sideways at 360 px', async () => {
  await visitAll({ viewport: NARROW, isMobile: true }, async (page, path) => {
    await open(page, path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect({ path, width }).toEqual({ path, width: NARROW.width });
  });
});

test('pages ask for nothing from elsewhere, find all they ask for, and log nothing under a strict policy', async () => {
  await visitAll({}, async (page, path) => {
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    page.on('response', (response) => {
      if (!response.ok()) complaints.push(`${response.status()} ${response.url()}`);
    });
    await open(page, path);
    expect({ path, complaints }).toEqual({ path, complaints: [] });
    expect(requests.filter((url) => !url.startsWith(`${site.origin}${site.at('')}`))).toEqual([]);
    expect(requests.length).toBeGreaterThan(2);
  });
});

test('every link within the site leads somewhere', async () => {
  const context = await browser.newContext();
  const targets = new Set<string>();
  for (const path of site.pages) {
    const page = await context.newPage();
    await page.goto(site.origin + path);
    for (const link of await page.locator('a[href]').all()) {
      targets.add(new URL((await link.getAttribute('href')) ?? '', page.url()).href.replace(/#.*$/, ''));
    }
  }
  const own = [...targets].filter((url) => url.startsWith(site.origin));
  const statuses = await Promise.all(own.map(async (url) => ({ url, status: (await fetch(url)).status })));
  expect(statuses.filter(({ status }) => status !== 200)).toEqual([]);
  expect(own.some((url) => new URL(url).pathname.endsWith('.gif'))).toBe(true);
  await context.close();
});

test('the pictures keep their place while they load', async () => {
  await visitAll({ javaScriptEnabled: true }, async (page) => {
    await page.goto(site.origin + site.at('articles/emoji/'));
    for (const image of await page.locator('img').all()) {
      expect(Number(await image.getAttribute('width'))).toBeGreaterThan(0);
      expect(Number(await image.getAttribute('height'))).toBeGreaterThan(0);
    }
  });
});
