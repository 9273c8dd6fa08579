/** The part of `config.json` that all towers share, under the names of transformers. */
import { z } from 'zod';
import { makeError, type ErrorPlace } from '../../errors.ts';
import { parseOptions } from '../../options/index.ts';
import { ACTIVATIONS, isActivation, type Activation } from '../graph/activations.ts';

/** A whole number of at least one. */
export const count = z.int().min(1).max(1_000_000);

const side = z
  .union([count, z.tuple([count, count])], 'must be a whole number, or height and width')
  .transform((value) =>
    typeof value === 'number' ? { height: value, width: value } : { height: value[0], width: value[1] },
  );

/** Defaults that differ between architectures. */
export interface TowerDefaults {
  readonly patchSize: number;
  readonly activation: Activation;
  readonly layerNormEps: number;
}

/** Fields of a schema: every tower's, with the defaults of its class in transformers. */
export function towerFields(defaults: TowerDefaults) {
  return {
    hidden_size: count.default(768),
    num_hidden_layers: z.int().min(1).max(1000).default(12),
    num_attention_heads: count.default(12),
    hidden_act: z.string().default(defaults.activation),
    layer_norm_eps: z.number().min(0).default(defaults.layerNormEps),
    image_size: side.prefault(224),
    patch_size: side.prefault(defaults.patchSize),
    num_channels: z.literal(3, 'must be 3, as images are RGB').default(3),
  };
}

/** What every tower's config says. */
export type TowerFields = z.output<z.ZodObject<ReturnType<typeof towerFields>>>;

/**
 * Parses a config whose schema has the fields above, and checks them against each other.
 * @throws EmbeddingAnimationError `ConfigInvalid`
 */
export function parseTowerConfig<Fields extends TowerFields>(
  schema: z.ZodType<Fields>,
  value: unknown,
  place: ErrorPlace,
): Fields {
  const checked = schema
    .refine((config) => config.hidden_size % config.num_attention_heads === 0, {
      path: ['num_attention_heads'],
      message: 'must divide hidden_size',
    })
    .refine(
      ({ image_size: image, patch_size: patch }) =>
        patch.height <= image.height && patch.width <= image.width,
      { path: ['patch_size'], message: 'must not be larger than image_size' },
    );
  return parseOptions(checked, value, 'ConfigInvalid', place);
}

/**
 * Gives `name` as an activation that a graph can be built with; `key` is the one of config.json that it comes from.
 * @throws EmbeddingAnimationError `ArchitectureUnsupported`
 */
export function parseActivation(name: string, key: string, place: ErrorPlace): Activation {
  if (isActivation(name)) return name;
  const facts = { key, activation: name, known: Object.keys(ACTIVATIONS).join(', ') };
  throw makeError('ArchitectureUnsupported', 'activation', facts, place);
}
