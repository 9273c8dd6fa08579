/** The architectures that can be built from a checkpoint, by `model_type` of its config.json. */
import { makeError } from '../errors.ts';
import { openClip, openClipVision, openSiglip, openSiglipVision } from './clip.ts';
import { openDinov2, openDinov2WithRegisters } from './dinov2.ts';
import type { Encoder, EncoderPlaces } from './encoder.ts';
import type { TensorTable } from './safetensors.ts';
import { createTowerEncoder, type OpenedTower } from './tower-encoder.ts';
import { openDeit, openVit } from './vit.ts';

type OpenTower = (config: unknown, table: TensorTable, places: EncoderPlaces) => OpenedTower;

const ARCHITECTURES: ReadonlyMap<string, OpenTower> = new Map([
  ['vit', openVit],
  ['deit', openDeit],
  ['dinov2', openDinov2],
  ['dinov2_with_registers', openDinov2WithRegisters],
  ['clip', openClip],
  ['clip_vision_model', openClipVision],
  ['siglip', openSiglip],
  ['siglip_vision_model', openSiglipVision],
]);

/** Whether models of `modelType` can be built from safetensors. */
export function canBuild(modelType: string): boolean {
  return ARCHITECTURES.has(modelType);
}

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
  if (open !== undefined) return createTowerEncoder(open(config, table, places));
  const facts = { modelType, known: [...ARCHITECTURES.keys()].join(', ') };
  throw makeError('ArchitectureUnsupported', 'modelType', facts, places.config);
}
