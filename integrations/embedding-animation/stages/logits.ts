/** Embeddings in, logits out: a product with the classification head's weights, or what a model or a file gives. */
import { setImmediate } from 'node:timers/promises';
import { findOrMake, findResult, hasResult, type CachedResult } from '../artifacts/cached-results.ts';
import { readUnchanged } from '../artifacts/input-files.ts';
import { hashOf } from '../artifacts/stable-json.ts';
import type { Checkpoint, Embeddings, Logits } from '../contracts.ts';
import { applyHead, checkFinite, openModel, readHead, type Head } from '../embedding/index.ts';
import { makeError, withPlace } from '../errors.ts';
import { withProgress } from '../progress.ts';
import type { PipelineContext } from './context.ts';
import { embedMissing, groupInputs, hasEmbeddings, loadEmbeddings } from './embed.ts';
import { exportedLogits, headLogits } from './embedding-jobs.ts';
import {
  findOrigin,
  type LogitsOrigin,
  type LogitsSource,
  type OriginExport,
  type OriginHead,
} from './find-logits.ts';
import { storeCopy } from './stored-copies.ts';

/** One checkpoint whose logits lie on disk. */
export interface CheckpointLogits {
  readonly checkpoint: Checkpoint;
  /** Names the logits by everything that decides them. */
  readonly key: string;
  /** Reads them: `[n × classes]`, all finite. An entry that was damaged meanwhile is made again. */
  readonly load: () => Promise<Logits>;
}

/** Sums between two breaths of the event loop: a tenth of a second. */
const SUMS_AT_ONCE = 1 << 27;

/**
 * Makes the logits of checkpoints that are not in the cache yet. Nothing is embedded for them where embeddings are pooled
 * as the heads read them; one checkpoint's embeddings are in memory at a time.
 * @param origins see `findLogits`
 * @throws EmbeddingAnimationError when a checkpoint or an image can't be used; `EmbeddingsNotFinite`
 */
export async function makeLogits(
  source: LogitsSource,
  origins: readonly LogitsOrigin[],
  context: PipelineContext,
): Promise<CheckpointLogits[]> {
  const missing: LogitsOrigin[] = [];
  for (const origin of origins)
    if (origin.from !== 'file' && !(await hasResult(context.cache, describeResult(source, origin))))
      missing.push(origin);
  await embedInputs(source, missing, context);
  return withProgress(`${source.id}: computing logits`, 'checkpoints', context.progress, async (update) => {
    const result = origins.map((origin) => openLogits(source, origin, context));
    for (const [index, origin] of missing.entries()) {
      await openLogits(source, origin, context).load();
      update(index + 1, missing.length);
    }
    const files = origins.filter(({ from }) => from === 'file').length;
    const counts = [
      `computed logits of ${missing.length} checkpoints`,
      `${origins.length - files - missing.length} from the cache`,
      ...(files === 0 ? [] : [`${files} with ready logits`]),
    ];
    return { result, line: `${source.id}: ${counts.join(', ')}` };
  });
}

/**
 * Writes `logits.safetensors` beside every checkpoint that has a head and has not stored them yet, as the option
 * `storeEmbeddings` asks for; without the option it does nothing.
 * @throws EmbeddingAnimationError `FileUnwritable`; what `makeLogits` throws
 */
export async function storeLogits(source: LogitsSource, context: PipelineContext): Promise<void> {
  if (!source.file.storeEmbeddings) return;
  const origins: LogitsOrigin[] = [];
  for (const checkpoint of source.trainer.checkpoints) {
    if (checkpoint.form === 'embeddings') continue;
    const origin = await findOrigin(source, checkpoint);
    if (!('reason' in origin)) origins.push(origin);
  }
  if (origins.length === 0) return;
  for (const { checkpoint, key, load } of await makeLogits(source, origins, context))
    await storeCopy({ checkpoint, name: 'logits', key, load });
}

function openLogits(source: LogitsSource, origin: LogitsOrigin, context: PipelineContext): CheckpointLogits {
  const { checkpoint } = origin;
  if (origin.from === 'file') return { checkpoint, key: origin.key, load: origin.read };
  const described = describeResult(source, origin);
  const load = async (): Promise<Logits> => {
    const logits = await findOrMake(context.cache, described, () =>
      origin.from === 'head' ? computeLogits(source, origin, context) : runExport(source, origin, context),
    );
    const names = source.dataset.items.map(({ name }) => name);
    checkFinite(logits, names, { run: source.id, step: checkpoint.step }, 'logits');
    return logits;
  };
  return { checkpoint, key: hashOf(described.dependsOn), load };
}

