/** The switch between a run's maps, the panel on how far to trust them, and their table, on the run's data sheet. */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { buildAndServeSite, type ServedSite } from '../helpers/site.ts';

const SOON = { timeout: 15_000, interval: 50 } as const;
const STILL = { reducedMotion: 'reduce' } as const;
const TITLES = ['Axes of each checkpoint', 'Axes of all checkpoints', 'Classes on a circle'] as const;

let site: ServedSite;
let browser: Browser;
let page: Page;
let messages: string[];
/** Paths of pictures that were asked for, below the run's. */
let fetched: string[];

beforeAll(async () => {
  site = await buildAndServeSite();
  browser = await launchBrowser();
});

afterEach(async () => {
  await page.context().close();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

async function openSheet(options: BrowserContextOptions, path = 'runs/emoji/'): Promise<void> {
  const context = await browser.newContext(options);
  page = await context.newPage();
  messages = [];
  fetched = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('request', (request) => {
    if (/\.(png|gif)\b/.test(request.url())) fetched.push(request.url().replace(/^.*\/emoji\//, ''));
  });
  await page.goto(site.origin + site.at(path));
  await seenImage().scrollIntoViewIfNeeded();
}

function player(): Locator {
  return page.locator('embedding-animation').first();
}

function seenImage(): Locator {
  return player().locator('.ea-enlarge img:visible');
}

function choice(title: string): Locator {
  return page.getByRole('group', { name: 'Map' }).getByRole('radio', { name: title });
}

/** `maps/pooled/frames/step-004040` of the picture that is seen. */
async function shown(image = seenImage()): Promise<string> {
  const address = await image.evaluate((element: HTMLImageElement) =>
    element.complete && element.naturalWidth > 0 ? element.currentSrc : 'loading',
  );
  return address.replace(/^.*\/emoji\//, '').replace(/\.png.*$/, '');
}

/** The addresses of the links under the picture that can be seen, below the run's and without their versions. */
async function links(): Promise<string[]> {
  const addresses = await page
    .locator('.ea-links a:visible')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  return addresses.map((address) => address.replace(/^.*\/emoji\//, '').replace(/\?.*$/, ''));
}

test.each([true, false])(
  'a click on a choice shows that map, its words and its files; JavaScript: %s',
  async (js) => {
    await openSheet({ ...STILL, javaScriptEnabled: js });
    await expect.poll(() => shown(), SOON).toBe('frames/step-004040');
    expect(await links()).toEqual(['animation.gif', 'animation.json']);
    await choice(TITLES[2]).check();
    await expect.poll(() => shown(), SOON).toBe('maps/classes/frames/step-004040');
    expect(await seenImage().count()).toBe(1);
    expect(await seenImage().getAttribute('alt')).toMatch(/stand on a circle/);
    expect(await links()).toEqual(['maps/classes/animation.gif', 'maps/classes/animation.json']);
    expect(await page.locator('.ea-about').innerText()).toMatch(/^Each class has its place on a circle/);
    expect(messages).toEqual([]);
  },
);

test('arrow keys go from map to map, and the choice has a focus that can be seen', async () => {
  await openSheet(STILL);
  await choice(TITLES[0]).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => shown(), SOON).toBe('maps/pooled/frames/step-004040');
  expect(await choice(TITLES[1]).isChecked()).toBe(true);
  const outline = await page
    .locator('.ea-choice:has(:checked)')
    .evaluate((label) => getComputedStyle(label).outlineStyle);
  expect(outline).not.toBe('none');
  await page.keyboard.press('Enter'); // sends nothing, leads nowhere
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => shown(), SOON).toBe('frames/step-004040');
  expect(messages).toEqual([]);
});

test('another map shows the checkpoint that the reader has paused at', async () => {
  await openSheet(STILL);
  await player().locator('.ea-scrubber').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => shown(), SOON).toBe('frames/step-000005');
  await choice(TITLES[2]).check();
  await expect.poll(() => shown(), SOON).toBe('maps/classes/frames/step-000005');
  expect(await player().getAttribute('data-state')).toBe('paused');
  await player().locator('.ea-scrubber').focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => shown(), SOON).toBe('maps/classes/frames/step-000010');
});

test('a map that is changed while it plays goes on from the same frame', async () => {
  await openSheet({});
  await expect.poll(() => shown(), SOON).toMatch(/^frames\/step-00000\d$/);
  await choice(TITLES[1]).check();
  await expect.poll(() => shown(), SOON).toMatch(/^maps\/pooled\/frames\/step-0000\d\d$/);
  const before = await shown();
  await expect.poll(() => shown(), SOON).not.toBe(before);
  expect(await player().getAttribute('data-state')).toBe('playing');
});

test('pictures of a map that nobody chose are not fetched', async () => {
  await openSheet({});
  await expect.poll(() => shown(), SOON).toMatch(/^frames\/step-0000[1-9]\d$/);
  expect(fetched.filter((path) => path.startsWith('maps/'))).toEqual([]);
  await choice(TITLES[1]).check();
  await expect.poll(() => shown(), SOON).toMatch(/^maps\/pooled/);
  expect(fetched.filter((path) => path.startsWith('maps/classes/'))).toEqual([]);
});

test('without JavaScript the first map alone is fetched as a GIF', async () => {
  await openSheet({ javaScriptEnabled: false });
  await choice(TITLES[2]).check();
  await expect.poll(() => shown(), SOON).toBe('maps/classes/frames/step-004040');
  await page.waitForLoadState('networkidle');
  const gifs = fetched.filter((path) => path.includes('.gif'));
  expect(gifs.length).toBeGreaterThan(0);
  expect(gifs.filter((path) => path.startsWith('maps/'))).toEqual([]);
});

test('the map can be changed in the large picture, and is the one that is seen afterwards', async () => {
  await openSheet(STILL);
  await player().locator('.ea-enlarge:visible').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: TITLES[2] }).check();
  await page.keyboard.press('Enter'); // does not send the choice, which would close the dialog
  await expect.poll(() => shown(dialog.locator('img:visible')), SOON).toMatch(/^maps\/classes/);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('dialog').count(), SOON).toBe(0);
  await expect.poll(() => shown(), SOON).toMatch(/^maps\/classes/);
  expect(await choice(TITLES[2]).count()).toBe(1);
  const isFocused = await player()
    .locator('.ea-enlarge:visible')
    .evaluate((link) => link === document.activeElement);
  expect(isFocused).toBe(true);
});

