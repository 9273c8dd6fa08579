/** What of a run is in the cache, found by running its stages with a cache that stops them at the first miss. */
import { readFinished } from '../artifacts/rendered-folder.ts';
import type { Cache } from '../artifacts/cache.ts';
import type { Checkpoint } from '../contracts.ts';
import { computeResults, renderedFolder, type PipelineContext } from '../pipeline.ts';
import type { RunSource } from '../run-source.ts';
import { analyseCheckpoints } from '../stages/analyse.ts';
import { drawFrames } from '../stages/draw.ts';
import { embedCheckpoints } from '../stages/embed.ts';

/** Whether the results of one checkpoint are there. */
export interface CheckpointState {
  readonly step: number;
  readonly isEmbedded: boolean;
  readonly isAnalysed: boolean;
}

/** What of a run is there. */
export interface RunState {
  readonly checkpoints: readonly CheckpointState[];
  /** Frames that are drawn. Where a result is missing none counts: what it changes is not known. */
  readonly framesDrawn: number;
  /** Whether all files of the run are finished. */
  readonly isRendered: boolean;
}

/** Thrown where a stage would begin to work. */
class NotCached extends Error {
  override readonly name = 'NotCached';
}

/**
 * Finds out what of a run is in the cache. Nothing is computed and nothing written.
 * @throws EmbeddingAnimationError for checkpoints that can't be used
 */
export async function probeRun(source: RunSource, context: PipelineContext): Promise<RunState> {
  const silent = { ...context, progress: silentProgress(context) };
  const probing = { ...silent, cache: stopAtMiss(context.cache) };
  const quiet = { ...source, file: { ...source.file, storeEmbeddings: false } };
  const checkpoints: CheckpointState[] = [];
  for (const checkpoint of source.packed === undefined ? source.trainer.checkpoints : []) {
    checkpoints.push(await probeCheckpoint(withCheckpoint(quiet, checkpoint), checkpoint, probing));
  }
  const finished = await readFinished(renderedFolder(source, context.outputFolder));
  const isAnalysed = checkpoints.every((state) => state.isAnalysed);
  return {
    checkpoints,
    framesDrawn: isAnalysed ? await countDrawn(quiet, silent) : 0,
    isRendered: finished !== undefined,
  };
}

/** The same run with one checkpoint. */
export function withCheckpoint(source: RunSource, checkpoint: Checkpoint): RunSource {
  return { ...source, trainer: { ...source.trainer, checkpoints: [checkpoint] } };
}

/** Says nothing, and stops as the context's own. */
export function silentProgress({ progress }: PipelineContext): PipelineContext['progress'] {
  return { ...progress, logger: { info: () => undefined, warn: () => undefined }, terminal: undefined };
}

async function probeCheckpoint(
  source: RunSource,
  { step }: Checkpoint,
  context: PipelineContext,
): Promise<CheckpointState> {
  const embedded = await unlessMissing(() => embedCheckpoints(source, context));
  if (embedded === undefined) return { step, isEmbedded: false, isAnalysed: false };
  const analysed = await unlessMissing(() => analyseCheckpoints(source, embedded, context));
  return { step, isEmbedded: true, isAnalysed: analysed !== undefined };
}

/** Frames are drawn one by one: one that is missing is replaced by nothing, and counted. */
async function countDrawn(source: RunSource, context: PipelineContext): Promise<number> {
  const { frames } = source.packed ?? (await computeResults(source, context));
  const missing = new Set<string>();
  const drawn = await drawFrames(source, frames, { ...context, cache: countMisses(context.cache, missing) });
  return Math.max(0, Math.floor(frames.length - missing.size / drawn.length));
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
