/** Opens a checkpoint: config, processor and tensor table, checked against each other before any heavy work. */
import { join } from 'node:path';
import { z } from 'zod';
import type { ErrorPlace } from '../errors.ts';
import { readJson } from '../formats/json.ts';
import { parseOptions } from '../options/index.ts';
import { openEncoder } from './architectures.ts';
import type { Encoder } from './encoder.ts';
import { readProcessor, type Processor } from './processor.ts';
import { fixedSize } from './processor-steps.ts';
import { findWeights, readTensorTable } from './safetensors.ts';

/** A checkpoint that can be embedded with. Holds no weights. */
export interface ModelSource {
  /** Absolute path of the checkpoint. */
  readonly folder: string;
  /** Absolute path of the folder in which its weights lie. */
  readonly weightsFolder: string;
  /** Run and step, for errors. */
  readonly place: ErrorPlace;
  readonly processor: Processor;
  readonly encoder: Encoder;
}

const CONFIG = 'config.json';

/**
 * Reads and checks the checkpoint in `folder`. It is cheap, so all checkpoints can be opened before the first one
 * is run.
 * @throws EmbeddingAnimationError `ConfigInvalid`, `ArchitectureUnsupported`, `ProcessorInvalid`,
 * `ProcessorUnsupported`, `SafetensorsInvalid`, `TensorMissing`, `TensorShapeMismatch`, `TensorTypeUnsupported`
 */
export async function openModel(folder: string, place: ErrorPlace): Promise<ModelSource> {
  const configPlace = { ...place, file: CONFIG };
  const config = await readJson(join(folder, CONFIG), 'ConfigInvalid', { ...place, hint: 'configOfTrainer' });
  const { model_type: modelType } = parseOptions(
    z.object({ model_type: z.string() }),
    config,
    'ConfigInvalid',
    {
      ...configPlace,
      hint: 'configOfTrainer',
    },
  );
  const { table, folder: weightsFolder } = await findWeights(folder, place);
  const encoder = openEncoder(modelType, config, table, { config: configPlace, weights: place });
  const processor = await readProcessor(folder, place);
  const size = fixedSize(processor);
  if (size !== undefined) encoder.checkInput(size, place);
  return { folder, weightsFolder, place, processor, encoder };
}

/**
 * Counts the numbers in the weights of the checkpoint in `folder`, its head's included.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function countParameters(folder: string): Promise<number> {
  const table = await readTensorTable(folder, {});
  const sizes = Array.from(table.values(), ({ shape }) => shape.reduce((product, size) => product * size, 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}
