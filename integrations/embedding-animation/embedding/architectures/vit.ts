/** ViT and DeiT: the same model, but DeiT has a distillation token (Touvron et al. 2021). */
import { z } from 'zod';
import type { ErrorPlace } from '../../errors.ts';
import type { OpenedTransformer } from '../encoder.ts';
import type { Pooler } from '../vision-transformer.ts';
import type { TakeWeight } from '../weights/weights.ts';
import {
  count,
  openTransformerSource,
  optionalInterpolation,
  parseActivation,
  transformerFields,
  type ModelPlaces,
  type ModelWeights,
} from './vision-transformer-config.ts';
import {
  takeBlocks,
  takeLinear,
  takeNorm,
  takePatches,
  type BlockNames,
} from './vision-transformer-weights.ts';

const schema = z.object({
  ...transformerFields({ patchSize: 16, activation: 'gelu', layerNormEps: 1e-12 }),
  intermediate_size: count.default(3072),
  qkv_bias: z.boolean().default(true),
  pooler_output_size: count.nullish(),
  pooler_act: z.string().default('tanh'),
});

const FORMAT = { schema, anchor: 'embeddings.cls_token' };

/** As every version of transformers saves them. */
const SAVED: BlockNames = {
  block: (index) => `encoder.layer.${index}.`,
  normBefore: 'layernorm_before',
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  attentionOutput: 'attention.output.dense',
  normAfter: 'layernorm_after',
  up: 'intermediate.dense',
  down: 'output.dense',
};

/** As transformers 5 names its modules, and so a `state_dict` that was saved without `save_pretrained`. */
const MODULES: BlockNames = {
  ...SAVED,
  block: (index) => `layers.${index}.`,
  query: 'attention.q_proj',
  key: 'attention.k_proj',
  value: 'attention.v_proj',
  attentionOutput: 'attention.o_proj',
  up: 'mlp.fc1',
  down: 'mlp.fc2',
};

const FIRST_NORM = 'layernorm_before.weight';

/** Opens a ViT. */
export function openVit(config: unknown, weights: ModelWeights, places: ModelPlaces): OpenedTransformer {
  return open(config, weights, places, ['cls_token']);
}

/** Opens a DeiT. */
export function openDeit(config: unknown, weights: ModelWeights, places: ModelPlaces): OpenedTransformer {
  return open(config, weights, places, ['cls_token', 'distillation_token']);
}

function open(
  value: unknown,
  weights: ModelWeights,
  places: ModelPlaces,
  tokens: readonly string[],
): OpenedTransformer {
  const { config, activation, grid, sizes, take, has, prefix } = openTransformerSource(
    FORMAT,
    value,
    weights,
    places,
  );
  const { hidden_size: d, patch_size: patch } = config;
  const positions = tokens.length + grid.height * grid.width;
  const names = has(`${MODULES.block(0)}${FIRST_NORM}`) ? MODULES : SAVED;
  const block = {
    hiddenSize: d,
    intermediateSize: config.intermediate_size,
    activation,
    qkvBias: config.qkv_bias,
  };
  return {
    prefix,
    imageSize: config.image_size,
    defaultPooling: 'cls',
    transformer: {
      ...sizes,
      leading: tokens.map((token) => take(`embeddings.${token}`, [1, 1, d])),
      registers: undefined,
      positions: {
        weight: take('embeddings.position_embeddings', [1, positions, d]),
        grid,
        interpolation: optionalInterpolation(grid),
      },
      patch: takePatches(take, 'embeddings.patch_embeddings.projection', d, patch),
      normBefore: undefined,
      blocks: takeBlocks(take, names, block, config.num_hidden_layers),
      norm: takeNorm(take, 'layernorm', d),
      pooler: has('pooler.dense.weight') ? takePooler(config, take, places.config) : undefined,
    },
  };
}

/** A pooler that changes the width is left out: an embedding is as up as the model. */
function takePooler(
  { hidden_size: d, pooler_output_size: width, pooler_act: activation }: z.output<typeof schema>,
  take: TakeWeight,
  place: ErrorPlace,
): Pooler | undefined {
  if ((width ?? d) !== d) return undefined;
  return {
    kind: 'dense',
    dense: takeLinear(take, 'pooler.dense', d, d),
    activation: parseActivation(activation, 'pooler_act', place),
  };
}
