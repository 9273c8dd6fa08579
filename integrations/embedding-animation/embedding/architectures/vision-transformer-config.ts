/** What opening a model begins with, whatever its architecture: its config.json, its sizes and the way to its weights. */
import { z } from 'zod';
import { makeError, type ErrorPlace } from '../../errors.ts';
import { parseOptions } from '../../options/index.ts';
import type { Size } from '../preprocessing/processor.ts';
import {
  ACTIVATIONS,
  countPatches,
  type Activation,
  type Interpolation,
  type VisionTransformer,
} from '../vision-transformer.ts';
import type { Adapter } from '../weights/adapter.ts';
import { findPrefix, takeWeightsFrom, type TakeWeight, type TrackedTable } from '../weights/weights.ts';
import { withPrefix } from './vision-transformer-weights.ts';

/** What a model is built from. */
export interface ModelWeights {
  readonly table: TrackedTable;
  /** What was trained beside them, where they stayed as they were. */
  readonly adapter: Adapter | undefined;
}

/** Where the parts of a model come from. */
export interface ModelPlaces {
  readonly config: ErrorPlace;
  readonly weights: ErrorPlace;
  readonly adapter: ErrorPlace;
}

/** A whole number of at least one. */
export const count = z.int().min(1).max(1_000_000);

const side = z
  .union([count, z.tuple([count, count])], 'must be a whole number, or height and width')
  .transform((value) =>
    typeof value === 'number' ? { height: value, width: value } : { height: value[0], width: value[1] },
  );

/** Defaults that differ between architectures. */
export interface TransformerDefaults {
  readonly patchSize: number;
  readonly activation: Activation;
  readonly layerNormEps: number;
}

/** Fields of a schema: every vision transformer's, with the defaults of its class in transformers. */
export function transformerFields(defaults: TransformerDefaults) {
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

/** What every vision transformer's config says. */
export type TransformerFields = z.output<z.ZodObject<ReturnType<typeof transformerFields>>>;

/**
 * Parses a config whose schema has the fields above, and checks them against each other.
 * @throws EmbeddingAnimationError `ConfigInvalid`
 */
export function parseTransformerConfig<Fields extends TransformerFields>(
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
  const found = ACTIVATIONS.find((each) => each === name);
  if (found !== undefined) return found;
  const facts = { key, activation: name, known: ACTIVATIONS.join(', ') };
  throw makeError('ArchitectureUnsupported', 'activation', facts, place);
}

/** How files of an architecture are read. */
export interface TransformerFormat<Fields> {
  /** Of its config. */
  readonly schema: z.ZodType<Fields>;
  /** A tensor that each of its models has once: it shows what stands before all of their names. */
  readonly anchor: string;
}

/** A vision transformer's config and weights. */
export interface TransformerSource<Fields> {
  readonly config: Fields;
  readonly activation: Activation;
  /** Patches down and across, in images of the config's size. */
  readonly grid: Size;
  /** What a vision transformer has from its config as it is. */
  readonly sizes: Pick<VisionTransformer, 'hiddenSize' | 'heads' | 'layerNormEps' | 'patchSize'>;
  /** Takes weights by their names inside the model. */
  readonly take: TakeWeight;
  /** Whether the model has a tensor of this name. */
  readonly has: (name: string) => boolean;
  /** What stands before the names of the model's tensors. */
  readonly prefix: string;
}

/**
 * Reads the config `value` and finds the model in `weights`. No weight is taken yet.
 * @throws EmbeddingAnimationError `ConfigInvalid`, `ArchitectureUnsupported`, `TensorMissing`
 */
export function openTransformerSource<Fields extends TransformerFields>(
  { schema, anchor }: TransformerFormat<Fields>,
  value: unknown,
  { table, adapter }: ModelWeights,
  places: ModelPlaces,
): TransformerSource<Fields> {
  const config = parseTransformerConfig(schema, value, places.config);
  const activation = parseActivation(config.hidden_act, 'hidden_act', places.config);
  const prefix = findPrefix(table, anchor, places.weights);
  const take = withPrefix(takeWeightsFrom(table, places.weights), prefix);
  return {
    config,
    activation,
    grid: countPatches(config.image_size, config.patch_size),
    sizes: {
      hiddenSize: config.hidden_size,
      heads: config.num_attention_heads,
      layerNormEps: config.layer_norm_eps,
      patchSize: config.patch_size,
    },
    take: adapter === undefined ? take : adapter.adapt(take),
    has: (name) => table.has(prefix + name),
    prefix,
  };
}

/**
 * How a model that was made for images of one size takes others: as transformers does where it is called with
 * `interpolate_pos_encoding=True`, which takes the stored positions for a square.
 */
export function optionalInterpolation({ height, width }: Size): Interpolation | undefined {
  return height === width ? 'cubic' : undefined;
}
