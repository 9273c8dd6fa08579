/** The kinds of sites that the package must fit in. */
import { PAGE, type SiteKind } from './bare-site.ts';

/** A kind, and what is to be found when it is built. */
export interface SiteCase extends SiteKind {
  readonly title: string;
  /** A package that the case is left out without. */
  readonly needs?: string;
  /** Where files are, as addresses begin. @default '/embedding-animation/' */
  readonly below?: string;
  /** The base in addresses, which folders of what is built do not have. @default '/' */
  readonly base?: string;
  /** What is built for browsers. @default 'dist' */
  readonly output?: string;
  /** A page's file in it; `undefined` where pages are made on demand. @default 'index.html' */
  readonly page?: string | undefined;
}

const NODE_ADAPTER = {
  imports: "import node from '@astrojs/node';",
  output: 'dist/client',
};
const SERVER = "output: 'server', adapter: node({ mode: 'standalone' }),";

const GUARD = `export const onRequest = ({ url }, next) =>
  url.pathname.endsWith('.png') ? new Response('Members only', { status: 403 }) : next();`;

const ROUTER_PAGE = `---
import { ClientRouter } from 'astro:transitions';
import { EmbeddingAnimation } from 'astro-embedding-animation/components';
---
<html lang="en"><head><title>Routed</title><ClientRouter /></head>
<body><a href="/other">Other</a><EmbeddingAnimation run="tiny" /></body></html>`;

const STARLIGHT_CONTENT = `import { defineCollection } from 'astro:content';
import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };`;

const STARLIGHT_PAGE = `---
title: Guide
---
import { EmbeddingAnimation } from 'astro-embedding-animation/components';

<EmbeddingAnimation run="tiny" />
`;

export const SITE_CASES: readonly SiteCase[] = [
  { title: 'the plainest site' },
  {
    title: "a package that a workspace's root lists, not the site",
    files: { 'package.json': '{ "private": true, "type": "module" }' },
  },
  {
    title: 'a base without slashes',
    config: "base: 'blog',",
    base: '/blog/',
    below: '/blog/embedding-animation/',
  },
  {
    title: 'a base of two segments, trailing slashes always',
    config: "base: '/some/blog/', trailingSlash: 'always',",
    base: '/some/blog/',
    below: '/some/blog/embedding-animation/',
  },
  {
    title: 'pages as files, trailing slashes never, with a base',
    config: "base: '/blog', trailingSlash: 'never', build: { format: 'file' },",
    files: { 'src/pages/about.astro': PAGE },
    base: '/blog/',
    below: '/blog/embedding-animation/',
    page: 'about.html',
  },
  {
    title: 'pages as they lie in the project',
    config: "build: { format: 'preserve' },",
    files: { 'src/pages/about/index.astro': PAGE, 'src/pages/more.astro': PAGE },
    page: 'more.html',
  },
  {
    title: 'another path of several segments',
    options: "{ path: 'media/maps.v1' }",
    below: '/media/maps.v1/',
  },
  {
    title: 'assets on another host: files stay with the pages, as those of public/ do',
    config: "build: { assetsPrefix: 'https://cdn.example.com' },",
  },
  {
    title: 'assets on a host for each kind',
    config: "build: { assetsPrefix: { js: 'https://js.example.com', fallback: 'https://cdn.example.com' } },",
  },
  {
    title: 'another folder for assets and for what is built',
    config: "outDir: './public_html', build: { assets: 'static' },",
    output: 'public_html',
  },
  { title: 'a content-security policy', config: 'security: { csp: true },' },
  {
    title: 'the ClientRouter',
    files: { 'src/pages/index.astro': ROUTER_PAGE, 'src/pages/other.astro': ROUTER_PAGE },
  },
  { title: 'a folder with blanks and umlauts', folder: 'my site ü (2)' },
  {
    title: 'languages in addresses, and a middleware that guards pictures',
    config: "i18n: { defaultLocale: 'en', locales: ['en', 'ja'], routing: { prefixDefaultLocale: true } },",
    files: {
      'src/middleware.js': GUARD,
      'src/pages/en/index.astro': PAGE,
      'src/pages/ja/index.astro': PAGE,
    },
    page: 'ja/index.html',
  },
  {
    title: 'a server whose one page is prerendered',
    ...NODE_ADAPTER,
    config: `${SERVER} base: '/app',`,
    files: { 'src/pages/index.astro': PAGE.replace('---\n', '---\nexport const prerender = true;\n') },
    base: '/app/',
    below: '/app/embedding-animation/',
  },
  { title: 'a server that makes all pages on demand', ...NODE_ADAPTER, config: SERVER, page: undefined },
  {
    title: 'a static site with one page on demand',
    ...NODE_ADAPTER,
    config: "adapter: node({ mode: 'standalone' }),",
    files: { 'src/pages/live.astro': PAGE.replace('---\n', '---\nexport const prerender = false;\n') },
  },
  {
    title: 'documentation made with Starlight',
    needs: '@astrojs/starlight',
    imports: "import starlight from '@astrojs/starlight';",
    integrations: "starlight({ title: 'Docs', pagefind: false })",
    config: "site: 'https://example.org',",
    files: {
      'src/content.config.ts': STARLIGHT_CONTENT,
      'src/content/docs/guide.mdx': STARLIGHT_PAGE,
    },
    page: 'guide/index.html',
  },
];
