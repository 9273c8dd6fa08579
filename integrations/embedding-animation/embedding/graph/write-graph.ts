/** A vision transformer as an ONNX graph, from 8-bit pixels to one embedding an image. */
import { GraphWriter, type Value } from '../../formats/onnx/index.ts';
import { embeddingWidth, type Pooling } from '../pooling.ts';
import type { Size } from '../preprocessing/processor.ts';
import {
  countPrefixTokens,
  countTokens,
  type Block,
  type Pooler,
  type VisionTransformer,
} from '../vision-transformer.ts';
import {
  addResidual,
  attendFromAll,
  attendFromOne,
  feedForward,
  normalizeLayer,
  linear,
  takeFirstTokens,
  writeActivation,
  type GraphContext,
} from './layers.ts';
import { embedImages } from './tokens.ts';

/** Names of the graph's input, `[batch × 3 × height × width]` uint8, and output, `[batch × d]` float32. */
export const PIXELS = 'pixels';
export const EMBEDDING = 'embedding';

/** What a graph is built for. */
export interface GraphOptions {
  /** Images in one run of the graph. It is fixed, so the runtime can plan its memory. */
  readonly batch: number;
  /** Of the images, in px; one that the encoder's `checkInput` lets through. */
  readonly imageSize: Size;
  /** Value of each 8-bit value in each channel, `[3 × 256]`. */
  readonly normalization: Float32Array;
  /** One of the encoder's `poolings`. */
  readonly pooling: Pooling;
  /** Content of the adapter's file, where the model has an adapter. */
  readonly adapter?: Uint8Array | undefined;
}

/** Gives the bytes of an ONNX model that reads its weights from the safetensors files in its folder. */
export function writeTransformerGraph(transformer: VisionTransformer, options: GraphOptions): Uint8Array {
  const { batch, imageSize, normalization, pooling } = options;
  const graph = new GraphWriter('vision_transformer', options.adapter);
  const context: GraphContext = { graph, transformer, batch, tokens: countTokens(transformer, imageSize) };

  const pixels = graph.input(PIXELS, 'uint8', [batch, 3, imageSize.height, imageSize.width]);
  let tokens = embedImages(context, pixels, imageSize, normalization);
  if (transformer.normBefore !== undefined) tokens = normalizeLayer(context, tokens, transformer.normBefore);
  for (const block of transformer.blocks.slice(0, -1)) tokens = writeBlock(context, tokens, block);
  const embedding = writeEnd(context, tokens, transformer.blocks.at(-1)!, pooling);
  graph.output(EMBEDDING, embedding, [batch, embeddingWidth(transformer.hiddenSize, pooling)]);
  return graph.toModel();
}

/** One block for all tokens. */
function writeBlock(context: GraphContext, tokens: Value, block: Block): Value {
  const { graph } = context;
  const normed = normalizeLayer(context, tokens, block.normBefore);
  const attended = attendFromAll(context, normed, block.attention);
  return writeMlp(context, addResidual(graph, tokens, attended, block.attentionScale), block);
}

/** The block for the first token alone, which looks at all tokens. */
function writeBlockOfFirst(context: GraphContext, tokens: Value, block: Block): Value {
  const { graph } = context;
  const normed = normalizeLayer(context, tokens, block.normBefore);
  const attended = attendFromOne(context, takeFirstTokens(context, normed), normed, block.attention);
  const first = takeFirstTokens(context, tokens);
  return writeMlp(context, addResidual(graph, first, attended, block.attentionScale), block);
}

/** The second half of a block, with its residual. */
function writeMlp(context: GraphContext, tokens: Value, block: Block): Value {
  const { graph } = context;
  const normed = normalizeLayer(context, tokens, block.normAfter);
  return addResidual(graph, tokens, feedForward(graph, normed, block.mlp), block.mlpScale);
}

/** The last block, the last norm and the pooling, for those tokens alone that the pooling reads. */
function writeEnd(context: GraphContext, tokens: Value, block: Block, pooling: Pooling): Value {
  const { graph, transformer, batch } = context;
  const finish = (value: Value): Value =>
    transformer.norm === undefined ? value : normalizeLayer(context, value, transformer.norm);
  if (pooling === 'mean' || pooling === 'patches' || pooling === 'cls+patches') {
    const sequence = [batch, context.tokens, transformer.hiddenSize];
    const hidden = graph.reshape(finish(writeBlock(context, tokens, block)), sequence);
    if (pooling === 'mean') return averageTokens(graph, hidden);
    const patches = averageTokens(graph, takePatches(context, hidden));
    if (pooling === 'patches') return patches;
    return graph.node('Concat', [takeFirstTokens(context, hidden), patches], { axis: 1 });
  }
  const pooler: Pooler = pooling === 'pooler' ? transformer.pooler! : { kind: 'first' };
  if (pooler.kind === 'attention')
    return poolByAttention(context, finish(writeBlock(context, tokens, block)), pooler);
  return poolFirst(context, finish(writeBlockOfFirst(context, tokens, block)), pooler);
}

/** `[batch × tokens × d]` to the mean of each image's tokens, `[batch × d]`. */
function averageTokens(graph: GraphWriter, tokens: Value): Value {
  return graph.node('ReduceMean', [tokens, graph.constant('int64', [1], [1])], { keepdims: 0 });
}

/** `[batch × tokens × d]` without the tokens that stand before those of the patches. */
function takePatches({ graph, transformer, tokens }: GraphContext, hidden: Value): Value {
  const prefix = countPrefixTokens(transformer);
  if (prefix === 0) return hidden;
  const ends = [prefix, tokens, 1].map((value) => graph.constant('int64', [1], [value]));
  return graph.node('Slice', [hidden, ...ends]);
}

function poolFirst(
  context: GraphContext,
  first: Value,
  pooler: Exclude<Pooler, { kind: 'attention' }>,
): Value {
  const { graph } = context;
  if (pooler.kind === 'first') return first;
  if (pooler.kind === 'norm') return normalizeLayer(context, first, pooler.norm);
  return writeActivation(graph, linear(graph, first, pooler.dense), pooler.activation);
}

/** One learnt token looks at all others. */
function poolByAttention(
  context: GraphContext,
  hidden: Value,
  { probe, attention, norm, mlp }: Extract<Pooler, { kind: 'attention' }>,
): Value {
  const { graph, transformer, batch } = context;
  const d = transformer.hiddenSize;
  const rows = graph.reshape(graph.weight(probe), [1, d]);
  const probes = graph.node('Expand', [rows, graph.constant('int64', [2], [batch, d])]);
  const attended = attendFromOne(context, probes, hidden, attention);
  const normed = normalizeLayer(context, attended, norm);
  return addResidual(graph, attended, feedForward(graph, normed, mlp), undefined);
}
