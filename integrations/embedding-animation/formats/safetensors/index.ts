/** The door of safetensors: files of tensors, read without their tensors, and written whole. */
export {
  countNumbers,
  DTYPE_BYTES,
  readSafetensorsHeader,
  readSafetensorsMetadata,
  type Dtype,
  type StoredTensor,
  type TensorTable,
} from './read.ts';
export { FLOAT_TYPES, readTensor } from './read-tensor.ts';
export {
  findWeights,
  readShardIndex,
  readTensorTable,
  SHARD_INDEX,
  WEIGHTS_FILE,
  type StoredWeights,
} from './sharded.ts';
export {
  encodeSafetensors,
  encodeSafetensorsFile,
  writeEmbeddings,
  writeSafetensors,
  type EncodedTensor,
  type TensorToWrite,
} from './write.ts';
