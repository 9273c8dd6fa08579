/** What of a run is in the cache, found by running its stages with a cache that makes nothing. */
import type { Cache } from '../../artifacts/cache.ts';
import type { Checkpoint } from '../../contracts.ts';
import { EmbeddingAnimationError } from '../../errors.ts';
import { computeResults, type PipelineContext } from '../../pipeline.ts';
import type { RunSource } from '../../run-source.ts';
import { analyseCheckpoints } from '../../stages/analyse.ts';
import { drawFrames } from '../../stages/draw.ts';
import { embedCheckpoints } from '../../stages/embed.ts';

/** Whether the results of one checkpoint are there, or what is wrong with it. */
export interface CheckpointState {
  readonly isEmbedded: boolean;
  readonly isAnalysed: boolean;
  readonly problem?: EmbeddingAnimationError;
}

/** Thrown where a stage would begin to work. */
class NotCached extends Error {
  override readonly name = 'NotCached';
}

/**
 * Finds out which of a checkpoint's results are in the cache. Nothing is computed and nothing written.
 * @throws errors that are none of the catalogue's
 */
export async function probeCheckpoint(
  source: RunSource,
  checkpoint: Checkpoint,
  context: PipelineContext,
): Promise<CheckpointState> {
  const one = withCheckpoints(withoutCopies(source), [checkpoint]);
  const stop = (kind: string): never => {
    throw new NotCached(`a stage asked for ${kind} that are not in the cache`);
  };
  const probing = { ...silence(context), cache: watchMisses(context.cache, stop) };
  let isEmbedded = false;
  try {
    const embedded = await embedCheckpoints(one, probing);
    isEmbedded = true;
    await analyseCheckpoints(one, embedded, probing);
    return { isEmbedded, isAnalysed: true };
  } catch (error) {
    if (error instanceof NotCached) return { isEmbedded, isAnalysed: false };
    if (!(error instanceof EmbeddingAnimationError)) throw error;
    return { isEmbedded: false, isAnalysed: false, problem: error };
  }
}

/**
 * Counts the frames that are drawn, of a run whose results are all there. Nothing is drawn and nothing written.
 * @throws EmbeddingAnimationError `ImageUnreadable`
 */
export async function countDrawn(source: RunSource, context: PipelineContext): Promise<number> {
  const silent = silence(context);
  const { frames } = source.packed ?? (await computeResults(withoutCopies(source), silent));
  const missing = new Set<string>();
  const cache = watchMisses(context.cache, (kind, key) => missing.add(`${kind}/${key}`));
  const drawn = await drawFrames(source, frames, { ...silent, cache });
  return Math.max(0, Math.floor(frames.length - missing.size / drawn.length));
}

/** The same run with these checkpoints. */
export function withCheckpoints(source: RunSource, checkpoints: readonly Checkpoint[]): RunSource {
  return { ...source, trainer: { ...source.trainer, checkpoints } };
}

/** The same run that stores no embeddings beside its checkpoints. */
export function withoutCopies(source: RunSource): RunSource {
  return { ...source, file: { ...source.file, storeEmbeddings: false } };
}

/** The same context that says nothing. */
export function silence(context: PipelineContext): PipelineContext {
  const logger = { info: () => undefined, warn: () => undefined };
  return { ...context, progress: { ...context.progress, logger, terminal: undefined } };
}

/**
 * A cache that is not written. What is missing is told to `onMiss`, which may throw; else it counts as there, without
 * content.
 */
function watchMisses(cache: Cache, onMiss: (kind: string, key: string) => unknown): Cache {
  const found = <T>(entry: T | undefined, kind: string, key: string): T | undefined => {
    if (entry === undefined || entry === false) onMiss(kind, key);
    return entry;
  };
  return {
    ...cache,
    read: async (kind, key) => found(await cache.read(kind, key), kind, key) ?? new Uint8Array(),
    has: async (kind, key) => found(await cache.has(kind, key), kind, key) !== undefined,
    locate: async (kind, key) => found(await cache.locate(kind, key), kind, key),
    write: (kind, key) => Promise.resolve(void onMiss(kind, key)),
  };
}
