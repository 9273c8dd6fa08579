/** ViT and DeiT as towers: the same model, but DeiT has a distillation token (Touvron et al. 2021). */
import { z } from 'zod';
import type { ErrorPlace } from '../../errors.ts';
import type { EncoderPlaces } from '../encoder.ts';
import type { ModelWeights } from '../weights/model-weights.ts';
import { takeBlocks, takePatches, type BlockNames } from './vision-transformer-weights.ts';
import { count, parseActivation, towerFields } from './vision-transformer-config.ts';
import type { OpenedTower } from '../tower-encoder.ts';
import { openTowerSource, optionalInterpolation } from './tower-source.ts';
import type { Pooler } from '../vision-transformer.ts';
import { takeLinear, takeNorm, type TakeWeight } from '../weights/weights.ts';

const schema = z.object({
  ...towerFields({ patchSize: 16, activation: 'gelu', layerNormEps: 1e-12 }),
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
  wide: 'intermediate.dense',
  narrow: 'output.dense',
};

/** As transformers 5 names its modules, and so a `state_dict` that was saved without `save_pretrained`. */
const MODULES: BlockNames = {
  ...SAVED,
  block: (index) => `layers.${index}.`,
  query: 'attention.q_proj',
  key: 'attention.k_proj',
  value: 'attention.v_proj',
  attentionOutput: 'attention.o_proj',
  wide: 'mlp.fc1',
  narrow: 'mlp.fc2',
};

const FIRST_NORM = 'layernorm_before.weight';

/** Opens a ViT. */
export function openVit(config: unknown, weights: ModelWeights, places: EncoderPlaces): OpenedTower {
  return open(config, weights, places, ['cls_token']);
}

/** Opens a DeiT. */
export function openDeit(config: unknown, weights: ModelWeights, places: EncoderPlaces): OpenedTower {
  return open(config, weights, places, ['cls_token', 'distillation_token']);
}

function open(
  value: unknown,
  weights: ModelWeights,
  places: EncoderPlaces,
  tokens: readonly string[],
): OpenedTower {
  const { config, activation, grid, sizes, take, has, prefix } = openTowerSource(
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
    tower: {
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

/** A pooler that changes the width is left out: an embedding is as wide as the model. */
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