test('paper gets the last frame of the map that is seen, without the switch', async () => {
  await openSheet({ ...STILL, colorScheme: 'dark' });
  await choice(TITLES[1]).check();
  await player().locator('.ea-scrubber').focus();
  await page.keyboard.press('Home');
  await expect.poll(() => shown(), SOON).toBe('maps/pooled/frames/step-000000.dark');
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await expect.poll(() => shown(), SOON).toBe('maps/pooled/frames/step-004040');
  expect(await page.locator('.ea-maps').first().isVisible()).toBe(false);
});

test('two figures of one run are switched each for itself', async () => {
  await openSheet(STILL, 'articles/emoji/');
  const figures = page.locator('figure.ea');
  expect(await figures.first().getByRole('radio').count()).toBe(0);
  const second = figures.nth(1);
  expect(await second.getByRole('radio').first().isChecked()).toBe(true);
  await page.evaluate(() => {
    const [, copied] = document.querySelectorAll('figure.ea');
    copied?.after(copied.cloneNode(true));
  });
  await second.getByRole('radio').nth(1).check();
  expect(await figures.nth(2).getByRole('radio').first().isChecked()).toBe(true);
});

test('a panel for each map has a sentence a figure, and the table marks the best of each column', async () => {
  await openSheet(STILL);
  const panel = page.locator('.ea-quality').first();
  expect(await panel.locator('li').count()).toBeGreaterThanOrEqual(9);
  expect(await panel.innerText()).toMatch(/Trustworthiness is 0\.\d\d of at most 1/);
  expect(await page.locator('.ea-quality').count()).toBe(TITLES.length);
  const table = page.getByRole('table', { name: /^Maps of .* side by side$/ });
  const rows = await table.locator('tbody tr').count();
  expect(rows).toBeGreaterThanOrEqual(5);
  const best = await table
    .locator('tbody tr')
    .evaluateAll((all) =>
      all.map((row) =>
        Array.from(row.querySelectorAll('td'), (cell) => cell.querySelector('strong') !== null),
      ),
    );
  for (let column = 0; column < 5; column++) expect(best.some((row) => row[column])).toBe(true);
  const text = await table.innerText();
  const manifest = new URL(`${site.origin}${site.at('embedding-animation/emoji/animation.json')}`);
  const published = JSON.stringify(await (await fetch(manifest)).json());
  const pearson = /"projection":"pooled".*?"temporalPearson":([\d.]+)/.exec(published)?.[1];
  expect(text).toContain(Number(pearson).toFixed(2));
});

test('axe finds nothing to complain about with any of the maps', async () => {
  const source = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  await openSheet({ ...STILL, bypassCSP: true });
  await page.evaluate(source);
  for (const title of TITLES) {
    await choice(title).check();
    const violations = await page.evaluate(async () => {
      const axe: unknown = Reflect.get(globalThis, 'axe');
      const { violations: found } = await (axe as { run(): Promise<{ violations: { id: string }[] }> }).run(); // set by the source above
      return found.map(({ id }) => id);
    });
    expect({ title, violations }).toEqual({ title, violations: [] });
  }
});
