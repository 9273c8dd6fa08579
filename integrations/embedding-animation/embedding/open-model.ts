/** Opens a checkpoint: config, processor and tensor table, checked against each other before any heavy work. */
import { join } from 'node:path';
import { z } from 'zod';
import { makeError, type ErrorPlace } from '../errors.ts';
import { exists } from '../files.ts';
import { readJson } from '../formats/json.ts';
import { countNumbers, findWeights, readTensorTable } from '../formats/safetensors/index.ts';
import { ADAPTER_WEIGHTS, MODEL_CONFIG } from '../formats/model-files.ts';
import { parseOptions } from '../options/index.ts';
import { openEncoder } from './architectures/registry.ts';
import type { Encoder } from './encoder.ts';
import { findHead, type HeadSource, type NoHead } from './head/find-head.ts';
import { hasProcessor, readProcessor } from './preprocessing/processor-config.ts';
import { fixedSize, type Processor } from './preprocessing/processor.ts';
import { openAdapter } from './weights/adapter.ts';
import { TrackedTable } from './weights/weights.ts';

/** What is to be known of a model before it is run; small enough to be kept for every checkpoint of a run. */
export interface ModelFacts {
  readonly processor: Processor;
  /** Tensors beside the model that nothing reads and that are no head that is known. */
  readonly unread: readonly string[];
  /** Size of the images in px, such as `384×384`, where the model was made for another and interpolates positions. */
  readonly interpolatedFor: string | undefined;
}

/** A checkpoint that can be embedded with. Holds no weights, but a description of each: 35 kB for 6 blocks. */
export interface ModelSource extends ModelFacts {
  /** Absolute path of the checkpoint. */
  readonly folder: string;
  /** Absolute path of the folder in which its weights lie. */
  readonly weightsFolder: string;
  /** Absolute path of the adapter's tensors, where the checkpoint is an adapter. */
  readonly adapterFile: string | undefined;
  /** Run and step, for errors. */
  readonly place: ErrorPlace;
  readonly encoder: Encoder;
  /** Its classification head, or why it has none. */
  readonly head: HeadSource | NoHead;
}

const schema = z.object({
  model_type: z.string(),
  id2label: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  architectures: z.array(z.string()).nullish().catch(undefined),
  quantization_config: z.looseObject({ quant_method: z.string().nullish() }).nullish().catch(undefined),
});

/**
 * Reads and checks the checkpoint in `folder`. It is cheap, so all checkpoints can be opened before the first one
 * is run.
 * @param base folder of the model whose weights an adapter in `folder` adds to; config.json and the image processor are
 * read there too where the adapter has none beside it
 * @throws EmbeddingAnimationError `ConfigInvalid`, `ArchitectureUnsupported`, `ProcessorInvalid`,
 * `ProcessorUnsupported`, `SafetensorsInvalid`, `TensorMissing`, `TensorShapeMismatch`, `TensorTypeUnsupported`,
 * `TensorUnread`, `AdapterInvalid`, `AdapterUnsupported`
 */
export async function openModel(folder: string, place: ErrorPlace, base?: string): Promise<ModelSource> {
  const configFolder = base === undefined || (await exists(join(folder, MODEL_CONFIG))) ? folder : base;
  const configPlace = { ...place, file: MODEL_CONFIG };
  const hint = 'configOfTrainer';
  const config = await readJson(join(configFolder, MODEL_CONFIG), 'ConfigInvalid', { ...place, hint });
  const parsed = parseOptions(schema, config, 'ConfigInvalid', { ...configPlace, hint });
  if (parsed.quantization_config) {
    const method = parsed.quantization_config.quant_method ?? 'quantization_config';
    throw makeError('TensorTypeUnsupported', 'quantised', { method }, configPlace);
  }
  const { table, folder: weightsFolder } = await findWeights(base ?? folder, place);
  const adapter = base === undefined ? undefined : await openAdapter(folder, place);
  const classes = adapter?.modelClass === undefined ? (parsed.architectures ?? []) : [adapter.modelClass];
  const { encoder, unread, classified } = openEncoder(
    { modelType: parsed.model_type, classes, config },
    { table: new TrackedTable(table), adapter },
    { config: configPlace, weights: place, adapter: { ...place, file: ADAPTER_WEIGHTS } },
  );
  const processor = await readProcessor(await findProcessorFolder(folder, base), place);
  const size = fixedSize(processor);
  if (size !== undefined) encoder.checkInput(size, place);
  const adapterFile = adapter === undefined ? undefined : join(folder, ADAPTER_WEIGHTS);
  const isOther = size !== undefined && encoder.interpolates(size);
  const head = findHead({
    classes,
    classified,
    encoder,
    id2label: parsed.id2label ?? undefined,
    table,
    folder: weightsFolder,
    adapter: adapter && { head: adapter.head, file: join(folder, ADAPTER_WEIGHTS) },
  });
  const interpolatedFor = isOther ? `${size.width}×${size.height}` : undefined;
  return { folder, weightsFolder, adapterFile, place, processor, encoder, head, unread, interpolatedFor };
}

/** The adapter's own folder, unless only the base has a processor. */
async function findProcessorFolder(folder: string, base: string | undefined): Promise<string> {
  if (base === undefined || (await hasProcessor(folder))) return folder;
  return (await hasProcessor(base)) ? base : folder;
}

/**
 * Counts the numbers in the weights of the model in `folder`, its head's included, as PEFT counts all parameters.
 * @param names of what lies in `folder`. @default it is listed
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function countParameters(folder: string, names?: ReadonlySet<string>): Promise<number> {
  return countNumbers((await readTensorTable(folder, {}, names)).values());
}
