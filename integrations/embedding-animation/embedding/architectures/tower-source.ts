/** What opening a tower begins with, whatever its architecture: its config, its sizes and the way to its weights. */
import type { z } from 'zod';
import type { Activation } from '../graph/activations.ts';
import type { EncoderPlaces } from '../encoder.ts';
import { countPatches } from '../patches.ts';
import type { Size } from '../preprocessing/processor-config.ts';
import type { ModelWeights } from '../weights/model-weights.ts';
import { parseActivation, parseTowerConfig, type TowerFields } from './vision-transformer-config.ts';
import { within } from './vision-transformer-weights.ts';
import type { Interpolation, Tower } from '../vision-transformer.ts';
import { findPrefix, weightsOf, type TakeWeight } from '../weights/weights.ts';

/** How files of an architecture are read. */
export interface TowerFormat<Fields> {
  /** Of its config. */
  readonly schema: z.ZodType<Fields>;
  /** A tensor that each of its models has once: it shows what stands before all of their names. */
  readonly anchor: string;
}

/** A tower's config and weights. */
export interface TowerSource<Fields> {
  readonly config: Fields;
  readonly activation: Activation;
  /** Patches down and across, in images of the config's size. */
  readonly grid: Size;
  /** What a tower has from its config as it is. */
  readonly sizes: Pick<Tower, 'hiddenSize' | 'heads' | 'layerNormEps' | 'patchSize'>;
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
export function openTowerSource<Fields extends TowerFields>(
  { schema, anchor }: TowerFormat<Fields>,
  value: unknown,
  { table, adapter }: ModelWeights,
  places: EncoderPlaces,
): TowerSource<Fields> {
  const config = parseTowerConfig(schema, value, places.config);
  const activation = parseActivation(config.hidden_act, 'hidden_act', places.config);
  const prefix = findPrefix(table, anchor, places.weights);
  const take = within(weightsOf(table, places.weights), prefix);
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
