/** DINOv2, with and without registers (Oquab et al. 2023, Darcet et al. 2024). */
import { z } from 'zod';
import { makeError, type ErrorPlace } from '../../errors.ts';
import type { Weight } from '../../formats/onnx/index.ts';
import type { OpenedTransformer } from '../encoder.ts';
import type { Size } from '../preprocessing/processor.ts';
import type { Block, Interpolation, Mlp } from '../vision-transformer.ts';
import type { TakeWeight } from '../weights/weights.ts';
import {
  openTransformerSource,
  transformerFields,
  type ModelPlaces,
  type ModelWeights,
  type TransformerSource,
} from './vision-transformer-config.ts';
import {
  takeAttentionHalf,
  takeLinear,
  takeMlp,
  takeNorm,
  takeOutputs,
  takePatches,
  withPrefix,
  type BlockNames,
  type BlockShape,
} from './vision-transformer-weights.ts';

const common = {
  mlp_ratio: z.number().positive().max(1000).default(4),
  qkv_bias: z.boolean().default(true),
  use_swiglu_ffn: z.boolean().default(false),
};

const plainSchema = z.object({
  ...transformerFields({ patchSize: 14, activation: 'gelu', layerNormEps: 1e-6 }),
  ...common,
});

const registersSchema = z.object({
  ...transformerFields({ patchSize: 16, activation: 'gelu', layerNormEps: 1e-6 }),
  ...common,
  num_register_tokens: z.int().min(0).max(1000).default(4),
});

const ANCHOR = 'embeddings.cls_token';

/** As every version of transformers saves them. */
const SAVED: BlockNames = {
  block: (index) => `encoder.layer.${index}.`,
  normBefore: 'norm1',
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  attentionOutput: 'attention.output.dense',
  normAfter: 'norm2',
  up: 'mlp.fc1',
  down: 'mlp.fc2',
};

/** As transformers 5 names its modules, and so a `state_dict` that was saved without `save_pretrained`. */
const MODULES: BlockNames = {
  ...SAVED,
  query: 'attention.q_proj',
  key: 'attention.k_proj',
  value: 'attention.v_proj',
  attentionOutput: 'attention.o_proj',
};

/** Opens a DINOv2 without registers. */
export function openDinov2(value: unknown, weights: ModelWeights, places: ModelPlaces): OpenedTransformer {
  const source = openTransformerSource({ schema: plainSchema, anchor: ANCHOR }, value, weights, places);
  return open(source, 0, 'cubic', places);
}

/** Opens a DINOv2 with registers. */
export function openDinov2WithRegisters(
  value: unknown,
  weights: ModelWeights,
  places: ModelPlaces,
): OpenedTransformer {
  const source = openTransformerSource({ schema: registersSchema, anchor: ANCHOR }, value, weights, places);
  return open(source, source.config.num_register_tokens, 'antialiased', places);
}

function open(
  {
    config,
    activation,
    grid: stored,
    sizes,
    take,
    has,
    prefix,
  }: TransformerSource<z.output<typeof plainSchema>>,
  registers: number,
  interpolation: Interpolation,
  places: ModelPlaces,
): OpenedTransformer {
  const { hidden_size: d, patch_size: patch } = config;
  const grid = squareGrid(stored, places.config);
  const names = has(`${MODULES.block(0)}${MODULES.query}.weight`) ? MODULES : SAVED;
  const shape = {
    hiddenSize: d,
    intermediateSize: Math.trunc(d * config.mlp_ratio),
    activation,
    qkvBias: config.qkv_bias,
  };
  return {
    prefix,
    imageSize: config.image_size,
    takesAnySize: true,
    defaultPooling: 'cls',
    transformer: {
      ...sizes,
      leading: [take('embeddings.cls_token', [1, 1, d])],
      registers: takeRegisters(take, registers, d),
      positions: {
        weight: take('embeddings.position_embeddings', [1, 1 + stored.height * stored.width, d]),
        grid,
        interpolation,
      },
      patch: takePatches(take, 'embeddings.patch_embeddings.projection', d, patch),
      normBefore: undefined,
      blocks: Array.from({ length: config.num_hidden_layers }, (_, index) =>
        takeBlock(withPrefix(take, names.block(index)), names, shape, config.use_swiglu_ffn),
      ),
      norm: takeNorm(take, 'layernorm', d),
      pooler: { kind: 'first' },
    },
  };
}

/** transformers takes the stored positions for a square, whatever image_size says. */
function squareGrid({ height, width }: Size, place: ErrorPlace): Size {
  const side = Math.sqrt(height * width);
  if (Number.isInteger(side)) return { height: side, width: side };
  throw makeError('ConfigInvalid', 'patches', { patches: `${height}×${width}` }, place);
}

function takeRegisters(take: TakeWeight, registers: number, d: number): Weight | undefined {
  return registers === 0 ? undefined : take('embeddings.register_tokens', [1, registers, d]);
}

function takeBlock(take: TakeWeight, names: BlockNames, shape: BlockShape, isGated: boolean): Block {
  return {
    ...takeAttentionHalf(take, names, shape),
    attentionScale: take('layer_scale1.lambda1', [shape.hiddenSize]),
    normAfter: takeNorm(take, names.normAfter, shape.hiddenSize),
    mlp: isGated ? takeGatedMlp(take, names, shape) : takeMlp(take, names, shape),
    mlpScale: take('layer_scale2.lambda1', [shape.hiddenSize]),
  };
}

/** SwiGLU: two thirds of the width, up to a multiple of 8. `save_pretrained` stores gate and input as one layer. */
function takeGatedMlp(
  take: TakeWeight,
  names: BlockNames,
  { hiddenSize: d, intermediateSize }: BlockShape,
): Mlp {
  const width = Math.ceil(Math.trunc((intermediateSize * 2) / 3) / 8) * 8;
  const activation = 'silu';
  if (names === MODULES) {
    return {
      activation,
      gate: takeLinear(take, 'mlp.gate_proj', width, d),
      up: takeLinear(take, 'mlp.up_proj', width, d),
      down: takeLinear(take, 'mlp.down_proj', d, width),
    };
  }
  const both = takeLinear(take, 'mlp.weights_in', 2 * width, d);
  return {
    activation,
    gate: takeOutputs(both, 0, width),
    up: takeOutputs(both, width, 2 * width),
    down: takeLinear(take, 'mlp.weights_out', d, width),
  };
}
