/** The door of the embedding room: from a checkpoint and a data set to embeddings. */
export { EMBEDDING_VERSION, embed, openEmbeddingPool } from './run/embed.ts';
export { chooseDevice } from './run/device.ts';
export { choosePooling, embeddingWidth, type Encoder, type Pooling } from './encoder.ts';
export { canBuild, classifierPooling } from './architectures/registry.ts';
export { countParameters, openModel, type ModelSource } from './open-model.ts';
export { measureExport } from './run/measure-export.ts';
export { openExport, type ExportSource } from './run/onnx-export.ts';
export type { StoredPixels } from './preprocessing/pixel-source.ts';
export {
  areOriginalsWorthKeeping,
  openOriginalStream,
  openPreparedStream,
  OriginalsDiffer,
  preprocess,
  type PixelStream,
} from './preprocessing/prepare-dataset.ts';
export { preparedSize } from './preprocessing/prepare-image.ts';
export { checkRuntime } from './run/runtimes.ts';
export type { Processor } from './preprocessing/processor-config.ts';
export { processorKey } from './preprocessing/processor.ts';
