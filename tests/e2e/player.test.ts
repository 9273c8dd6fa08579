import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { buildAndServeSite, type ServedSite } from '../helpers/site.ts';

/** Longer than any frame is shown, the last one excepted. */
const SEVERAL_FRAMES_MS = 1500;

let site: ServedSite;
let browser: Browser;
let page: Page;

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

/** Opens the article and brings its animation into view. */
async function openArticle(options: BrowserContextOptions): Promise<void> {
  const context = await browser.newContext(options);
  page = await context.newPage();
  await page.goto(site.origin + site.at('articles/emoji/'));
  await seenImage().scrollIntoViewIfNeeded();
}

/** The article's first figure, which shows one map. */
function figure(): Locator {
  return page.locator('figure.ea').first();
}

/** The picture that is seen, of those of both themes. */
function seenImage(): Locator {
  return figure().locator('.ea-enlarge img:visible');
}

/** The frame that is seen: the address of the picture that the browser shows. */
async function shownFrame(): Promise<string> {
  return seenImage().evaluate((image: HTMLImageElement) => image.currentSrc);
}

async function stillUrl(): Promise<string> {
  const frames = await seenImage().getAttribute('data-frames');
  const list: unknown = JSON.parse(frames ?? '[]');
  return site.origin + String(Array.isArray(list) ? list.at(-1) : undefined);
}

async function waitForAnotherFrame(than: string): Promise<void> {
  await expect.poll(shownFrame, { timeout: 10_000 }).not.toBe(than);
}

async function expectStandstill(): Promise<void> {
  const frame = await shownFrame();
  await page.waitForTimeout(SEVERAL_FRAMES_MS);
  expect(await shownFrame()).toBe(frame);
}

async function focusByTab(selector: string): Promise<void> {
  for (let presses = 0; presses < 50; presses++) {
    if (
      await figure()
        .locator(selector)
        .evaluate((element) => element === document.activeElement)
    )
      return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${selector}.`);
}

test('it starts by itself once it is in view', async () => {
  await openArticle({});
  await waitForAnotherFrame(await stillUrl());
});

test('it does not play, nor fetch any frame, while it is out of view', async () => {
  const context = await browser.newContext({ viewport: { width: 1000, height: 500 } });
  page = await context.newPage();
  const pictures = new Set<string>();
  page.on('request', (request) => {
    if (request.resourceType() === 'image') pictures.add(request.url());
  });
  await page.goto(site.origin + site.at('articles/emoji/'));
  await page.evaluate(() => {
    scrollTo(0, document.body.scrollHeight);
  });
  await page.waitForTimeout(SEVERAL_FRAMES_MS);
  const value = await figure().locator('.ea-scrubber').inputValue();
  expect(value).toBe(await figure().locator('.ea-scrubber').getAttribute('max'));
  expect([...pictures].filter((url) => new URL(url).pathname.endsWith('.png')).length).toBeLessThanOrEqual(2); // the stills
});

test('the keyboard pauses it at the frame that is seen, and plays it on from there', async () => {
  await openArticle({});
  await waitForAnotherFrame(await stillUrl());
  await focusByTab('.ea-toggle');
  await page.keyboard.press('Space');
  expect(await figure().getByRole('button', { name: 'Play animation' }).count()).toBe(1);
  await expectStandstill();
  const paused = await shownFrame();
  await page.keyboard.press('Enter');
  expect(await figure().getByRole('button', { name: 'Pause animation' }).count()).toBe(1);
  await waitForAnotherFrame(paused);
});

test('the scrubber steps through the checkpoints by keyboard, says where it is, and pauses', async () => {
  await openArticle({ reducedMotion: 'reduce' });
  const before = await shownFrame();
  await focusByTab('.ea-scrubber');
  await page.keyboard.press('Home');
  await waitForAnotherFrame(before);
  expect(await figure().locator('.ea-scrubber').getAttribute('aria-valuetext')).toMatch(/^Step \d/);
  const first = await shownFrame();
  await page.keyboard.press('ArrowRight');
  await waitForAnotherFrame(first);
  await expectStandstill();
});

test('a reader who prefers reduced motion sees the last frame, at rest, and may play it', async () => {
  await openArticle({ reducedMotion: 'reduce' });
  expect(await shownFrame()).toBe(await stillUrl());
  await expectStandstill();
  await figure().getByRole('button', { name: 'Play animation' }).click();
  await waitForAnotherFrame(await stillUrl());
});

test('it comes to rest when the reader asks for less motion while it plays', async () => {
  await openArticle({});
  await waitForAnotherFrame(await stillUrl());
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(() => figure().locator('embedding-animation').getAttribute('data-state')).toBe('paused');
  await expectStandstill();
});

test('its play button is large enough for a thumb and its focus can be seen', async () => {
  await openArticle({ viewport: { width: 360, height: 740 } });
  const box = await figure().locator('.ea-toggle').boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  await focusByTab('.ea-toggle');
  const outline = await figure()
    .locator('.ea-toggle')
    .evaluate((b) => getComputedStyle(b).outlineStyle);
  expect(outline).not.toBe('none');
});

test('without JavaScript the GIF plays, without controls that would do nothing', async () => {
  await openArticle({ javaScriptEnabled: false });
  await expect.poll(shownFrame).toMatch(/\/animation\.gif/);
  expect(await figure().locator('.ea-toggle').isVisible()).toBe(false);
});

test('without JavaScript a reader who prefers reduced motion gets the still', async () => {
  await openArticle({ javaScriptEnabled: false, reducedMotion: 'reduce' });
  await expect.poll(shownFrame).toBe(await stillUrl());
});

test('it says in words what it shows', async () => {
  await openArticle({});
  const words = await seenImage().getAttribute('alt');
  expect(words).toMatch(/images from \d+ classes.*from step [\d,]+ to step [\d,]+.*variance/);
});
