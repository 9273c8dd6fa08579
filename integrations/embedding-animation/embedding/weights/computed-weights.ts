/** Weights that a graph makes of others. They are made of constants alone, so onnxruntime computes them once. */
import type { GraphWriter, Value } from '../../formats/onnx/graph-writer.ts';
import type { ComputedWeight } from '../../formats/onnx/messages.ts';

type LowRank = Extract<ComputedWeight, { kind: 'lowRank' }>;

/** Adds what makes the weight of `shape`, in float32. */
export function writeComputedWeight(
  graph: GraphWriter,
  weight: ComputedWeight,
  shape: readonly number[],
): Value {
  switch (weight.kind) {
    case 'lowRank':
      return writeLowRank(graph, weight, shape);
    case 'sum':
      return graph.node('Add', [
        graph.weight(weight.base),
        scaled(graph, graph.weight(weight.addition), weight.scale),
      ]);
    case 'stack':
      return graph.node(
        'Concat',
        weight.parts.map((part) => graph.weight(part)),
        { axis: 0 },
      );
    case 'rows': {
      const { whole, width, from, to } = weight;
      const rows = reshaped(graph, graph.weight(whole), [-1, width]);
      const ends = [from, to, 0].map((value) => graph.constant('int64', [1], [value]));
      return reshaped(graph, graph.node('Slice', [rows, ...ends]), shape);
    }
  }
}

/** As PEFT merges it: the product in float32, then scaled, then added; DoRA's norm is that of the sum. */
function writeLowRank(
  graph: GraphWriter,
  { base, up, down, scale, isTransposed, magnitude }: LowRank,
  shape: readonly number[],
): Value {
  const rank = down.shape[0]!;
  const outputs = up.shape[0]!;
  const left = reshaped(graph, graph.weight(up), [outputs, rank]);
  const right = reshaped(graph, graph.weight(down), [rank, -1]);
  const product = graph.node('MatMul', [left, right]);
  const turned = isTransposed ? graph.node('Transpose', [product], { perm: [1, 0] }) : product;
  const addition = reshaped(graph, scaled(graph, turned, scale), shape);
  const sum = graph.node('Add', [graph.weight(base), addition]);
  if (magnitude === undefined) return sum;
  const rows = reshaped(graph, sum, [outputs, -1]);
  const lengths = graph.node('ReduceL2', [rows, graph.constant('int64', [1], [1])], { keepdims: 1 });
  const wanted = reshaped(graph, graph.weight(magnitude), [outputs, 1]);
  const factors = graph.node('Div', [wanted, lengths]);
  return reshaped(graph, graph.node('Mul', [rows, factors]), shape);
}

function scaled(graph: GraphWriter, value: Value, factor: number): Value {
  return graph.node('Mul', [value, graph.constant('float32', [], [factor])]);
}

function reshaped(graph: GraphWriter, value: Value, shape: readonly number[]): Value {
  return graph.node('Reshape', [value, graph.constant('int64', [shape.length], shape)]);
}
