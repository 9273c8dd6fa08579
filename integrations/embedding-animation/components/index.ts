/** Components for Astro pages: `import { EmbeddingAnimation } from 'astro-embedding-animation/components'`. */
export { default as EmbeddingAnimation } from './EmbeddingAnimation.astro';
