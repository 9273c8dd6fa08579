/** What of a run is in the cache, found by running its stages with a cache that stops them at the first miss. */
import { readFinished } from '../../artifacts/rendered-folder.ts';
import type { Cache } from '../../artifacts/cache.ts';
import type { Checkpoint } from '../../contracts.ts';
import { EmbeddingAnimationError } from '../../errors.ts';
import { computeResults, renderedFolder, type PipelineContext } from '../../pipeline.ts';
import type { RunSource } from '../../run-source.ts';
import { analyseCheckpoints } from '../../stages/analyse.ts';
import { drawFrames } from '../../stages/draw.ts';
import { embedCheckpoints } from '../../stages/embed.ts';
import { silence } from '../measuring.ts';
import { withCheckpoints } from '../sample-work.ts';

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
  const probing = { ...context, progress: silence(context), cache: stopAtMiss(context.cache) };
  try {
    const embedded = await unlessMissing(() => embedCheckpoints(one, probing));
    if (embedded === undefined) return { isEmbedded: false, isAnalysed: false };
    const analysed = await unlessMissing(() => analyseCheckpoints(one, embedded, probing));
    return { isEmbedded: true, isAnalysed: analysed !== undefined };
  } catch (problem) {
    if (!(problem instanceof EmbeddingAnimationError)) throw problem;
    return { isEmbedded: false, isAnalysed: false, problem };
  }
}

/** Whether all files of the run are finished. */
export async function isRendered(source: RunSource, { outputFolder }: PipelineContext): Promise<boolean> {
  return (await readFinished(renderedFolder(source, outputFolder))) !== undefined;
}

/**
 * Counts the frames that are drawn, of a run whose results are all there. Nothing is drawn and nothing written.
 * @throws EmbeddingAnimationError `ImageUnreadable`
 */
export async function countDrawn(source: RunSource, context: PipelineContext): Promise<number> {
  const silent = { ...context, progress: silence(context) };
  const { frames } = source.packed ?? (await computeResults(withoutCopies(source), silent));
  const missing = new Set<string>();
  // One that is missing is replaced by nothing, and counted.
  const drawn = await drawFrames(source, frames, { ...silent, cache: countMisses(context.cache, missing) });
  return Math.max(0, Math.floor(frames.length - missing.size / drawn.length));
}

/** The same run that stores no embeddings beside its checkpoints. */
function withoutCopies(source: RunSource): RunSource {
  return { ...source, file: { ...source.file, storeEmbeddings: false } };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotCached) return undefined;
    throw error;
  }
}

function stopAtMiss(cache: Cache): Cache {
  const stop = (kind: string): never => {
    throw new NotCached(`a stage asked for ${kind} that are not in the cache`);
  };
  return {
    ...cache,
    read: async (kind, key) => (await cache.read(kind, key)) ?? stop(kind),
    has: async (kind, key) => (await cache.has(kind, key)) || stop(kind),
    locate: async (kind, key) => (await cache.locate(kind, key)) ?? stop(kind),
    write: stop,
  };
}

function countMisses(cache: Cache, missing: Set<string>): Cache {
  const note = (kind: string, key: string) => void missing.add(`${kind}/${key}`);
  return {
    ...cache,
    async read(kind, key) {
      if (!(await cache.has(kind, key))) note(kind, key);
      return new Uint8Array();
    },
    async has(kind, key) {
      if (!(await cache.has(kind, key))) note(kind, key);
      return true;
    },
    write: () => Promise.resolve(),
  };
}
