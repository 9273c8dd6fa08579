/** Pieces of a transformer's graph. Tokens are kept as `[batch · tokens × d]`, the shape that products want. */
import { ACTIVATIONS } from './activations.ts';
import type { Weight } from '../../formats/onnx/index.ts';
import type { GraphWriter, Value } from '../../formats/onnx/index.ts';
import type { Mlp, Tower } from '../vision-transformer.ts';
import type { Linear, Norm } from '../weights/weights.ts';

/** What every piece needs to know. */
export interface GraphContext {
  readonly graph: GraphWriter;
  readonly tower: Tower;
  /** Images in one run. */
  readonly batch: number;
  /** Tokens of one image. */
  readonly tokens: number;
}

/** PyTorch's Linear: `[n × in]` to `[n × out]`, the weight `[out × in]` taken as it is stored. */
export function project(graph: GraphWriter, input: Value, { weight, bias }: Linear): Value {
  const inputs = [input, graph.weight(weight), ...(bias === undefined ? [] : [graph.weight(bias)])];
  return graph.node('Gemm', inputs, { transB: 1 });
}

/** Layer norm of each token, `[n × d]`. */
export function normalizeLayer({ graph, tower }: GraphContext, input: Value, { weight, bias }: Norm): Value {
  const inputs = [input, graph.weight(weight), graph.weight(bias)];
  return graph.node('LayerNormalization', inputs, { axis: 1, epsilon: { float: tower.layerNormEps } });
}

/** The same numbers in another shape. */
export function reshape(graph: GraphWriter, value: Value, shape: readonly number[]): Value {
  return graph.node('Reshape', [value, graph.constant('int64', [shape.length], shape)]);
}

/** `[batch · tokens × d]` to the first token of each image, `[batch × d]`. */
export function takeFirstTokens({ graph, tower, batch, tokens }: GraphContext, all: Value): Value {
  const sequence = reshape(graph, all, [batch, tokens, tower.hiddenSize]);
  return graph.node('Gather', [sequence, graph.constant('int64', [], [0])], { axis: 1 });
}

/** The MLP, without norm and residual. */
export function feedForward(graph: GraphWriter, input: Value, mlp: Mlp): Value {
  const activate = ACTIVATIONS[mlp.activation];
  const wide = project(graph, input, mlp.wide);
  const hidden =
    mlp.gate === undefined
      ? activate(graph, wide)
      : graph.node('Mul', [activate(graph, project(graph, input, mlp.gate)), wide]);
  return project(graph, hidden, mlp.narrow);
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
