/** Multi-head attention in a graph, to all tokens of an image: from all of them, or from one. */
import { project, reshape, type GraphContext } from './layers.ts';
import type { GraphWriter, Value } from '../../formats/onnx/index.ts';
import type { Attention } from '../vision-transformer.ts';
import type { Linear } from '../weights/weights.ts';

/**
 * From all tokens. Queries, keys and values are made by one product: their weights are put side by side, which
 * onnxruntime does once, when it loads the graph.
 * @returns `[batch · tokens × d]`
 */
export function attendFromAll(
  { graph, tower, batch, tokens }: GraphContext,
  input: Value,
  { query, key, value, output }: Attention,
): Value {
  const d = tower.hiddenSize;
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
  const sequence = reshape(graph, input, [batch, tokens, d]);
  const attended = graph.fusedNode('Attention', [sequence, columns, biases], { num_heads: tower.heads });
  return project(graph, reshape(graph, attended, [batch * tokens, d]), output);
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
  { graph, tower, batch, tokens }: GraphContext,
  query: Value,
  input: Value,
  attention: Attention,
): Value {
  const { hiddenSize: d, heads } = tower;
  const width = d / heads;
  const sequence = reshape(graph, input, [batch, tokens, d]);
  const scale = graph.constant('float32', [], [1 / Math.sqrt(width)]);
  const scaled = graph.node('Mul', [project(graph, query, attention.query), scale]);
  const queries = transpose(graph, reshape(graph, scaled, [batch, heads, width]), [1, 0, 2]);
  const keys = reshape(graph, graph.weight(attention.key.weight), [heads, width, d]);
  const directions = transpose(graph, graph.node('MatMul', [queries, keys]), [1, 2, 0]);
  const scores = transpose(graph, graph.node('MatMul', [sequence, directions]), [0, 2, 1]);
  const shares = graph.node('Softmax', [scores], { axis: 2 });
  const means = transpose(graph, graph.node('MatMul', [shares, sequence]), [1, 0, 2]);
  const values = reshape(graph, graph.weight(attention.value.weight), [heads, width, d]);
  const mixed = graph.node('MatMul', [means, transpose(graph, values, [0, 2, 1])]);
  const joined = reshape(graph, transpose(graph, mixed, [1, 0, 2]), [batch, d]);
  const biased = graph.node('Add', [joined, writeBias(graph, attention.value.bias, d)]);
  return project(graph, biased, attention.output);
}

function transpose(graph: GraphWriter, value: Value, order: readonly number[]): Value {
  return graph.node('Transpose', [value], { perm: order });
}

function writeBias(graph: GraphWriter, bias: Linear['bias'], size: number): Value {
  return bias === undefined ? graph.constant('float32', [size], new Float32Array(size)) : graph.weight(bias);
}
