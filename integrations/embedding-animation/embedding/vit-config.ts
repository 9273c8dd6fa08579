/** `config.json` of a ViT, with the defaults of transformers' ViTConfig. */
import { z } from 'zod';
import { EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import { parseOptions } from '../options/index.ts';
import { ACTIVATIONS, isActivation, type Activation } from './activations.ts';

const count = z.int().min(1).max(1_000_000);
const side = z
  .union([count, z.tuple([count, count])], 'must be a whole number, or height and width')
  .transform((value) =>
    typeof value === 'number' ? { height: value, width: value } : { height: value[0], width: value[1] },
  );

const schema = z
  .object({
    hidden_size: count.default(768),
    num_hidden_layers: z.int().min(1).max(1000).default(12),
    num_attention_heads: count.default(12),
    intermediate_size: count.default(3072),
    hidden_act: z.string().default('gelu'),
    layer_norm_eps: z.number().min(0).default(1e-12),
    image_size: side.prefault(224),
    patch_size: side.prefault(16),
    num_channels: z.literal(3, 'must be 3, as images are RGB').default(3),
    qkv_bias: z.boolean().default(true),
  })
  .refine((config) => config.hidden_size % config.num_attention_heads === 0, {
    path: ['num_attention_heads'],
    message: 'must divide hidden_size',
  })
  .refine(
    ({ image_size: image, patch_size: patch }) => patch.height <= image.height && patch.width <= image.width,
    {
      path: ['patch_size'],
      message: 'must not be larger than image_size',
    },
  );

/** Shape of a ViT. Sizes in px are those of the model's input. */
export interface VitConfig {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly activation: Activation;
  readonly layerNormEps: number;
  readonly imageSize: { readonly height: number; readonly width: number };
  readonly patchSize: { readonly height: number; readonly width: number };
  readonly qkvBias: boolean;
}

/**
 * Gives the shape that a parsed `config.json` describes.
 * @throws EmbeddingAnimationError `ConfigInvalid`; `ArchitectureUnsupported` for an activation that is not built
 */
export function parseVitConfig(value: unknown, place: ErrorPlace): VitConfig {
  const config = parseOptions(schema, value, 'ConfigInvalid', {
    ...place,
    hint: 'Copy config.json from the training again; the model can not be built without it.',
  });
  if (!isActivation(config.hidden_act)) {
    throw new EmbeddingAnimationError('ArchitectureUnsupported', {
      ...place,
      problem: `hidden_act is "${config.hidden_act}", which is not supported`,
      hint: `These are: ${Object.keys(ACTIVATIONS).join(', ')}.`,
    });
  }
  return {
    hiddenSize: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    intermediateSize: config.intermediate_size,
    activation: config.hidden_act,
    layerNormEps: config.layer_norm_eps,
    imageSize: config.image_size,
    patchSize: config.patch_size,
    qkvBias: config.qkv_bias,
  };
}
