/** Options: one strict zod schema is the truth for each door. Unknown keys are errors. */
export { animationSchema, type AnimationOptions, type RunAnimation } from './animation.ts';
export type { CheckpointsOption } from './checkpoints.ts';
export { displayNameOf, nameOf, type ClassChoice } from './classes.ts';
export {
  datasetSchema,
  portableDataset,
  type CifarOptions,
  type DatasetOptions,
  type IconSetOptions,
  type ImageFolderOptions,
  type ParquetOptions,
  type SelectionOptions,
} from './dataset.ts';
export { deviceSchema, type Device, type Dtype, type EmbeddingOptions } from './embedding.ts';
export {
  optionsSchema,
  type EmbeddingAnimationOptions,
  type ResolvedOptions,
  type SiteLanguage,
} from './integration.ts';
export { wordsSchema } from './language.ts';
export type { Palette, ThemePalette } from './palette.ts';
export { parseOptions } from './parse.ts';
export { completeRunFile, runFileSchema, type RunFile } from './run-file.ts';
