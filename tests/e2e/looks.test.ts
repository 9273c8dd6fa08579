/** Which picture readers see: by theme, on phones, enlarged, on paper, and where frames are missing. */
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { buildAndServeSite, type ServedSite } from '../helpers/site.ts';

const SOON = { timeout: 15_000, interval: 50 } as const;
const STILL = { reducedMotion: 'reduce' } as const;
const PHONE = { viewport: { width: 360, height: 740 } } as const;
/** px of the screen: smaller type is not read on a phone. */
const LEAST_TYPE = 11;
/** px of a portrait picture: its smallest type, see rendering/layout.ts. */
const PORTRAIT_TYPE = 22 * 1.2;

let site: ServedSite;
let browser: Browser;
let page: Page;
let messages: string[];

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

async function openArticle(options: BrowserContextOptions, prepare?: (page: Page) => Promise<void>) {
  const context = await browser.newContext(options);
  page = await context.newPage();
  messages = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(String(error)));
  await prepare?.(page);
  await page.goto(site.origin + site.at('articles/emoji/'));
  await seenImage().scrollIntoViewIfNeeded();
}

/** The article's first figure, which shows one map. */
function figure(): Locator {
  return page.locator('figure.ea').first();
}

function player(): Locator {
  return figure().locator('embedding-animation');
}

function seenImage(): Locator {
  return figure().locator('.ea-enlarge img:visible');
}

/** `step-004040.portrait-dark` of the picture that is seen. */
async function shown(image = seenImage()): Promise<string> {
  const address = await image.evaluate((element: HTMLImageElement) =>
    element.complete && element.naturalWidth > 0 ? element.currentSrc : 'loading',
  );
  return address.replace(/^.*\//, '').replace(/\.png.*$/, '');
}

async function setTheme(theme: string | undefined): Promise<void> {
  await page.evaluate((value) => {
    if (value === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = value;
  }, theme);
}

test.each([
  ['light', '', true],
  ['dark', '.dark', true],
  ['light', '', false],
  ['dark', '.dark', false],
] as const)(
  'a reader whose system is %s sees the pictures "%s", JavaScript: %s',
  async (scheme, kind, js) => {
    await openArticle({ ...STILL, colorScheme: scheme, javaScriptEnabled: js });
    await expect.poll(() => shown(), SOON).toMatch(new RegExp(`^step-\\d+${kind}$`));
  },
);

test('the page has its way against the system, at once, by attribute or class, the nearest first', async () => {
  await openArticle({ ...STILL, colorScheme: 'light' });
  await expect.poll(() => shown(), SOON).toBe('step-004040');
  const height = await player().evaluate((element) => element.clientHeight);
  await setTheme('dark');
  await expect.poll(() => shown(), SOON).toBe('step-004040.dark');
  expect(await player().evaluate((element) => element.clientHeight)).toBe(height);
  await player().evaluate((element) => element.parentElement?.classList.add('light'));
  await expect.poll(() => shown(), SOON).toBe('step-004040');
  await setTheme(undefined);
  await player().evaluate((element) => element.parentElement?.classList.replace('light', 'dark'));
  await expect.poll(() => shown(), SOON).toBe('step-004040.dark');
  expect(messages).toEqual([]);
});

test('only the pictures that are seen are fetched, each once, and a playing run goes on in the other theme', async () => {
  const fetched: string[] = [];
  await openArticle({ colorScheme: 'light' }, async (opened) => {
    opened.on('request', (request) => {
      if (/emoji\/frames\//.test(request.url())) fetched.push(request.url().replace(/^.*\//, ''));
    });
    await Promise.resolve();
  });
  await expect.poll(() => shown(), SOON).toMatch(/^step-00000\d$/);
  await page.waitForTimeout(1500);
  expect(fetched.filter((name) => /dark|portrait/.test(name))).toEqual([]);
  expect(fetched).toEqual([...new Set(fetched)]);
  await setTheme('dark');
  await expect.poll(() => shown(), SOON).toMatch(/^step-\d+\.dark$/);
  const before = await shown();
  await expect.poll(() => shown(), SOON).not.toBe(before);
  await setTheme(undefined);
  await expect.poll(() => shown(), SOON).toMatch(/^step-\d+$/);
  expect(messages).toEqual([]);
});

test('dark pictures are not dimmed, light ones on a dark page are', async () => {
  await openArticle({ ...STILL, colorScheme: 'dark' });
  const filters = await figure()
    .locator('.ea-enlarge img')
    .evaluateAll((images) => images.map((image) => getComputedStyle(image).filter));
  expect(filters).toEqual(['brightness(0.92)', 'none']);
});

test('a phone gets portrait pictures that can be read, and wide ones when it is turned', async () => {
  await openArticle({ ...STILL, ...PHONE });
  await expect.poll(() => shown(), SOON).toBe('step-004040.portrait');
  const box = await seenImage().boundingBox();
  expect((PORTRAIT_TYPE * (box?.width ?? 0)) / 720).toBeGreaterThanOrEqual(LEAST_TYPE);
  const controls = await figure().locator('.ea-controls').boundingBox();
  expect((controls?.y ?? 0) + (controls?.height ?? 0) - (box?.y ?? 0)).toBeLessThanOrEqual(740);
  await page.setViewportSize({ width: 740, height: 360 });
  await expect.poll(() => shown(), SOON).toBe('step-004040');
  await page.setViewportSize(PHONE.viewport);
  await figure().getByRole('button', { name: 'Play animation' }).click();
  await expect.poll(() => shown(), SOON).toMatch(/^step-0000\d\d\.portrait$/);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await expect.poll(() => shown(), SOON).toMatch(/\.portrait-dark$/);
});

test('without JavaScript a phone plays the portrait GIF, and a tap opens the picture', async () => {
  await openArticle({ ...PHONE, javaScriptEnabled: false });
  const address = () => seenImage().evaluate((image: HTMLImageElement) => image.currentSrc);
  await expect.poll(address, SOON).toMatch(/\/animation\.portrait\.gif/);
  await figure().locator('.ea-enlarge').click();
  await expect.poll(() => page.url(), SOON).toMatch(/step-004040\.png/);
});

test('Enter opens the picture as large as the window, where it plays on; Escape leads back', async () => {
  await openArticle({ ...STILL, viewport: { width: 1000, height: 700 } });
  const before = await player().evaluate((element) => element.clientHeight);
  await figure().locator('.ea-enlarge').focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Learning to tell emoji apart' });
  const large = dialog.locator('img:visible');
  const box = await large.boundingBox();
  expect(box?.width).toBe(1000);
  expect(
    await dialog.getByRole('button', { name: 'Close' }).evaluate((b) => b === document.activeElement),
  ).toBe(true);
  await dialog.getByRole('button', { name: 'Play animation' }).click();
  await expect.poll(() => shown(large), SOON).toMatch(/^step-0000\d\d$/);
  expect(await player().evaluate((element) => element.clientHeight)).toBe(before);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('dialog').count(), SOON).toBe(0);
  expect(
    await figure()
      .locator('.ea-enlarge')
      .evaluate((link) => link === document.activeElement),
  ).toBe(true);
  expect(await figure().locator('.ea-controls').count()).toBe(1);
  expect(await player().getAttribute('data-state')).toBe('playing');
  expect(messages).toEqual([]);
});

test('a click beside the large picture closes it, and one for a new tab never opens it', async () => {
  await openArticle(STILL);
  await figure()
    .locator('.ea-enlarge')
    .click({ modifiers: ['Control'] });
  expect(await page.locator('dialog').count()).toBe(0);
  await figure().locator('.ea-enlarge').click();
  await figure().getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => page.locator('dialog').count(), SOON).toBe(0);
});

test('paper gets the last frame, light, without controls, wherever playing stands; then it plays on', async () => {
  await openArticle({ colorScheme: 'dark' });
  await expect.poll(() => shown(), SOON).toMatch(/^step-00000\d\.dark$/);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await expect.poll(() => shown(), SOON).toBe('step-004040');
  expect(await figure().locator('.ea-controls').isVisible()).toBe(false);
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect.poll(() => shown(), SOON).toMatch(/^step-00\d+\.dark$/);
  const before = await shown();
  await expect.poll(() => shown(), SOON).not.toBe(before);
});

test('a frame that fails to load is passed over, said once, and had when it is there again', async () => {
  let isDown = true;
  let asked = 0;
  await openArticle({}, async (opened) => {
    await opened.route('**/step-000005.png*', async (route) => {
      asked++;
      await (isDown ? route.fulfill({ status: 503 }) : route.continue());
    });
  });
  await expect.poll(() => shown(), SOON).toBe('step-000010');
  await expect.poll(() => player().getAttribute('data-state'), SOON).toBe('playing');
  expect(asked).toBeGreaterThanOrEqual(1);
  expect(messages.filter((message) => message.includes('<embedding-animation>'))).toHaveLength(1);
  isDown = false;
  await figure().locator('.ea-scrubber').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => shown(), SOON).toBe('step-000005');
  expect(messages.filter((message) => message.includes('<embedding-animation>'))).toHaveLength(1);
});

