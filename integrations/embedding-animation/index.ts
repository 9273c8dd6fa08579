/**
 * astro-embedding-animation: fine-tuning runs in, published animations out.
 *
 * ```js
 * // astro.config.mjs
 * import embeddingAnimation from 'astro-embedding-animation';
 * export default defineConfig({ integrations: [embeddingAnimation()] });
 * ```
 */
export { embeddingAnimation as default, embeddingAnimation } from './astro/integration.ts';
export { EmbeddingAnimationError, type ErrorName } from './errors.ts';
export type { EmbeddingAnimationOptions } from './options/index.ts';
export type { FrameData, Manifest } from './artifacts/manifest.ts';
export type { RunSummary } from './artifacts/summary.ts';
// Everything of it, and by a star: only so may a site's types add to `RunIds`.
export type * from './run-ids.ts';
