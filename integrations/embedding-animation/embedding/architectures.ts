/** The architectures that can be built from a checkpoint, by `model_type` of its config.json. */
import { EmbeddingAnimationError } from '../errors.ts';
import type { Encoder, EncoderPlaces } from './encoder.ts';
import { checkFixedSize } from './image-size.ts';
import type { TensorTable } from './safetensors.ts';
import { parseVitConfig } from './vit-config.ts';
import { writeVitGraph } from './vit-graph.ts';
import { takeVitWeights } from './vit-weights.ts';

type OpenEncoder = (config: unknown, table: TensorTable, places: EncoderPlaces) => Encoder;

const ARCHITECTURES: ReadonlyMap<string, OpenEncoder> = new Map([['vit', openVit]]);

/**
 * Checks config and weights against each other, without reading a weight.
 * @throws EmbeddingAnimationError `ArchitectureUnsupported`, `ConfigInvalid`, `TensorMissing`,
 * `TensorShapeMismatch`, `TensorTypeUnsupported`
 */
export function openEncoder(
  modelType: string,
  config: unknown,
  table: TensorTable,
  places: EncoderPlaces,
): Encoder {
  const open = ARCHITECTURES.get(modelType);
  if (open !== undefined) return open(config, table, places);
  throw new EmbeddingAnimationError('ArchitectureUnsupported', {
    ...places.config,
    problem: `the model is a "${modelType}", which can not be built`,
    hint: `These can: ${[...ARCHITECTURES.keys()].join(', ')}.`,
  });
}

function openVit(value: unknown, table: TensorTable, places: EncoderPlaces): Encoder {
  const config = parseVitConfig(value, places.config);
  const weights = takeVitWeights(config, table, places.weights);
  return {
    hiddenSize: config.hiddenSize,
    poolings: ['cls'],
    defaultPooling: 'cls',
    checkInput: (size, place) => {
      checkFixedSize(size, config.imageSize, place);
    },
    writeGraph: (options) => writeVitGraph(config, weights, options),
  };
}
