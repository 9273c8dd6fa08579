/** Weights that a graph makes of others. They are made of constants alone, so onnxruntime computes them once. */
import type { GraphWriter, Value, Weight } from '../../formats/onnx/index.ts';

/** What is added to a weight, as PEFT has it: scale · up · down. */
export interface LowRankAddition {
  /** `[rank × inputs…]` */
  readonly down: Weight;
  /** `[outputs × rank]`, with axes of one behind where the base is a convolution. */
  readonly up: Weight;
  readonly scale: number;
  /** Whether the product is transposed before it is added, as for tables of embeddings. */
  readonly isTransposed: boolean;
  /** Length of each row of the sum (DoRA): `[outputs]`, with axes of one around where the base is a convolution. */
  readonly magnitude: Weight | undefined;
}

/**
 * base + scale · up · down, and with a magnitude m: m · that / its norm, row by row. As PEFT merges it: the product in
 * float32, then scaled, then added; DoRA's norm is that of the sum.
 */
export function addLowRank(base: Weight, addition: LowRankAddition): Weight {
  const { down, up, scale, isTransposed, magnitude } = addition;
  const { shape } = base;
  return withComputation(base, (graph) => {
    const rank = down.shape[0]!;
    const outputs = up.shape[0]!;
    const left = graph.reshape(graph.weight(up), [outputs, rank]);
    const right = graph.reshape(graph.weight(down), [rank, -1]);
    const product = graph.node('MatMul', [left, right]);
    const oriented = isTransposed ? graph.node('Transpose', [product], { perm: [1, 0] }) : product;
    const added = graph.reshape(multiply(graph, oriented, scale), shape);
    const sum = graph.node('Add', [graph.weight(base), added]);
    if (magnitude === undefined) return sum;
    const rows = graph.reshape(sum, [outputs, -1]);
    const lengths = graph.node('ReduceL2', [rows, graph.constant('int64', [1], [1])], { keepdims: 1 });
    const wanted = graph.reshape(graph.weight(magnitude), [outputs, 1]);
    const factors = graph.node('Div', [wanted, lengths]);
    return graph.reshape(graph.node('Mul', [rows, factors]), shape);
  });
}

/** base + scale · addition */
export function addScaled(base: Weight, addition: Weight, scale: number): Weight {
  return withComputation(base, (graph) =>
    graph.node('Add', [graph.weight(base), multiply(graph, graph.weight(addition), scale)]),
  );
}

/** `parts` one above the other, in the place of `whole`. */
export function stackRows(whole: Weight, parts: readonly Weight[]): Weight {
  return withComputation(whole, (graph) =>
    graph.node(
      'Concat',
      parts.map((part) => graph.weight(part)),
      { axis: 0 },
    ),
  );
}

/**
 * A part of a weight that is read as rows: as many as `shape` begins with, from row `from` on. No byte of a stored
 * weight is copied: the part has its own place in the file.
 */
export function takeRows(whole: Weight, from: number, shape: readonly number[]): Weight {
  const to = from + shape[0]!;
  const width = countNumbers(shape.slice(1));
  const part = { ...whole, name: `${whole.name}[${from}:${to}]`, shape };
  if (whole.compute !== undefined) {
    const compute = (graph: GraphWriter): Value => {
      const rows = graph.reshape(graph.weight(whole), [-1, width]);
      const ends = [from, to, 0].map((value) => graph.constant('int64', [1], [value]));
      return graph.reshape(graph.node('Slice', [rows, ...ends]), shape);
    };
    return { ...part, compute };
  }
  const rowLength = (whole.length / countNumbers(whole.shape)) * width;
  return { ...part, offset: whole.offset + from * rowLength, length: (to - from) * rowLength };
}

/** In the place of `base`, under a name of its own. */
function withComputation(base: Weight, compute: NonNullable<Weight['compute']>): Weight {
  return { ...base, name: `/adapted/${base.name}`, dtype: 'F32', isInline: false, compute };
}

function multiply(graph: GraphWriter, value: Value, factor: number): Value {
  return graph.node('Mul', [value, graph.constant('float32', [], [factor])]);
}

function countNumbers(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
