import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import embeddingAnimation from 'astro-embedding-animation';

const REPOSITORY = 'https://github.com/astro-embedding-animation/astro-embedding-animation';

export default defineConfig({
  // Where the site is published, for its sitemap and feeds' absolute URLs; set by whoever publishes it.
  site: process.env.DOCS_SITE ?? 'http://localhost:4321',
  integrations: [
    // Starlight's switch says which pictures are seen.
    embeddingAnimation({ animation: { theme: 'both' } }),
    starlight({
      title: 'astro-embedding-animation',
      description: 'Show what fine-tuning does to a model: animated embedding maps in Astro, at build time.',
      social: [{ icon: 'github', label: 'GitHub', href: REPOSITORY }],
      editLink: { baseUrl: `${REPOSITORY}/edit/main/docs/` },
      customCss: ['./src/styles/docs.css'],
      sidebar: [
        {
          label: 'Start here',
          items: [
            { slug: 'start' },
            { slug: 'install' },
            { slug: 'concepts' },
            { slug: 'maps' },
            { slug: 'showing' },
          ],
        },
        {
          label: 'Recipes: runs',
          items: [
            { slug: 'recipes/remote-training' },
            { slug: 'recipes/lora' },
            { slug: 'recipes/pytorch-bin' },
            { slug: 'recipes/onnx' },
            { slug: 'recipes/ready-embeddings' },
          ],
        },
        {
          label: 'Recipes: sites',
          items: [
            { slug: 'recipes/hosts' },
            { slug: 'recipes/colours' },
            { slug: 'recipes/languages' },
            { slug: 'recipes/feeds' },
            { slug: 'recipes/csp' },
          ],
        },
        {
          label: 'Reference',
          items: [
            { slug: 'reference/integration' },
            { slug: 'reference/looks' },
            { slug: 'reference/run-yaml' },
            { slug: 'reference/datasets' },
            { slug: 'reference/words' },
            { slug: 'reference/files' },
            { slug: 'reference/commands' },
            { slug: 'reference/errors' },
            { slug: 'reference/notices' },
            { slug: 'what-is-read' },
          ],
        },
        {
          label: 'Help',
          items: [
            { slug: 'troubleshooting' },
            {
              label: 'Architecture, for contributors',
              link: `${REPOSITORY}/blob/main/integrations/embedding-animation/ARCHITECTURE.md`,
            },
          ],
        },
      ],
    }),
  ],
});
