/** Layers of a transformer in a graph. Tokens are kept as `[batch · tokens × d]`, the shape that products want. */
import type { GraphWriter, Value, Weight } from '../../formats/onnx/index.ts';
import type { Activation, Attention, Linear, Mlp, Norm, VisionTransformer } from '../vision-transformer.ts';

/** What every piece needs to know. */
export interface GraphContext {
  readonly graph: GraphWriter;
  readonly transformer: VisionTransformer;
  /** Images in one run. */
  readonly batch: number;
  /** Tokens of one image. */
  readonly tokens: number;
}

/** PyTorch's Linear: `[n × in]` to `[n × out]`, the weight `[out × in]` taken as it is stored. */
export function linear(graph: GraphWriter, input: Value, { weight, bias }: Linear): Value {
  const inputs = [input, graph.weight(weight), ...(bias === undefined ? [] : [graph.weight(bias)])];
  return graph.node('Gemm', inputs, { transB: 1 });
}

/** Layer norm of each token, `[n × d]`. */
export function normalizeLayer(
  { graph, transformer }: GraphContext,
  input: Value,
  { weight, bias }: Norm,
): Value {
  const inputs = [input, graph.weight(weight), graph.weight(bias)];
  return graph.node('LayerNormalization', inputs, { axis: 1, epsilon: { float: transformer.layerNormEps } });
}

/** `[batch · tokens × d]` to the first token of each image, `[batch × d]`. */
export function takeFirstTokens({ graph, transformer, batch, tokens }: GraphContext, all: Value): Value {
  const sequence = graph.reshape(all, [batch, tokens, transformer.hiddenSize]);
  return graph.node('Gather', [sequence, graph.constant('int64', [], [0])], { axis: 1 });
}

/** The MLP, without norm and residual. */
export function feedForward(graph: GraphWriter, input: Value, mlp: Mlp): Value {
  const activate = (value: Value): Value => writeActivation(graph, value, mlp.activation);
  const up = linear(graph, input, mlp.up);
  const hidden =
    mlp.gate === undefined ? activate(up) : graph.node('Mul', [activate(linear(graph, input, mlp.gate)), up]);
  return linear(graph, hidden, mlp.down);
}

/** input + scale · addition. */
export function addResidual(
  graph: GraphWriter,
  input: Value,
  addition: Value,
  scale: Weight | undefined,
): Value {
  const scaled = scale === undefined ? addition : graph.node('Mul', [addition, graph.weight(scale)]);
  return graph.node('Add', [scaled, input]);
}

type WriteActivation = (graph: GraphWriter, value: Value) => Value;

const erfGelu: WriteActivation = (graph, value) => graph.fusedNode('Gelu', [value]);
const tanhGelu: WriteActivation = (graph, value) => graph.fusedNode('FastGelu', [value]);
/** x · sigmoid(alpha · x) */
const swish =
  (alpha: number): WriteActivation =>
  (graph, value) =>
    graph.fusedNode('QuickGelu', [value], { alpha: { float: alpha } });

const WRITERS = {
  gelu: erfGelu,
  gelu_python: erfGelu,
  gelu_new: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_accurate: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  gelu_python_tanh: tanhGelu,
  quick_gelu: swish(1.702),
  silu: swish(1),
  swish: swish(1),
  relu: (graph, value) => graph.node('Relu', [value]),
  tanh: (graph, value) => graph.node('Tanh', [value]),
} as const satisfies Record<Activation, WriteActivation>;

/** An activation, value by value. */
export function writeActivation(graph: GraphWriter, value: Value, activation: Activation): Value {
  return WRITERS[activation](graph, value);
}

/**
 * From all tokens. Queries, keys and values are made by one product: their weights are put side by side, which
 * onnxruntime does once, when it loads the graph.
 * @returns `[batch · tokens × d]`
 */
export function attendFromAll(
  { graph, transformer, batch, tokens }: GraphContext,
  input: Value,
  { query, key, value, output }: Attention,
): Value {
  const d = transformer.hiddenSize;
  const layers = [query, key, value];
  const rows = graph.node(
    'Concat',
    layers.map(({ weight }) => graph.weight(weight)),
    { axis: 0 },
  );
  const columns = graph.node('Transpose', [rows], { perm: [1, 0] });
  const biases = graph.node(
    'Concat',
    layers.map(({ bias }) => writeBias(graph, bias, d)),
    { axis: 0 },
  );
  const sequence = graph.reshape(input, [batch, tokens, d]);
  const attended = graph.fusedNode('Attention', [sequence, columns, biases], {
    num_heads: transformer.heads,
  });
  return linear(graph, graph.reshape(attended, [batch * tokens, d]), output);
}

/**
 * From one token an image. Neither keys nor values are made: with query q, the scores q·(K x) of all tokens x are
 * (Kᵀ q)·x, and the sum of a·(V x) is V (sum of a·x), so K and V meet one vector an image and head. The bias of K
 * adds the same to all scores of a head, which softmax takes away; that of V is added once, as weights sum to 1.
 * @param query `[batch × d]`, before its projection
 * @param input `[batch · tokens × d]`
 * @returns `[batch × d]`
 */
export function attendFromOne(
  { graph, transformer, batch, tokens }: GraphContext,
  query: Value,
  input: Value,
  attention: Attention,
): Value {
  const { hiddenSize: d, heads } = transformer;
  const width = d / heads;
  const sequence = graph.reshape(input, [batch, tokens, d]);
  const scale = graph.constant('float32', [], [1 / Math.sqrt(width)]);
  const scaled = graph.node('Mul', [linear(graph, query, attention.query), scale]);
  const queries = transpose(graph, graph.reshape(scaled, [batch, heads, width]), [1, 0, 2]);
  const keys = graph.reshape(graph.weight(attention.key.weight), [heads, width, d]);
  const directions = transpose(graph, graph.node('MatMul', [queries, keys]), [1, 2, 0]);
  const scores = transpose(graph, graph.node('MatMul', [sequence, directions]), [0, 2, 1]);
  const shares = graph.node('Softmax', [scores], { axis: 2 });
  const means = transpose(graph, graph.node('MatMul', [shares, sequence]), [1, 0, 2]);
  const values = graph.reshape(graph.weight(attention.value.weight), [heads, width, d]);
  const mixed = graph.node('MatMul', [means, transpose(graph, values, [0, 2, 1])]);
  const joined = graph.reshape(transpose(graph, mixed, [1, 0, 2]), [batch, d]);
  const biased = graph.node('Add', [joined, writeBias(graph, attention.value.bias, d)]);
  return linear(graph, biased, attention.output);
}

function transpose(graph: GraphWriter, value: Value, order: readonly number[]): Value {
  return graph.node('Transpose', [value], { perm: order });
}

function writeBias(graph: GraphWriter, bias: Linear['bias'], size: number): Value {
  return bias === undefined ? graph.constant('float32', [size], new Float32Array(size)) : graph.weight(bias);
}
