/** A checkpoint's ONNX export, opened: what is known of it before onnxruntime loads it. */
import { join } from 'node:path';
import { makeError, type ErrorPlace } from '../../errors.ts';
import { openRegularFile } from '../../files.ts';
import { refusePointerFile } from '../../formats/git-lfs.ts';
import { OnnxInvalid, readOnnxModel } from '../../formats/onnx/index.ts';
import { isRecord, readJson } from '../../formats/json.ts';
import { MODEL_CONFIG } from '../../formats/model-files.ts';
import { openPool } from '../../threads/workers.ts';
import type { Encoder } from '../encoder.ts';
import { listClassNames, type HeadSource, type NoHead } from '../head/find-head.ts';
import type { Pooling } from '../pooling.ts';
import { readProcessor } from '../preprocessing/processor-config.ts';
import { fixedSize, normalizationTable, type Processor } from '../preprocessing/processor.ts';
import type { ExportToRun } from './export-session.ts';
import type { WidthTask } from './width-worker.ts';

/** A model in a file of its own; the shape of its input is known to nobody but onnxruntime. */
export interface ExportedModel extends Omit<Encoder, 'writeGraph'> {
  /** Path of the model below the checkpoint's folder. */
  readonly file: string;
  /** Tokens of an image before those of its patches; `undefined` where that is not known. */
  readonly prefixTokens: number | undefined;
}

/** A checkpoint whose export can be embedded with. Holds no weights. */
export interface ExportSource {
  /** Absolute path of the checkpoint. */
  readonly folder: string;
  /** Run and step, for errors. */
  readonly place: ErrorPlace;
  readonly processor: Processor;
  readonly encoder: ExportedModel;
  /** Its output of logits, or why there is none. */
  readonly head: ExportHead | NoHead;
}

/** An output `logits` that an export has beside what embeddings are made of. */
export type ExportHead = Pick<HeadSource, 'classes' | 'classNames'>;

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
  const config = await readJson(join(folder, MODEL_CONFIG), 'ConfigInvalid').catch(() => undefined);
  const prefixTokens = countPrefixTokens(config);
  const [file] = files;
  if (file === undefined) throw new RangeError('an export has a model');
  return {
    folder,
    place,
    processor,
    head: await findExportHead(join(folder, file), config),
    encoder: {
      file,
      hiddenSize,
      prefixTokens,
      poolings: [
        'cls',
        'mean',
        ...(prefixTokens === undefined ? [] : (['patches', 'cls+patches'] as const)),
        'pooler',
      ],
      defaultPooling: 'cls',
      checkInput: () => undefined,
      interpolates: () => false,
      chooseBatch: () => BATCH,
    },
  };
}

/** The output of logits: `[batch × classes]`. A file that is no model is for onnxruntime to refuse. */
async function findExportHead(path: string, config: unknown): Promise<ExportHead | NoHead> {
  const { outputs } = await readOnnxModel(path).catch((error: unknown) => {
    if (error instanceof OnnxInvalid) return { outputs: new Map<string, undefined>() };
    throw error;
  });
  const id2label = isRecord(config) && isRecord(config['id2label']) ? config['id2label'] : undefined;
  if (!outputs.has('logits'))
    return {
      reason: `its ONNX export has no output "logits" (outputs: ${[...outputs.keys()].sort().join(', ')})`,
    };
  const axes = outputs.get('logits');
  const named = id2label === undefined ? undefined : Object.keys(id2label).length;
  const classes = axes?.length === 2 ? (axes[1] ?? named) : undefined;
  if (classes === undefined || classes < 2)
    return {
      reason: 'nothing says how many classes the logits of its ONNX export have (id2label in config.json)',
    };
  return { classes, classNames: listClassNames(id2label, classes) };
}

/**
 * What a thread needs to run the export; `hiddenSize` is the width of an embedding, where it is known.
 * @param classes of the logits that are wanted. @default none are
 */
export function describeExport(
  { folder, processor, encoder: { file, prefixTokens = 0 } }: ExportSource,
  pooling: Pooling,
  hiddenSize: number | undefined,
  classes?: number,
): ExportToRun {
  const normalization = normalizationTable(processor);
  return { kind: 'export', folder, file, pooling, prefixTokens, normalization, hiddenSize, classes };
}

/** By the architecture that config.json names; an export says nothing of its tokens. */
const PREFIX_TOKENS: ReadonlyMap<string, number> = new Map([
  ...(['vit', 'dinov2', 'clip', 'clip_vision_model'] as const).map((type) => [type, 1] as const),
  ['deit', 2],
  ['siglip', 0],
  ['siglip_vision_model', 0],
]);

function countPrefixTokens(config: unknown): number | undefined {
  if (!isRecord(config)) return undefined;
  const { model_type: type, num_register_tokens: registers = 4 } = config;
  if (type === 'dinov2_with_registers') return typeof registers === 'number' ? 1 + registers : undefined;
  return typeof type === 'string' ? PREFIX_TOKENS.get(type) : undefined;
}

async function checkFile(path: string, place: ErrorPlace): Promise<void> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeError('CheckpointInvalid', 'exportUnreadable', undefined, { ...place, cause });
  });
  try {
    await refusePointerFile(file, 'CheckpointInvalid', place);
  } finally {
    await file.close();
  }
}

/** Where a processor gives images of any size. */
const USUAL_SIDE_PX = 224;

/**
 * Finds out how wide the embeddings of an export are, where neither config.json nor the shapes in the model say it. Runs
 * the export on one image, in a thread of its own.
 * @param files the model, and its external data behind it
 * @returns numbers in an embedding that is pooled as `pooling` says
 * @throws EmbeddingAnimationError `ModelRunFailed`, `RuntimeMissing`, `OptionsInvalid` where the model can't be pooled so;
 * what `openExport` throws
 */
export async function measureExport(
  folder: string,
  files: readonly string[],
  pooling: Pooling = 'cls',
  place: ErrorPlace = {},
): Promise<number> {
  const source = await openExport(folder, files, 0, place);
  const { height, width } = fixedSize(source.processor) ?? { height: USUAL_SIDE_PX, width: USUAL_SIDE_PX };
  const pool = openPool<WidthTask, number>(new URL('./width-worker.ts', import.meta.url), 1);
  try {
    return await pool.run({
      model: describeExport(source, pooling, undefined),
      shape: [1, 3, height, width],
      place,
    });
  } finally {
    await pool.close();
  }
}
