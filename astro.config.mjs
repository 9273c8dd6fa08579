import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';
import embeddingAnimation from 'astro-embedding-animation';

export default defineConfig({
  integrations: [embeddingAnimation(), mdx()],
});
