import { defineConfig } from 'astro/config';
import embeddingAnimation from 'astro-embedding-animation';

export default defineConfig({
  integrations: [embeddingAnimation()],
  publicDir: '../../public',
  build: { inlineStylesheets: 'never' },
  vite: { build: { assetsInlineLimit: 0 } },
});
