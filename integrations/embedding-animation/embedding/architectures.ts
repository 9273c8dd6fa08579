/** The architectures that can be built from a checkpoint, by `model_type` of its config.json. */
import { EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';
import type { Size } from './processor.ts';
import type { TensorTable } from './safetensors.ts';
import { parseVitConfig } from './vit-config.ts';
import { writeVitGraph, type VitGraphOptions } from './vit-graph.ts';
import { takeVitWeights } from './vit-weights.ts';

/** What the graph of any architecture is built for. */
export type GraphOptions = VitGraphOptions;

/** A model whose config and weights were found to fit together. */
export interface Encoder {
  /** Width of an embedding. */
  readonly hiddenSize: number;
  /** The input it takes, in px. */
  readonly imageSize: Size;
  /** Gives the model as ONNX, from 8-bit pixels to embeddings; the weights stay in their files. */
  writeGraph(options: GraphOptions): Uint8Array;
}

type OpenEncoder = (config: unknown, table: TensorTable, places: EncoderPlaces) => Encoder;

/** Where the two halves of a model come from. */
export interface EncoderPlaces {
  readonly config: ErrorPlace;
  readonly weights: ErrorPlace;
}

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
    imageSize: config.imageSize,
    writeGraph: (options) => writeVitGraph(config, weights, options),
  };
}
