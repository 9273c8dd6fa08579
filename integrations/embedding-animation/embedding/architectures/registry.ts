/** The architectures that can be built from a checkpoint, by `model_type` of its config.json. */
import { makeError } from '../../errors.ts';
import { openClip, openClipVision, openSiglip, openSiglipVision } from './clip.ts';
import { openDinov2, openDinov2WithRegisters } from './dinov2.ts';
import { createEncoder, type Encoder, type OpenedTransformer } from '../encoder.ts';
import type { Pooling } from '../pooling.ts';
import { checkAllRead } from '../weights/tensor-names.ts';
import type { ModelPlaces, ModelWeights } from './vision-transformer-config.ts';
import { openDeit, openVit } from './vit.ts';

type OpenTransformer = (config: unknown, weights: ModelWeights, places: ModelPlaces) => OpenedTransformer;

interface Architecture {
  readonly open: OpenTransformer;
  /** What the head of its `…ForImageClassification` reads. */
  readonly classified: Pooling;
}

const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map<string, Architecture>([
  ['vit', { open: openVit, classified: 'cls' }],
  ['deit', { open: openDeit, classified: 'cls' }],
  ['dinov2', { open: openDinov2, classified: 'cls+patches' }],
  ['dinov2_with_registers', { open: openDinov2WithRegisters, classified: 'cls+patches' }],
  ['clip', { open: openClip, classified: 'patches' }],
  ['clip_vision_model', { open: openClipVision, classified: 'patches' }],
  ['siglip', { open: openSiglip, classified: 'mean' }],
  ['siglip_vision_model', { open: openSiglipVision, classified: 'mean' }],
]);

/** A class of transformers that is a classifier of images; the one `…WithTeacher` can not be trained. */
const CLASSIFIER = /ForImageClassification$/;

/** Whether models of `modelType` can be built from safetensors. */
export function canBuild(modelType: string): boolean {
  return ARCHITECTURES.has(modelType);
}

/**
 * What the head of a classifier reads, as the `forward` of transformers (5.24) has it; `undefined` for models without
 * one, and for those that can't be built.
 * @param classes `architectures` of config.json
 */
export function classifierPooling(modelType: string, classes: readonly string[]): Pooling | undefined {
  const isClassifier = classes.some((name) => CLASSIFIER.test(name));
  return isClassifier ? ARCHITECTURES.get(modelType)?.classified : undefined;
}

/** A model that was found to fit its config. */
export interface OpenedEncoder {
  readonly encoder: Encoder;
  /** Tensors beside the model that nothing reads and that are no head that is known. */
  readonly unread: readonly string[];
  /** What the head of a classifier of this architecture reads. */
  readonly classified: Pooling;
}

/**
 * Checks config and weights against each other, without reading a weight.
 * @param classes `architectures` of config.json: they decide what an embedding is unless it is said
 * @throws EmbeddingAnimationError `ArchitectureUnsupported`, `ConfigInvalid`, `TensorMissing`,
 * `TensorShapeMismatch`, `TensorTypeUnsupported`, `TensorUnread`, `AdapterInvalid`, `AdapterUnsupported`
 */
export function openEncoder(
  { modelType, classes, config }: ModelDescription,
  weights: ModelWeights,
  places: ModelPlaces,
): OpenedEncoder {
  const architecture = ARCHITECTURES.get(modelType);
  if (architecture !== undefined) {
    const transformer = architecture.open(config, weights, places);
    const defaultPooling = classifierPooling(modelType, classes) ?? transformer.defaultPooling;
    const unread = checkAllRead(weights.table, weights.adapter, transformer.prefix, places);
    const encoder = createEncoder({ ...transformer, defaultPooling });
    return { encoder, unread, classified: architecture.classified };
  }
  const facts = { modelType, known: [...ARCHITECTURES.keys()].join(', ') };
  throw makeError('ArchitectureUnsupported', 'modelType', facts, places.config);
}

/** What config.json says of a model. */
export interface ModelDescription {
  readonly modelType: string;
  readonly classes: readonly string[];
  /** The whole of it. */
  readonly config: unknown;
}
