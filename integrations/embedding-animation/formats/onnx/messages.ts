/** The messages of an ONNX model in protobuf (field numbers: onnx/onnx.proto). */
import { bytesField, floatField, integerField, messageField, textField, type Fields } from './protobuf.ts';
import type { StoredTensor } from '../safetensors/index.ts';

/** TensorProto.DataType. */
export const DATA_TYPES = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  float64: 11,
  F32: 1,
  F16: 10,
  BF16: 16,
} as const;

const IR_VERSION = 9;
const OPSETS = [
  { domain: '', version: 20 },
  { domain: 'com.microsoft', version: 1 },
] as const;

/** Types of weights that a graph can read. */
export type WeightType = 'F32' | 'F16' | 'BF16';

/** A tensor of a safetensors file with a type that a graph can read. */
export interface StoredWeight extends StoredTensor {
  readonly dtype: WeightType;
}

/** Types of a graph's inputs and outputs. */
export type ValueType = 'float32' | 'float64' | 'uint8';

/** The size of each axis: a number, or a name for a size that is left open. */
export type Axes = readonly (number | string)[];

/** Types of numbers inside a model. */
export type ConstantType = 'float32' | 'int32' | 'int64';

/** Attributes of a node: `ints` as arrays; a number is an `int` unless wrapped by `float`. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/** One operator; `domain` is empty for those of ONNX itself. */
export interface GraphNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Attributes;
}

/** The messages that a graph is made of, nodes in an order in which they can run. */
export interface GraphMessages {
  readonly name: string;
  readonly nodes: readonly Fields[];
  readonly initializers: readonly Fields[];
  readonly inputs: readonly Fields[];
  readonly outputs: readonly Fields[];
}

/** ModelProto: the whole model as bytes. */
export function encodeModel({ name, nodes, initializers, inputs, outputs }: GraphMessages): Uint8Array {
  const graph = [
    ...nodes.map((node) => messageField(1, node)),
    textField(2, name),
    ...initializers.map((tensor) => messageField(5, tensor)),
    ...inputs.map((input) => messageField(11, input)),
    ...outputs.map((output) => messageField(12, output)),
  ];
  return Buffer.concat([
    integerField(1, IR_VERSION),
    messageField(7, graph),
    ...OPSETS.map(({ domain, version }) => messageField(8, [textField(1, domain), integerField(2, version)])),
  ]);
}

/** NodeProto. */
export function encodeNode({ operator, domain, inputs, output, attributes }: GraphNode): Fields {
  return [
    ...inputs.map((input) => textField(1, input)),
    textField(2, output),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => messageField(5, encodeAttribute(name, value))),
    textField(7, domain),
  ];
}

/** AttributeProto, with its type: FLOAT 1, INT 2, INTS 7. */
function encodeAttribute(name: string, value: Attributes[string]): Fields {
  if (typeof value === 'number') return [textField(1, name), integerField(3, value), integerField(20, 2)];
  if ('float' in value) return [textField(1, name), floatField(2, value.float), integerField(20, 1)];
  return [textField(1, name), ...value.map((item) => integerField(8, item)), integerField(20, 7)];
}

/** ValueInfoProto: an input or output of the graph. */
export function encodeValue(name: string, type: ValueType, axes: Axes): Fields {
  const dimensions = axes.map((size) =>
    messageField(1, [typeof size === 'number' ? integerField(1, size) : textField(2, size)]),
  );
  const tensor = [integerField(1, DATA_TYPES[type]), messageField(2, dimensions)];
  return [textField(1, name), messageField(2, [messageField(1, tensor)])];
}

/** TensorProto with its numbers in it. */
export function encodeConstant(
  name: string,
  type: ConstantType,
  shape: readonly number[],
  values: ArrayLike<number>,
): Fields {
  return [
    ...shape.map((size) => integerField(1, size)),
    integerField(2, DATA_TYPES[type]),
    textField(8, name),
    bytesField(9, encodeNumbers(type, values)),
  ];
}

/** TensorProto whose numbers stay in their file. */
export function encodeWeight({ name, file, offset, length, shape, dtype }: StoredWeight): Fields {
  const external = Object.entries({ location: file, offset, length });
  return [
    ...shape.map((size) => integerField(1, size)),
    integerField(2, DATA_TYPES[dtype]),
    textField(8, name),
    ...external.map(([key, value]) => messageField(13, [textField(1, key), textField(2, String(value))])),
    integerField(14, 1), // data_location: EXTERNAL
  ];
}

/** TensorProto with the bytes of a weight in it. */
export function encodeInlineWeight({ name, shape, dtype }: StoredWeight, bytes: Uint8Array): Fields {
  return [
    ...shape.map((size) => integerField(1, size)),
    integerField(2, DATA_TYPES[dtype]),
    textField(8, name),
    bytesField(9, bytes),
  ];
}

function encodeNumbers(type: ConstantType, values: ArrayLike<number>): Uint8Array {
  const width = type === 'int64' ? 8 : 4;
  const bytes = Buffer.alloc(values.length * width);
  for (let i = 0; i < values.length; i++) {
    if (type === 'float32') bytes.writeFloatLE(values[i]!, i * width);
    else if (type === 'int32') bytes.writeInt32LE(values[i]!, i * width);
    else bytes.writeBigInt64LE(BigInt(values[i]!), i * width);
  }
  return bytes;
}
