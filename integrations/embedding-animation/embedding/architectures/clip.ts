/** The vision models of CLIP (Radford et al. 2021) and SigLIP (Zhai et al. 2023). */
import { z } from 'zod';
import { parseOptions } from '../../options/index.ts';
import type { OpenedTransformer } from '../encoder.ts';
import type { Pooler } from '../vision-transformer.ts';
import type { TakeWeight } from '../weights/weights.ts';
import {
  count,
  openTransformerSource,
  optionalInterpolation,
  transformerFields,
  type ModelPlaces,
  type ModelWeights,
  type TransformerSource,
} from './vision-transformer-config.ts';
import {
  takeBlocks,
  takeLinear,
  takeMlp,
  takeNorm,
  takeOutputs,
  takePatches,
  withPrefix,
  type BlockNames,
  type BlockShape,
} from './vision-transformer-weights.ts';

const clipSchema = z.object({
  ...transformerFields({ patchSize: 32, activation: 'quick_gelu', layerNormEps: 1e-5 }),
  intermediate_size: count.default(3072),
});

const siglipSchema = z.object({
  ...transformerFields({ patchSize: 16, activation: 'gelu_pytorch_tanh', layerNormEps: 1e-6 }),
  intermediate_size: count.default(3072),
  vision_use_head: z.boolean().default(true),
});

const CLIP = { schema: clipSchema, anchor: 'embeddings.class_embedding' };
const SIGLIP = { schema: siglipSchema, anchor: 'embeddings.patch_embedding.weight' };

const NAMES: BlockNames = {
  block: (index) => `encoder.layers.${index}.`,
  normBefore: 'layer_norm1',
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  attentionOutput: 'self_attn.out_proj',
  normAfter: 'layer_norm2',
  up: 'mlp.fc1',
  down: 'mlp.fc2',
};

const modelSchema = z.object({ vision_config: z.unknown() });

/** The config of the vision model in that of a whole model, which has a text model too. */
function visionConfig(config: unknown, places: ModelPlaces): unknown {
  return parseOptions(modelSchema, config, 'ConfigInvalid', places.config).vision_config ?? {};
}

/** Opens the vision model of a CLIP that has a text model too, or a classifier made from it. */
export function openClip(config: unknown, weights: ModelWeights, places: ModelPlaces): OpenedTransformer {
  return openClipVision(visionConfig(config, places), weights, places);
}

/** Opens the vision model of a SigLIP that has a text model too, or a classifier made from it. */
export function openSiglip(config: unknown, weights: ModelWeights, places: ModelPlaces): OpenedTransformer {
  return openSiglipVision(visionConfig(config, places), weights, places);
}

/** Opens CLIP's vision model. Its last hidden state has no norm, its pooler is a norm of the CLS token. */
export function openClipVision(
  value: unknown,
  weights: ModelWeights,
  places: ModelPlaces,
): OpenedTransformer {
  const source = openTransformerSource(CLIP, value, weights, places);
  const { config, grid, sizes, take, prefix } = source;
  const { hidden_size: d, patch_size: patch } = config;
  return {
    prefix,
    imageSize: config.image_size,
    defaultPooling: 'pooler',
    transformer: {
      ...sizes,
      leading: [take('embeddings.class_embedding', [d])],
      registers: undefined,
      positions: {
        weight: take('embeddings.position_embedding.weight', [1 + grid.height * grid.width, d]),
        grid,
        interpolation: optionalInterpolation(grid),
      },
      patch: takePatches(take, 'embeddings.patch_embedding', d, patch, false),
      normBefore: takeNorm(take, 'pre_layrnorm', d), // spelt so in every checkpoint
      blocks: takeBlocks(take, NAMES, blockShape(source), config.num_hidden_layers),
      norm: undefined,
      pooler: { kind: 'norm', norm: takeNorm(take, 'post_layernorm', d) },
    },
  };
}

/** Opens SigLIP's vision model. It has no CLS token; its pooler attends to all patches with a learnt query. */
export function openSiglipVision(
  value: unknown,
  weights: ModelWeights,
  places: ModelPlaces,
): OpenedTransformer {
  const source = openTransformerSource(SIGLIP, value, weights, places);
  const { config, grid, sizes, take, has, prefix } = source;
  const { hidden_size: d, patch_size: patch } = config;
  const shape = blockShape(source);
  // a classifier is made without the head and says nothing of it in its config
  const hasHead = config.vision_use_head && has('head.probe');
  return {
    prefix,
    imageSize: config.image_size,
    defaultPooling: hasHead ? 'pooler' : 'mean',
    transformer: {
      ...sizes,
      leading: [],
      registers: undefined,
      positions: {
        weight: take('embeddings.position_embedding.weight', [grid.height * grid.width, d]),
        grid,
        interpolation: optionalInterpolation(grid),
      },
      patch: takePatches(take, 'embeddings.patch_embedding', d, patch),
      normBefore: undefined,
      blocks: takeBlocks(take, NAMES, shape, config.num_hidden_layers),
      norm: takeNorm(take, 'post_layernorm', d),
      pooler: hasHead ? takeHead(withPrefix(take, 'head.'), shape) : undefined,
    },
  };
}

function blockShape({ config, activation }: TransformerSource<z.output<typeof clipSchema>>): BlockShape {
  return {
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    activation,
    qkvBias: true,
  };
}

/** PyTorch's MultiheadAttention keeps query, key and value in one layer. */
function takeHead(take: TakeWeight, shape: BlockShape): Pooler {
  const d = shape.hiddenSize;
  const inputs = {
    weight: take('attention.in_proj_weight', [3 * d, d]),
    bias: take('attention.in_proj_bias', [3 * d]),
  };
  return {
    kind: 'attention',
    probe: take('probe', [1, 1, d]),
    attention: {
      query: takeOutputs(inputs, 0, d),
      key: takeOutputs(inputs, d, 2 * d),
      value: takeOutputs(inputs, 2 * d, 3 * d),
      output: takeLinear(take, 'attention.out_proj', d, d),
    },
    norm: takeNorm(take, 'layernorm', d),
    mlp: takeMlp(take, NAMES, shape),
  };
}
