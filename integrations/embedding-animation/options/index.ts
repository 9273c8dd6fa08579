/** Options: one strict zod schema is the truth for each door. Unknown keys are errors. */
export { animationSchema, type AnimationOptions, type RunAnimation } from './animation.ts';
export { displayNameOf, nameOf, type ClassChoice } from './classes.ts';
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
export type { Palette, ThemePalette } from './palette.ts';
export { parseOptions } from './parse.ts';
export { runFileSchema, type RunFile } from './run-file.ts';
