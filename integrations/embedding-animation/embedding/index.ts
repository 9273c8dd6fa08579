/** The door of the embedding room: from a checkpoint and a data set to embeddings. */
export {
  EMBEDDING_VERSION,
  embed,
  openEmbeddingPool,
  type EmbeddingPool,
  type EmbedRequest,
} from './embed.ts';
export { choosePooling, type Encoder, type Pooling } from './encoder.ts';
export { canBuild } from './architectures.ts';
export { countParameters, openModel, type ModelSource } from './model.ts';
export { preprocess } from './preprocess.ts';
export type { Processor } from './processor.ts';
export { processorKey } from './processor-steps.ts';
export {
  readSafetensorsHeader,
  readTensorTable,
  type Dtype,
  type StoredTensor,
  type TensorTable,
} from './safetensors.ts';
export { writeEmbeddings, writeSafetensors, type TensorToWrite } from './safetensors-write.ts';
