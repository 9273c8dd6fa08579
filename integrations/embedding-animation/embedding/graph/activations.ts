/** The activations of transformers (`ACT2FN`) that a graph can be built with. */
import type { GraphWriter, Value } from '../../formats/onnx/index.ts';

type WriteActivation = (graph: GraphWriter, value: Value) => Value;

const erfGelu: WriteActivation = (graph, value) => graph.fusedNode('Gelu', [value]);
const tanhGelu: WriteActivation = (graph, value) => graph.fusedNode('FastGelu', [value]);
/** x · sigmoid(alpha · x) */
const gated =
  (alpha: number): WriteActivation =>
  (graph, value) =>
    graph.fusedNode('QuickGelu', [value], { alpha: { float: alpha } });

/** By the name that `hidden_act` gives them. */
export const ACTIVATIONS = {
  gelu: erfGelu,
  gelu_python: erfGelu,
  gelu_new: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_accurate: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  gelu_python_tanh: tanhGelu,
  quick_gelu: gated(1.702),
  silu: gated(1),
  swish: gated(1),
  relu: (graph, value) => graph.node('Relu', [value]),
  tanh: (graph, value) => graph.node('Tanh', [value]),
} as const satisfies Record<string, WriteActivation>;

export type Activation = keyof typeof ACTIVATIONS;

/** Whether a graph can be built with `name`. */
export function isActivation(name: string): name is Activation {
  return Object.hasOwn(ACTIVATIONS, name);
}
