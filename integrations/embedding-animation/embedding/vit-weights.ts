/** Where a ViT's weights are in its tensor table: names differ by head and by version of transformers. */
import type { ErrorPlace } from '../errors.ts';
import type { Weight } from './onnx.ts';
import type { TensorTable } from './safetensors.ts';
import type { VitConfig } from './vit-config.ts';
import {
  takeLinear,
  takeNorm,
  tensorMissing,
  weightsOf,
  type Linear,
  type Norm,
  type TakeWeight,
} from './weights.ts';

/** One transformer block. */
export interface BlockWeights {
  readonly normBefore: Norm;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly attentionOutput: Linear;
  readonly normAfter: Norm;
  readonly intermediate: Linear;
  readonly output: Linear;
}

/** A ViT without its head. */
export interface VitWeights {
  /** `[1 × 1 × d]` */
  readonly clsToken: Weight;
  /** `[1 × tokens × d]` */
  readonly positions: Weight;
  /** A convolution, `[d × 3 × patch height × patch width]` and `[d]`. */
  readonly patchWeight: Weight;
  readonly patchBias: Weight;
  readonly blocks: readonly BlockWeights[];
  readonly norm: Norm;
}

/** Names inside a block. */
interface Layout {
  readonly block: (index: number) => string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly intermediate: string;
  readonly output: string;
}

/** As every version of transformers saves them. */
const SAVED: Layout = {
  block: (index) => `encoder.layer.${index}.`,
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  attentionOutput: 'attention.output.dense',
  intermediate: 'intermediate.dense',
  output: 'output.dense',
};

/** As transformers 5 names its modules, and so a `state_dict` that was saved without `save_pretrained`. */
const MODULES: Layout = {
  block: (index) => `layers.${index}.`,
  query: 'attention.q_proj',
  key: 'attention.k_proj',
  value: 'attention.v_proj',
  attentionOutput: 'attention.o_proj',
  intermediate: 'mlp.fc1',
  output: 'mlp.fc2',
};

const PREFIXES = ['vit.', ''] as const;

/** Number of tokens: the patches and the CLS token. */
export function countTokens({ imageSize, patchSize }: VitConfig): number {
  return Math.floor(imageSize.height / patchSize.height) * Math.floor(imageSize.width / patchSize.width) + 1;
}

/**
 * Finds all weights of the model and checks their shapes.
 * @throws EmbeddingAnimationError `TensorMissing`, `TensorShapeMismatch`, `TensorTypeUnsupported`
 */
export function takeVitWeights(config: VitConfig, table: TensorTable, place: ErrorPlace): VitWeights {
  const prefix = PREFIXES.find((candidate) => table.has(`${candidate}embeddings.cls_token`));
  if (prefix === undefined) throw tensorMissing('embeddings.cls_token', place);
  const layout = table.has(`${prefix}${MODULES.block(0)}layernorm_before.weight`) ? MODULES : SAVED;
  const takeAny = weightsOf(table, place);
  const take: TakeWeight = (name, shape) => takeAny(prefix + name, shape);
  const d = config.hiddenSize;
  const { height, width } = config.patchSize;
  return {
    clsToken: take('embeddings.cls_token', [1, 1, d]),
    positions: take('embeddings.position_embeddings', [1, countTokens(config), d]),
    patchWeight: take('embeddings.patch_embeddings.projection.weight', [d, 3, height, width]),
    patchBias: take('embeddings.patch_embeddings.projection.bias', [d]),
    blocks: Array.from({ length: config.layers }, (_, index) => takeBlock(config, layout, index, take)),
    norm: takeNorm(take, 'layernorm', d),
  };
}

function takeBlock(config: VitConfig, layout: Layout, index: number, takeAny: TakeWeight): BlockWeights {
  const { hiddenSize: d, intermediateSize, qkvBias } = config;
  const take: TakeWeight = (name, shape) => takeAny(layout.block(index) + name, shape);
  return {
    normBefore: takeNorm(take, 'layernorm_before', d),
    query: takeLinear(take, layout.query, d, d, qkvBias),
    key: takeLinear(take, layout.key, d, d, qkvBias),
    value: takeLinear(take, layout.value, d, d, qkvBias),
    attentionOutput: takeLinear(take, layout.attentionOutput, d, d),
    normAfter: takeNorm(take, 'layernorm_after', d),
    intermediate: takeLinear(take, layout.intermediate, intermediateSize, d),
    output: takeLinear(take, layout.output, d, intermediateSize),
  };
}