test('moved by the page, it goes on as it was', async () => {
  await openArticle(STILL);
  await figure().getByRole('button', { name: 'Play animation' }).click();
  await expect.poll(() => shown(), SOON).toMatch(/^step-0000\d\d$/);
  await player().evaluate((element) => {
    element.parentElement?.prepend(element);
  });
  expect(await player().getAttribute('data-state')).toBe('playing');
  const before = await shown();
  await expect.poll(() => shown(), SOON).not.toBe(before);
});

const HOSTILE = `
.prose figure { margin: 3rem 2rem; padding: 1rem; }
.prose img, .prose svg, .prose picture { display: inline; margin: 2rem 1rem; padding: 3px; border: 4px solid; max-width: 80%; }
.prose a { display: inline; padding: 0 4px; border-bottom: 2px solid; }
.prose button { min-width: 120px; padding: 10px 40px; margin: 9px; font-size: 30px; }
.prose input { width: 50px; padding: 20px; margin: 10px; }
.prose div { margin-bottom: 2rem; }`;

test('styles for running text leave its parts where they belong, in the page and enlarged', async () => {
  await openArticle({ ...STILL, bypassCSP: true, viewport: { width: 1000, height: 700 } });
  await page.addStyleTag({ content: HOSTILE });
  const box = (selector: string) => figure().locator(`embedding-animation ${selector}`).first().boundingBox();
  const whole = await player().boundingBox();
  expect((await box('.ea-picture'))?.width).toBe(whole?.width);
  expect((await box('.ea-image'))?.width).toBe((whole?.width ?? 0) - 2); // the picture's line
  const button = await box('.ea-toggle');
  expect([button?.width, button?.height]).toEqual([44, 44]);
  const icon = await box('.ea-icon-play');
  expect([icon?.width, icon?.height]).toEqual([20, 20]);
  expect((icon?.x ?? 0) - (button?.x ?? 0)).toBe(12);
  expect((icon?.y ?? 0) - (button?.y ?? 0)).toBe(12);
  expect((await box('.ea-scrubber'))?.width).toBeGreaterThan(300);
  await figure().locator('.ea-enlarge').click();
  expect((await box('dialog img'))?.width).toBe(1000);
});
