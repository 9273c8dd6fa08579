/** Options: one strict zod schema is the truth for each door. Unknown keys are errors. */
export {
  animationSchema,
  PORTRAIT_RATIO,
  type AnimationOptions,
  type Palette,
  type PictureLook,
  type RunAnimation,
  type ThemeName,
  type ThemePalette,
} from './animation.ts';
export {
  datasetSchema,
  displayNameOf,
  nameOf,
  portableDataset,
  type CifarOptions,
  type ClassChoice,
  type DatasetOptions,
  type IconSetOptions,
  type ImageFolderOptions,
  type ParquetOptions,
  type SelectionOptions,
} from './dataset.ts';
export {
  deviceSchema,
  optionsSchema,
  type Device,
  type EmbeddingAnimationOptions,
  type ResolvedOptions,
  type SiteLanguage,
} from './integration.ts';
export { wordsSchema } from './language.ts';
export {
  completeMap,
  DEFAULT_MAPS,
  MAP_OF_EACH_PROJECTION,
  mapOptionsSchema,
  mapFieldsSchema,
  type MapOptions,
  type Projection,
} from './maps.ts';
export { parseOptions } from './parse.ts';
export {
  completeRunFile,
  runFileSchema,
  type CheckpointsOption,
  type Dtype,
  type EmbeddingOptions,
  type RunFile,
} from './run-file.ts';
