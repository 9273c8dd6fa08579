/** Writes ONNX models whose weights stay where they are, in safetensors files (field numbers: onnx/onnx.proto). */
import {
  bytesField,
  floatField,
  integerField,
  messageField,
  textField,
  type Fields,
} from '../formats/protobuf.ts';
import type { StoredTensor } from './safetensors.ts';

/** TensorProto.DataType. */
const DATA_TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, F32: 1, F16: 10, BF16: 16 } as const;

const IR_VERSION = 9;
const OPSETS = [
  { domain: '', version: 20 },
  { domain: 'com.microsoft', version: 1 },
] as const;

/** Types of weights that a graph can read. */
export type WeightType = 'F32' | 'F16' | 'BF16';

/** A tensor of a file with a type that a graph can read. */
export type Weight = StoredTensor & { readonly dtype: WeightType };

/** Name of a value that flows through the graph. */
export type Value = string & { readonly [valueBrand]: true };
declare const valueBrand: unique symbol;

/** Attributes of a node: `ints` as arrays; a number is an `int` unless wrapped by `float`. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/** An ONNX graph under construction. Nodes are in the order they are added. */
export class GraphWriter {
  readonly #name: string;
  readonly #inputs: Fields[] = [];
  readonly #outputs: Fields[] = [];
  readonly #initializers: Fields[] = [];
  readonly #nodes: Fields[] = [];
  readonly #weights = new Map<string, Value>();
  #values = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Declares an input of the graph. */
  input(name: string, type: 'float32' | 'uint8', shape: readonly number[]): Value {
    this.#inputs.push(describeValue(name, DATA_TYPES[type], shape));
    return asValue(name);
  }

  /** Makes `value` an output of the graph under `name`. */
  output(name: string, value: Value, shape: readonly number[]): void {
    this.#nodes.push(encodeNode('Identity', '', [value], [name], {}));
    this.#outputs.push(describeValue(name, DATA_TYPES.float32, shape));
  }

  /** A small tensor inside the model itself. */
  constant(type: 'float32' | 'int32' | 'int64', shape: readonly number[], values: ArrayLike<number>): Value {
    const name = this.#nextName('constant');
    this.#initializers.push([
      ...shape.map((size) => integerField(1, size)),
      integerField(2, DATA_TYPES[type]),
      textField(8, name),
      bytesField(9, encodeNumbers(type, values)),
    ]);
    return asValue(name);
  }

  /** A weight that stays in its file, as float32. Asked for twice, it is in the graph once. */
  weight(tensor: Weight): Value {
    const known = this.#weights.get(tensor.name);
    if (known !== undefined) return known;
    const value = this.#addWeight(tensor);
    this.#weights.set(tensor.name, value);
    return value;
  }

  /** Adds a standard operator with one output, and gives the output. */
  node(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.#add(operator, '', inputs, attributes);
  }

  /** Adds one of onnxruntime's own operators (domain `com.microsoft`). */
  fusedNode(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.#add(operator, 'com.microsoft', inputs, attributes);
  }

  /** The model as bytes. */
  toModel(): Uint8Array {
    const graph = [
      ...this.#nodes.map((node) => messageField(1, node)),
      textField(2, this.#name),
      ...this.#initializers.map((tensor) => messageField(5, tensor)),
      ...this.#inputs.map((input) => messageField(11, input)),
      ...this.#outputs.map((output) => messageField(12, output)),
    ];
    return Buffer.concat([
      integerField(1, IR_VERSION),
      messageField(7, graph),
      ...OPSETS.map(({ domain, version }) =>
        messageField(8, [textField(1, domain), integerField(2, version)]),
      ),
    ]);
  }

  #addWeight(tensor: Weight): Value {
    const external = Object.entries({ location: tensor.file, offset: tensor.offset, length: tensor.length });
    this.#initializers.push([
      ...tensor.shape.map((size) => integerField(1, size)),
      integerField(2, DATA_TYPES[tensor.dtype]),
      textField(8, tensor.name),
      ...external.map(([key, value]) => messageField(13, [textField(1, key), textField(2, String(value))])),
      integerField(14, 1), // data_location: EXTERNAL
    ]);
    const stored = asValue(tensor.name);
    return tensor.dtype === 'F32' ? stored : this.node('Cast', [stored], { to: DATA_TYPES.float32 });
  }

  #add(operator: string, domain: string, inputs: readonly Value[], attributes: Attributes): Value {
    const output = this.#nextName(operator);
    this.#nodes.push(encodeNode(operator, domain, inputs, [output], attributes));
    return asValue(output);
  }

  #nextName(kind: string): string {
    return `/${kind}_${this.#values++}`; // a slash keeps clear of tensor names
  }
}

function asValue(name: string): Value {
  return name as Value; // the brand exists in types only
}

function encodeNode(
  operator: string,
  domain: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes,
): Fields {
  return [
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
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

function describeValue(name: string, type: number, shape: readonly number[]): Fields {
  const dimensions = shape.map((size) => messageField(1, [integerField(1, size)]));
  const tensor = [integerField(1, type), messageField(2, dimensions)];
  return [textField(1, name), messageField(2, [messageField(1, tensor)])];
}

function encodeNumbers(type: 'float32' | 'int32' | 'int64', values: ArrayLike<number>): Uint8Array {
  const width = type === 'int64' ? 8 : 4;
  const bytes = Buffer.alloc(values.length * width);
  for (let i = 0; i < values.length; i++) {
    if (type === 'float32') bytes.writeFloatLE(values[i]!, i * width);
    else if (type === 'int32') bytes.writeInt32LE(values[i]!, i * width);
    else bytes.writeBigInt64LE(BigInt(values[i]!), i * width);
  }
  return bytes;
}
