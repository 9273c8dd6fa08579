/** Options: one strict zod schema is the truth for each door. Unknown keys are errors. */
export {
  animationSchema,
  PORTRAIT_RATIO,
  type AnimationOptions,
  type PictureLook,
  type RunAnimation,
  type ThemeName,
} from './animation.ts';
export {
  datasetSchema,
  type CifarOptions,
  type DatasetOptions,
  type IconSetOptions,
  type ImageFolderOptions,
  type ParquetOptions,
  type SelectionOptions,
} from './dataset.ts';
export type { Device, Dtype, EmbeddingOptions } from './embedding.ts';
export { optionsSchema, type EmbeddingAnimationOptions, type ResolvedOptions } from './integration.ts';
export { parseOptions } from './parse.ts';
export { runFileSchema, type RunFile } from './run-file.ts';
