/** Options: one strict zod schema is the truth for each door. Unknown keys are errors. */
export { animationSchema, type AnimationOptions, type RunAnimation } from './animation.ts';
export type { CheckpointsOption } from './checkpoints.ts';
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
export { parseOptions } from './parse.ts';
export { completeRunFile, runFileSchema, type RunFile } from './run-file.ts';
