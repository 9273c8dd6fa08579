/** Options: one strict zod schema is the truth for each door. Unknown keys are errors. */
export { animationSchema, type AnimationOptions, type RunAnimation } from './animation.ts';
export {
  datasetSchema,
  type DatasetOptions,
  type IconSetOptions,
  type ImageFolderOptions,
} from './dataset.ts';
export { optionsSchema, type EmbeddingAnimationOptions, type ResolvedOptions } from './integration.ts';
export { parseOptions } from './parse.ts';
export { runFileSchema, type RunFile } from './run-file.ts';
