import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';
import embeddingAnimation from 'astro-embedding-animation';

export default defineConfig({
  integrations: [embeddingAnimation({ animation: { theme: 'both' } }), mdx()],
  // Nothing inline, so that the site can be served with a strict content-security policy.
  build: { inlineStylesheets: 'never' },
  markdown: { syntaxHighlight: false },
  vite: { build: { assetsInlineLimit: 0 } },
});
