/** A checkpoint's ONNX export, opened: what is known of it before onnxruntime loads it. */
import { join } from 'node:path';
import { makeError, type ErrorPlace } from '../errors.ts';
import { openRegularFile } from '../files.ts';
import { LFS_PROBE_BYTES, refuseLfsPointer } from '../formats/git-lfs.ts';
import type { Encoder } from './encoder.ts';
import { readProcessor, type Processor } from './processor.ts';

/** A model in a file of its own; the shape of its input is known to nobody but onnxruntime. */
export interface ExportedModel extends Omit<Encoder, 'writeGraph'> {
  /** Path of the model below the checkpoint's folder. */
  readonly file: string;
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
  const [file] = files;
  if (file === undefined) throw new RangeError('an export has a model');
  return {
    folder,
    place,
    processor,
    encoder: {
      file,
      hiddenSize,
      poolings: ['cls', 'mean', 'pooler'],
      defaultPooling: 'cls',
      checkInput: () => undefined,
      chooseBatch: () => BATCH,
    },
  };
}

async function checkFile(path: string, place: ErrorPlace): Promise<void> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeError('CheckpointInvalid', 'exportUnreadable', undefined, { ...place, cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LFS_PROBE_BYTES), 0, LFS_PROBE_BYTES, 0);
    refuseLfsPointer(buffer.subarray(0, bytesRead), 'CheckpointInvalid', place);
  } finally {
    await file.close();
  }
}
