/** The door of ONNX: one writer of models, and one reader of what a model says of itself. */
export { GraphWriter, type Value, type Weight } from './graph-writer.ts';
export {
  encodeModel,
  encodeNode,
  encodeValue,
  type Axes,
  type StoredWeight,
  type ValueType,
  type WeightType,
} from './messages.ts';
export { OnnxInvalid, readOnnxModel, type OnnxModel } from './read-model.ts';
