/** Feeds with whole articles, made as Astro's documentation says: MDX rendered to text by its Container. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { makeRun } from '../helpers/make-run.ts';
import { buildSite, makeSite } from '../helpers/make-site.ts';
import { writeFiles } from '../helpers/temporary-folder.ts';

const GIF = '/blog/embedding-animation/tiny/animation.gif';

/** Builds a site with a feed of one article, whose container renders with `options`, as source text. */
async function buildFeed(options: string, site: string): Promise<{ feed: Document; page: Document }> {
  const folder = await makeSite();
  await makeRun(join(folder, 'content/runs/tiny'));
  await writeFiles(folder, {
    'astro.config.mjs': `import mdx from '@astrojs/mdx';
import embeddingAnimation from 'astro-embedding-animation';
export default {
  site: '${site}', base: '/blog', cacheDir: './cache', integrations: [embeddingAnimation(), mdx()],
};`,
    'content/runs/tiny/run.yaml': `title: Tiny
description: A small run.
credit: { text: 'Drawn by nobody', url: 'https://example.net/' }
animation: { theme: both }
dataset: { type: image-folder, path: images }
`,
    'src/article.mdx': `import { EmbeddingAnimation } from 'astro-embedding-animation/components';

Look:

<EmbeddingAnimation run="tiny" />
`,
    'src/pages/index.astro': `---
import { Content } from '../article.mdx';
---
<html lang="en"><head><title>Small</title></head><body><Content /></body></html>`,
    'src/pages/feed.xml.ts': `import { getContainerRenderer } from '@astrojs/mdx/container-renderer';
import { experimental_AstroContainer as AstroContainer } from 'astro/container';
import { loadRenderers } from 'astro:container';
import { Content } from '../article.mdx';
export async function GET() {
  const container = await AstroContainer.create({ renderers: await loadRenderers([getContainerRenderer()]) });
  return new Response(await container.renderToString(Content, ${options}));
}`,
  });
  const { exitCode, output } = await buildSite(folder);
  expect(exitCode, output).toBe(0);
  const read = async (file: string) =>
    parseHTML(`<html><body>${await readFile(join(folder, 'dist', file), 'utf8')}</body></html>`).document;
  return { feed: await read('feed.xml'), page: await read('index.html') };
}

it('a feed gets an image with absolute address, size, caption and link, and the page its animation', async () => {
  const { feed, page } = await buildFeed('{}', 'https://blog.example.org');
  expect(feed.querySelectorAll('img')).toHaveLength(1);
  const image = feed.querySelector('figure > a > img');
  expect(image?.getAttribute('src')).toContain(`https://blog.example.org${GIF}`);
  expect([image?.getAttribute('width'), image?.getAttribute('height')]).toEqual(['1200', '800']);
  expect(image?.getAttribute('alt')).toMatch(/^Animated scatter plot/);
  expect(feed.querySelector('figcaption')?.textContent.replaceAll(/\s+/g, ' ').trim()).toBe(
    'Tiny. A small run. Images: Drawn by nobody.',
  );
  expect(
    feed.querySelectorAll('button, input, script, style, embedding-animation, source, [class]'),
  ).toHaveLength(0);
  expect(page.querySelectorAll('embedding-animation button')).toHaveLength(1);
});

it('the image links to the article where the container has its request', async () => {
  const request =
    "{ request: new Request('https://blog.example.org/blog/an-article/'), locals: { embeddingAnimation: { feed: true } } }";
  const { feed } = await buildFeed(request, 'https://blog.example.org');
  expect(feed.querySelector('figure > a')?.getAttribute('href')).toBe(
    'https://blog.example.org/blog/an-article/',
  );
});

it('a site at example.com, as in templates, has pages like any other', async () => {
  const { feed, page } = await buildFeed('{}', 'https://example.com');
  expect(feed.querySelector('img')?.getAttribute('src')).toContain(`https://example.com${GIF}`);
  expect(feed.querySelectorAll('button')).toHaveLength(0);
  expect(page.querySelectorAll('embedding-animation button')).toHaveLength(1);
});
