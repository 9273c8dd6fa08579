/** Whether a run has logits, where each checkpoint's come from, and which classes they are of: known before any is made. */
import type { Checkpoint } from '../contracts.ts';
import { embeddingWidth, type ExportHead, type HeadSource, type NoHead } from '../embedding/index.ts';
import type { RunFile } from '../options/index.ts';
import type { RunSource } from '../run-source.ts';
import { matchColumns, unavailable, type ClassColumn, type Unavailable } from './class-columns.ts';
import type { StoredEmbeddings } from './embed.ts';
import {
  embeddingsKey,
  openJob,
  openStoredLogits,
  type JobSource,
  type ModelJob,
  type ReadyLogits,
} from './embedding-jobs.ts';

/** What logits take from a run. */
export interface LogitsSource extends JobSource, Pick<RunSource, 'trainer'> {
  readonly file: Pick<RunFile, 'embedding' | 'storeEmbeddings' | 'dataset'>;
}

/** What makes a checkpoint's logits. */
export type LogitsOrigin = OriginHead | OriginExport | OriginFile;

/** A head on top of a model's embeddings. */
export interface OriginHead extends Pick<HeadSource, 'classes' | 'classNames' | 'pooling'> {
  readonly from: 'head';
  readonly checkpoint: Checkpoint;
  /** Embeddings that are pooled as the head reads them. */
  readonly input: StoredEmbeddings;
}

/** An output of an ONNX export, which embedding gives too. */
export interface OriginExport extends ExportHead {
  readonly from: 'export';
  readonly checkpoint: Checkpoint;
  /** The embeddings of the same run of the model. */
  readonly input: StoredEmbeddings;
}

/** A file beside ready embeddings. */
export interface OriginFile extends ReadyLogits {
  readonly from: 'file';
  readonly checkpoint: Checkpoint;
}

/** A run whose checkpoints all have logits, of the same classes. */
export interface RunLogits {
  readonly available: true;
  /** In step order, one a checkpoint. */
  readonly origins: readonly LogitsOrigin[];
  /** What each column of the logits is. */
  readonly columns: readonly ClassColumn[];
}

/**
 * Finds what makes the logits of every checkpoint, or why a run has none. Takes milliseconds a checkpoint: headers are
 * read, and no weights.
 * @throws EmbeddingAnimationError for a checkpoint that can't be embedded with, and for a damaged file of logits
 */
export async function findLogits(source: LogitsSource): Promise<RunLogits | Unavailable> {
  const origins: LogitsOrigin[] = [];
  for (const checkpoint of source.trainer.checkpoints) {
    const origin = await findOrigin(source, checkpoint);
    if ('reason' in origin) return unavailable(`at step ${checkpoint.step} ${origin.reason}`);
    origins.push(origin);
  }
  const last = origins.at(-1)!; // a run has a checkpoint
  const other = origins.find(({ classes }) => classes !== last.classes);
  if (other !== undefined)
    return unavailable(
      `the logits are of ${other.classes} classes at step ${other.checkpoint.step}, and of ${last.classes} at step ${last.checkpoint.step}`,
    );
  const { classNames: modelClassNames } = source.trainer;
  const renamed = origins.find((origin) => namesOthers(origin, modelClassNames));
  if (renamed !== undefined)
    return unavailable(
      `config.json names other classes at step ${renamed.checkpoint.step} than at step ${last.checkpoint.step} (id2label)`,
    );
  const isOrderOfSet = last.from === 'file' && source.file.dataset.classes === undefined;
  const { dataset } = source;
  const columns = matchColumns({ classes: last.classes, modelClassNames, dataset, isOrderOfSet });
  return 'available' in columns ? columns : { available: true, origins, columns };
}

/** Whether a checkpoint's own config.json has its classes in another order, or others. */
function namesOthers(origin: LogitsOrigin, names: readonly string[]): boolean {
  const own = origin.from === 'file' ? [] : origin.classNames;
  return own.length === names.length && own.some((name, index) => name !== names[index]);
}

/**
 * What makes the logits of one checkpoint, or why it has none.
 * @throws EmbeddingAnimationError for a checkpoint that can't be embedded with, and for a damaged file of logits
 */
export async function findOrigin(
  source: LogitsSource,
  checkpoint: Checkpoint,
): Promise<LogitsOrigin | NoHead> {
  if (checkpoint.form === 'embeddings') {
    const stored = await openStoredLogits(source, checkpoint);
    if (stored !== undefined) return { from: 'file', checkpoint, ...stored };
    return { reason: 'there are ready embeddings without logits.safetensors or logits.npy beside them' };
  }
  const job = await openJob(source, checkpoint);
  if (!('model' in job)) throw new TypeError('ready embeddings come from no model');
  return originOf(source, job);
}

function originOf(
  source: LogitsSource,
  { checkpoint, key, model, pooling }: ModelJob,
): LogitsOrigin | NoHead {
  const { hiddenSize } = model.encoder;
  if (!('weightsFolder' in model)) {
    const { head } = model;
    if ('reason' in head) return head;
    const input = { checkpoint, key, width: embeddingWidth(hiddenSize, pooling) };
    return { from: 'export', checkpoint, ...head, input };
  }
  const { head } = model;
  if ('reason' in head) return head;
  const { classes, classNames, pooling: read } = head;
  const input = {
    checkpoint,
    key: embeddingsKey(source, checkpoint, model, read),
    width: embeddingWidth(hiddenSize, read),
  };
  return { from: 'head', checkpoint, classes, classNames, pooling: read, input };
}