function describeResult(
  { dataset }: LogitsSource,
  { from, input, classes }: OriginHead | OriginExport,
): CachedResult<Logits> {
  const describe = from === 'head' ? headLogits : exportedLogits;
  return describe(input.key, dataset.items.length, classes);
}

/**
 * Embeds what heads read and the cache does not have, such as where the run pools otherwise, and runs exports again whose
 * logits are not there. All at once, so that threads start once.
 */
async function embedInputs(
  source: LogitsSource,
  missing: readonly LogitsOrigin[],
  context: PipelineContext,
): Promise<void> {
  const groups = new Map<LogitsSource, Checkpoint[]>();
  const pooled = new Map<string, LogitsSource>();
  for (const origin of missing) {
    if (origin.from === 'file') continue;
    if (origin.from === 'head' && (await hasEmbeddings(context, origin.input))) continue;
    const pooling = origin.from === 'head' ? origin.pooling : undefined;
    const asRead = pooled.get(pooling ?? '') ?? sourceOf(source, origin);
    pooled.set(pooling ?? '', asRead);
    groups.set(asRead, [...(groups.get(asRead) ?? []), origin.checkpoint]);
  }
  for (const [asRead, checkpoints] of groups)
    await withProgress(`${source.id}: embedding for logits`, 'images', context.progress, async (update) => {
      await embedMissing(asRead, context, checkpoints, update);
      const images = source.dataset.items.length;
      const line = `${source.id}: embedded ${images} images with ${checkpoints.length} checkpoints as their heads read them`;
      return { result: undefined, line };
    });
}

/** The run with embeddings that are pooled as a head reads them. */
function sourceOf(source: LogitsSource, origin: OriginHead | OriginExport): LogitsSource {
  if (origin.from === 'export') return source;
  const embedding = { ...source.file.embedding, pooling: origin.pooling };
  return { ...source, file: { ...source.file, embedding } };
}

/** Multiplies the embeddings with the head, which is read from files that must be those that were hashed. */
async function computeLogits(
  source: LogitsSource,
  origin: OriginHead,
  context: PipelineContext,
): Promise<Logits> {
  const { checkpoint, input } = origin;
  const place = { run: source.id, step: checkpoint.step };
  const embeddings = await loadEmbeddings(sourceOf(source, origin), context, input);
  const work = async (verify: () => Promise<void>): Promise<Head> => {
    const { head } = await openModel(checkpoint.folder, place, checkpoint.base);
    if ('reason' in head) throw makeError('InputChanged', 'touched', undefined, place);
    const read = await readHead(head, place);
    await verify();
    return read;
  };
  const files = groupInputs(source)(checkpoint);
  const head = await withPlace(place, () => readUnchanged(source.inputs?.checkpoints, place, work, files));
  return applyInPieces(embeddings, head);
}

/** Lets the event loop breathe between pieces: many classes take seconds. A row is the same in any piece. */
async function applyInPieces({ rows, cols, data }: Embeddings, head: Head): Promise<Logits> {
  const classes = head.weight.rows;
  const logits = new Float32Array(rows * classes);
  const step = Math.max(1, Math.floor(SUMS_AT_ONCE / (cols * classes)));
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(from + step, rows);
    const piece = { rows: to - from, cols, data: data.subarray(from * cols, to * cols) };
    logits.set(applyHead(piece, head).data, from * classes);
    if (to < rows) await setImmediate();
  }
  return { rows, cols: classes, data: logits };
}

/** Runs an export whose logits are missing or damaged. */
async function runExport(
  source: LogitsSource,
  origin: OriginExport,
  context: PipelineContext,
): Promise<Logits> {
  const { checkpoint } = origin;
  await embedMissing(source, context, [checkpoint], () => undefined);
  const logits = await findResult(context.cache, describeResult(source, origin));
  if (logits !== undefined) return logits;
  const place = { run: source.id, step: checkpoint.step };
  throw makeError('ArtifactsInvalid', 'embeddingsLost', undefined, place);
}
