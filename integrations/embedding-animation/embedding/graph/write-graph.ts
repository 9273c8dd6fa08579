/** A tower as an ONNX graph, from 8-bit pixels to one embedding an image. */
import { ACTIVATIONS } from './activations.ts';
import { attendFromAll, attendFromOne } from './attention.ts';
import { embeddingWidth, type GraphOptions, type Pooling } from '../encoder.ts';
import {
  addResidual,
  feedForward,
  normalizeLayer,
  project,
  reshape,
  takeFirstTokens,
  type GraphContext,
} from './layers.ts';
import { GraphWriter, type Value } from '../../formats/onnx/index.ts';
import { embedImages } from './tokens.ts';
import { countFrontTokens, countTokens } from '../patches.ts';
import type { Block, Pooler, Tower } from '../vision-transformer.ts';

/** Names of the graph's input, `[batch × 3 × height × width]` uint8, and output, `[batch × d]` float32. */
export const PIXELS = 'pixels';
export const EMBEDDING = 'embedding';

/** Gives the bytes of an ONNX model that reads its weights from the safetensors files in its folder. */
export function writeTowerGraph(tower: Tower, options: GraphOptions): Uint8Array {
  const { batch, imageSize, normalization, pooling } = options;
  const graph = new GraphWriter('tower', options.adapter);
  const context: GraphContext = { graph, tower, batch, tokens: countTokens(tower, imageSize) };

  const pixels = graph.input(PIXELS, 'uint8', [batch, 3, imageSize.height, imageSize.width]);
  let tokens = embedImages(context, pixels, imageSize, normalization);
  if (tower.normBefore !== undefined) tokens = normalizeLayer(context, tokens, tower.normBefore);
  for (const block of tower.blocks.slice(0, -1)) tokens = writeBlock(context, tokens, block);
  const embedding = writeEnd(context, tokens, tower.blocks.at(-1)!, pooling);
  graph.output(EMBEDDING, embedding, [batch, embeddingWidth(tower.hiddenSize, pooling)]);
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
  const { graph, tower, batch } = context;
  const finish = (value: Value): Value =>
    tower.norm === undefined ? value : normalizeLayer(context, value, tower.norm);
  if (pooling === 'mean' || pooling === 'patches' || pooling === 'cls+patches') {
    const sequence = [batch, context.tokens, tower.hiddenSize];
    const hidden = reshape(graph, finish(writeBlock(context, tokens, block)), sequence);
    if (pooling === 'mean') return meanOf(graph, hidden);
    const patches = meanOf(graph, takePatches(context, hidden));
    if (pooling === 'patches') return patches;
    return graph.node('Concat', [takeFirstTokens(context, hidden), patches], { axis: 1 });
  }
  const pooler: Pooler = pooling === 'pooler' ? tower.pooler! : { kind: 'first' };
  if (pooler.kind === 'attention')
    return poolByAttention(context, finish(writeBlock(context, tokens, block)), pooler);
  return poolFirst(context, finish(writeBlockOfFirst(context, tokens, block)), pooler);
}

/** `[batch × tokens × d]` to the mean of each image's tokens, `[batch × d]`. */
function meanOf(graph: GraphWriter, tokens: Value): Value {
  return graph.node('ReduceMean', [tokens, graph.constant('int64', [1], [1])], { keepdims: 0 });
}

/** `[batch × tokens × d]` without the tokens that stand before those of the patches. */
function takePatches({ graph, tower, tokens }: GraphContext, hidden: Value): Value {
  const front = countFrontTokens(tower);
  if (front === 0) return hidden;
  const ends = [front, tokens, 1].map((value) => graph.constant('int64', [1], [value]));
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
  return ACTIVATIONS[pooler.activation](graph, project(graph, first, pooler.dense));
}

/** One learnt token looks at all others. */
function poolByAttention(
  context: GraphContext,
  hidden: Value,
  { probe, attention, norm, mlp }: Extract<Pooler, { kind: 'attention' }>,
): Value {
  const { graph, tower, batch } = context;
  const d = tower.hiddenSize;
  const rows = reshape(graph, graph.weight(probe), [1, d]);
  const probes = graph.node('Expand', [rows, graph.constant('int64', [2], [batch, d])]);
  const attended = attendFromOne(context, probes, hidden, attention);
  const normed = normalizeLayer(context, attended, norm);
  return addResidual(graph, attended, feedForward(graph, normed, mlp), undefined);
}
