/** The door of the embedding room: from a checkpoint and a data set to embeddings. */
export { canBuild, classifierPooling } from './architectures/registry.ts';
export type { Encoder } from './encoder.ts';
export { applyHead, LOGITS_VERSION, type Head } from './head/apply-head.ts';
export type { HeadSource, NoHead } from './head/find-head.ts';
export { readHead } from './head/read-head.ts';
export { countParameters, openModel, type ModelFacts, type ModelSource } from './open-model.ts';
export { choosePooling, embeddingWidth, type Pooling } from './pooling.ts';
export type { StoredPixels } from './preprocessing/pixel-source.ts';
export {
  areOriginalsWorthKeeping,
  writeImages,
  type PixelKind,
  type PixelStream,
} from './preprocessing/prepare-dataset.ts';
export { preparedSize, processorKey, type Processor } from './preprocessing/processor.ts';
export {
  checkFinite,
  embed,
  EMBEDDING_VERSION,
  embedWithLogits,
  openEmbeddingPool,
  type ModelResults,
} from './run/embed.ts';
export { measureExport, openExport, type ExportHead, type ExportSource } from './run/onnx-export.ts';
export { checkRuntime, chooseDevice } from './run/runtimes.ts';
