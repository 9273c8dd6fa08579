/**
 * A ViT as an ONNX graph, from 8-bit pixels to the CLS token of the last hidden state (Dosovitskiy et al. 2021,
 * pre-norm blocks as in transformers' ViTModel). Tokens are kept as `[batch · tokens × d]`, the shape that the
 * matrix products want.
 */
import { ACTIVATIONS } from './activations.ts';
import type { GraphOptions } from './encoder.ts';
import { GraphWriter, type Value } from './onnx.ts';
import type { VitConfig } from './vit-config.ts';
import { countTokens, type BlockWeights, type VitWeights } from './vit-weights.ts';
import type { Linear, Norm } from './weights.ts';

/** Names of the graph's input, `[batch × 3 × height × width]` uint8, and output, `[batch × d]` float32. */
export const PIXELS = 'pixels';
export const EMBEDDING = 'embedding';

/** Everything the steps below need to know. */
interface Context {
  readonly graph: GraphWriter;
  readonly config: VitConfig;
  readonly batch: number;
  /** Tokens of one image, the CLS token first. */
  readonly tokens: number;
}

/** Gives the bytes of an ONNX model that reads its weights from the safetensors files in its folder. */
export function writeVitGraph(config: VitConfig, weights: VitWeights, options: GraphOptions): Uint8Array {
  const { batch, normalization } = options;
  const graph = new GraphWriter('vit');
  const context: Context = { graph, config, batch, tokens: countTokens(config) };
  const { height, width } = config.imageSize;

  const pixels = graph.input(PIXELS, 'uint8', [batch, 3, height, width]);
  const normalized = normalizePixels(graph, pixels, normalization);
  let tokens = embedPatches(context, normalized, weights);
  for (const block of weights.blocks.slice(0, -1)) tokens = writeBlock(context, tokens, block);
  const cls = writeLastBlock(context, tokens, weights.blocks.at(-1)!);
  graph.output(EMBEDDING, normalizeLayer(context, cls, weights.norm), [batch, config.hiddenSize]);
  return graph.toModel();
}

/** Looks every 8-bit value up in its channel's table, which gives exactly the float32 values of transformers. */
function normalizePixels(graph: GraphWriter, pixels: Value, table: Float32Array): Value {
  const channelStarts = graph.constant('int32', [3, 1, 1], [0, 256, 512]);
  const values = graph.node('Cast', [pixels], { to: 6 }); // INT32
  const indices = graph.node('Add', [values, channelStarts]);
  return graph.node('Gather', [graph.constant('float32', [3 * 256], table), indices], { axis: 0 });
}

/** Cuts the image into patches, projects each to a token, puts the CLS token in front and adds the positions. */
function embedPatches({ graph, config, batch, tokens }: Context, pixels: Value, weights: VitWeights): Value {
  const { hiddenSize: d, patchSize } = config;
  const patch = [patchSize.height, patchSize.width];
  const projected = graph.node(
    'Conv',
    [pixels, graph.weight(weights.patchWeight), graph.weight(weights.patchBias)],
    { kernel_shape: patch, strides: patch },
  );
  const columns = reshape(graph, projected, [batch, d, tokens - 1]);
  const patches = graph.node('Transpose', [columns], { perm: [0, 2, 1] });
  const batchOfOne = graph.constant('int64', [3], [batch, 1, d]);
  const cls = graph.node('Expand', [graph.weight(weights.clsToken), batchOfOne]);
  const sequence = graph.node('Concat', [cls, patches], { axis: 1 });
  const placed = graph.node('Add', [sequence, graph.weight(weights.positions)]);
  return reshape(graph, placed, [batch * tokens, d]);
}

/** One block for all tokens. */
function writeBlock(context: Context, tokens: Value, block: BlockWeights): Value {
  const normed = normalizeLayer(context, tokens, block.normBefore);
  const attended = attend(context, normed, normed, context.tokens, block);
  return writeMlp(context, context.graph.node('Add', [attended, tokens]), block);
}

/** The last block for the CLS token alone, the only one that is read: its query looks at the keys of all tokens. */
function writeLastBlock(context: Context, tokens: Value, block: BlockWeights): Value {
  const normed = normalizeLayer(context, tokens, block.normBefore);
  const attended = attend(context, takeClsTokens(context, normed), normed, 1, block);
  return writeMlp(context, context.graph.node('Add', [attended, takeClsTokens(context, tokens)]), block);
}

/** `[batch · tokens × d]` to `[batch × d]`. */
function takeClsTokens({ graph, config, batch, tokens }: Context, all: Value): Value {
  const sequence = reshape(graph, all, [batch, tokens, config.hiddenSize]);
  return graph.node('Gather', [sequence, graph.constant('int64', [], [0])], { axis: 1 });
}

/** Multi-head attention of `queries` tokens an image to all tokens, with its output projection. */
function attend(context: Context, from: Value, to: Value, queries: number, block: BlockWeights): Value {
  const { graph, config, batch, tokens } = context;
  const d = config.hiddenSize;
  const query = reshape(graph, project(graph, from, block.query), [batch, queries, d]);
  const key = reshape(graph, project(graph, to, block.key), [batch, tokens, d]);
  const value = reshape(graph, project(graph, to, block.value), [batch, tokens, d]);
  const attended = graph.fusedNode('MultiHeadAttention', [query, key, value], { num_heads: config.heads });
  return project(graph, reshape(graph, attended, [batch * queries, d]), block.attentionOutput);
}

/** The second half of a block, with its residual. */
function writeMlp(context: Context, tokens: Value, block: BlockWeights): Value {
  const { graph, config } = context;
  const normed = normalizeLayer(context, tokens, block.normAfter);
  const wide = ACTIVATIONS[config.activation](graph, project(graph, normed, block.intermediate));
  return graph.node('Add', [project(graph, wide, block.output), tokens]);
}

/** PyTorch's Linear: `[n × in]` to `[n × out]`, the weight `[out × in]` taken as it is stored. */
function project(graph: GraphWriter, input: Value, { weight, bias }: Linear): Value {
  const inputs = [input, graph.weight(weight), ...(bias === undefined ? [] : [graph.weight(bias)])];
  return graph.node('Gemm', inputs, { transB: 1 });
}

function normalizeLayer({ graph, config }: Context, input: Value, { weight, bias }: Norm): Value {
  const inputs = [input, graph.weight(weight), graph.weight(bias)];
  return graph.node('LayerNormalization', inputs, { axis: 1, epsilon: { float: config.layerNormEps } });
}

function reshape(graph: GraphWriter, value: Value, shape: readonly number[]): Value {
  return graph.node('Reshape', [value, graph.constant('int64', [shape.length], shape)]);
}
