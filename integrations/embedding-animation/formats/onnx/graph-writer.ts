/** Writes ONNX models whose weights stay where they are, in safetensors files. */
import type { Fields } from './protobuf.ts';
import {
  DATA_TYPES,
  encodeConstant,
  encodeInlineWeight,
  encodeModel,
  encodeNode,
  encodeValue,
  encodeWeight,
  type Attributes,
  type Axes,
  type ConstantType,
  type StoredWeight,
  type ValueType,
} from './messages.ts';

/** Name of a value that flows through the graph. */
export type Value = string & { readonly [valueBrand]: true };
declare const valueBrand: unique symbol;

/** A weight as a graph has it. */
export interface Weight extends StoredWeight {
  /** Whether its bytes go into the graph: its file lies elsewhere than those of the other weights. */
  readonly isInline?: boolean;
  /**
   * Adds what makes it of other weights, in float32. Where it is, its own bytes are not read.
   * @default it is read from its file
   */
  readonly compute?: (graph: GraphWriter) => Value;
}

/** An ONNX graph under construction. Nodes are in the order they are added. */
export class GraphWriter {
  readonly #name: string;
  readonly #inputs: Fields[] = [];
  readonly #outputs: Fields[] = [];
  readonly #initializers: Fields[] = [];
  readonly #nodes: Fields[] = [];
  readonly #weights = new Map<string, Value>();
  readonly #inlineFile: Uint8Array;
  #values = 0;

  /** @param inlineFile content of the file that weights lie in whose bytes go into the graph */
  constructor(name: string, inlineFile: Uint8Array = new Uint8Array()) {
    this.#name = name;
    this.#inlineFile = inlineFile;
  }

  /** Declares an input of the graph. */
  input(name: string, type: ValueType, axes: Axes): Value {
    this.#inputs.push(encodeValue(name, type, axes));
    return asValue(name);
  }

  /** Makes `value` an output of the graph under `name`. */
  output(name: string, value: Value, axes: Axes, type: ValueType = 'float32'): void {
    this.#add('Identity', '', [value], {}, name);
    this.#outputs.push(encodeValue(name, type, axes));
  }

  /** A small tensor inside the model itself. */
  constant(type: ConstantType, shape: readonly number[], values: ArrayLike<number>): Value {
    const name = this.#nextName('constant');
    this.#initializers.push(encodeConstant(name, type, shape, values));
    return asValue(name);
  }

  /** A weight as float32; unless it is computed or inline, it stays in its file. Asked for twice, it is in the graph once. */
  weight(tensor: Weight): Value {
    const known = this.#weights.get(tensor.name);
    if (known !== undefined) return known;
    const value = tensor.compute === undefined ? this.#store(tensor) : tensor.compute(this);
    this.#weights.set(tensor.name, value);
    return value;
  }

  #store(tensor: Weight): Value {
    const { offset, length } = tensor;
    this.#initializers.push(
      tensor.isInline === true
        ? encodeInlineWeight(tensor, this.#inlineFile.subarray(offset, offset + length))
        : encodeWeight(tensor),
    );
    const stored = asValue(tensor.name);
    return tensor.dtype === 'F32' ? stored : this.node('Cast', [stored], { to: DATA_TYPES.float32 });
  }

  /** Adds a standard operator with one output, and gives the output. */
  node(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.#add(operator, '', inputs, attributes, this.#nextName(operator));
  }

  /** Adds one of onnxruntime's own operators (domain `com.microsoft`). */
  fusedNode(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.#add(operator, 'com.microsoft', inputs, attributes, this.#nextName(operator));
  }

  /** The same numbers in another shape; −1 is whatever fits. */
  reshape(value: Value, shape: readonly number[]): Value {
    return this.node('Reshape', [value, this.constant('int64', [shape.length], shape)]);
  }

  /** The model as bytes. */
  toModel(): Uint8Array {
    return encodeModel({
      name: this.#name,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
  }

  #add(
    operator: string,
    domain: string,
    inputs: readonly Value[],
    attributes: Attributes,
    output: string,
  ): Value {
    this.#nodes.push(encodeNode({ operator, domain, inputs, output, attributes }));
    return asValue(output);
  }

  #nextName(kind: string): string {
    return `/${kind}_${this.#values++}`; // a slash keeps clear of tensor names
  }
}

function asValue(name: string): Value {
  return name as Value; // the brand exists in types only
}
