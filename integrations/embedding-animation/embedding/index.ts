/** The door of the embedding room: from a checkpoint and a data set to embeddings. */
export { EMBEDDING_VERSION, embed, openEmbeddingPool } from './embed.ts';
export { chooseDevice } from './device.ts';
export { choosePooling, embeddingWidth, type Encoder, type Pooling } from './encoder.ts';
export { canBuild, classifierPooling } from './architectures.ts';
export { countParameters, openModel, type ModelSource } from './model.ts';
export { measureExport } from './measure-export.ts';
export { openExport, type ExportSource } from './onnx-export.ts';
export type { StoredPixels } from './pixel-source.ts';
export {
  areOriginalsWorthKeeping,
  openOriginalStream,
  openPreparedStream,
  OriginalsDiffer,
  preprocess,
  type PixelStream,
} from './preprocess.ts';
export { preparedSize } from './preprocess-image.ts';
export { checkRuntime } from './runtimes.ts';
export type { Processor } from './processor.ts';
export { processorKey } from './processor-steps.ts';
export {
  readSafetensorsHeader,
  readTensorTable,
  type Dtype,
  type StoredTensor,
  type TensorTable,
} from './safetensors.ts';
export { writeEmbeddings, writeSafetensors, type TensorToWrite } from '../formats/safetensors/write.ts';
