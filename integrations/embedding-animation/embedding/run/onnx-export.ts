/** A checkpoint's ONNX export, opened: what is known of it before onnxruntime loads it. */
import { join } from 'node:path';
import { makeError, type ErrorPlace } from '../../errors.ts';
import { openRegularFile } from '../../files.ts';
import { readLfsProbe, refuseLfsPointer } from '../../formats/git-lfs.ts';
import { isRecord, readJson } from '../../formats/json.ts';
import type { Encoder } from '../encoder.ts';
import { readProcessor, type Processor } from '../preprocessing/processor-config.ts';

/** A model in a file of its own; the shape of its input is known to nobody but onnxruntime. */
export interface ExportedModel extends Omit<Encoder, 'writeGraph'> {
  /** Path of the model below the checkpoint's folder. */
  readonly file: string;
  /** Tokens of an image before those of its patches; `undefined` where that is not known. */
  readonly frontTokens: number | undefined;
}

/** A checkpoint whose export can be embedded with. Holds no weights. */
export interface ExportSource {
  /** Absolute path of the checkpoint. */
  readonly folder: string;
  /** Run and step, for errors. */
  readonly place: ErrorPlace;
  readonly processor: Processor;
  readonly encoder: ExportedModel;
}

/** Images in one run. Exports are of any architecture: small enough for the largest, large enough for the others. */
const BATCH = 8;

/**
 * Opens the export of the checkpoint in `folder`: the first of `files` is the model, others are its external data.
 * What it gives is only known when it runs, so `pooling` is checked then.
 * @throws EmbeddingAnimationError `ProcessorInvalid`, `ProcessorUnsupported`; `CheckpointInvalid` where files can't
 * be read
 */
export async function openExport(
  folder: string,
  files: readonly string[],
  hiddenSize: number,
  place: ErrorPlace,
): Promise<ExportSource> {
  const processor = await readProcessor(folder, place);
  for (const file of files) await checkFile(join(folder, file), { ...place, file });
  const frontTokens = await countFrontTokens(folder);
  const [file] = files;
  if (file === undefined) throw new RangeError('an export has a model');
  return {
    folder,
    place,
    processor,
    encoder: {
      file,
      hiddenSize,
      frontTokens,
      poolings: [
        'cls',
        'mean',
        ...(frontTokens === undefined ? [] : (['patches', 'cls+patches'] as const)),
        'pooler',
      ],
      defaultPooling: 'cls',
      checkInput: () => undefined,
      interpolates: () => false,
      chooseBatch: () => BATCH,
    },
  };
}

/** By the architecture that config.json names; an export says nothing of its tokens. */
const FRONT_TOKENS: ReadonlyMap<string, number> = new Map([
  ...(['vit', 'dinov2', 'clip', 'clip_vision_model'] as const).map((type) => [type, 1] as const),
  ['deit', 2],
  ['siglip', 0],
  ['siglip_vision_model', 0],
]);

async function countFrontTokens(folder: string): Promise<number | undefined> {
  const config = await readJson(join(folder, 'config.json'), 'ConfigInvalid').catch(() => undefined);
  if (!isRecord(config)) return undefined;
  const { model_type: type, num_register_tokens: registers = 4 } = config;
  if (type === 'dinov2_with_registers') return typeof registers === 'number' ? 1 + registers : undefined;
  return typeof type === 'string' ? FRONT_TOKENS.get(type) : undefined;
}

async function checkFile(path: string, place: ErrorPlace): Promise<void> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeError('CheckpointInvalid', 'exportUnreadable', undefined, { ...place, cause });
  });
  try {
    refuseLfsPointer(await readLfsProbe(file), 'CheckpointInvalid', place);
  } finally {
    await file.close();
  }
}
