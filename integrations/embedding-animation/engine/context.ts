/** What the stages of a process work with, and where it keeps its results. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openCache, trackUses, type TrackedCache } from '../artifacts/cache.ts';
import { openScanCache, type ScanCache } from '../artifacts/cached-results.ts';
import { openFileDigests } from '../artifacts/file-digests.ts';
import { pruneStorage } from '../artifacts/pruning.ts';
import type { Logger } from '../contracts.ts';
import type { ResolvedOptions } from '../options/index.ts';
import type { RenderContext } from '../pipeline.ts';
import { showControls } from '../names.ts';
import { processEnvironment, type ProgressEnvironment } from '../progress.ts';

/** Our folder in Astro's cacheDir, and the folders in it. */
const OWN_FOLDER = 'embedding-animation';
const RESULTS_FOLDER = 'cache';
const RENDERED_FOLDER = 'rendered';

/** What a context is made from. */
export interface ContextSettings {
  readonly options: ResolvedOptions;
  /** Astro's cacheDir; results live in a folder of our own in it. */
  readonly cacheFolder: string;
  readonly logger: Logger;
  /**
   * Where progress goes.
   * @default the process's terminal, or sparse lines to `logger` where there is none
   */
  readonly progress?: ProgressEnvironment;
}

/** What stages work with; its cache knows all that this process has used. */
export type EngineContext = RenderContext & {
  readonly cache: TrackedCache;
  /** Of evaluation sets. */
  readonly scanCache: ScanCache;
};

/**
 * Opens what stages work with. Nothing is read or written yet.
 * @param signal stops stages, beside a signal that `progress` has
 */
export function createContext(
  { options, cacheFolder, logger: given, progress = processEnvironment(plainLogger(given)) }: ContextSettings,
  signal?: AbortSignal,
): EngineContext {
  const logger = plainLogger(given);
  const ownFolder = join(cacheFolder, OWN_FOLDER);
  const cache = trackUses(openCache(join(ownFolder, RESULTS_FOLDER), logger));
  return {
    cache,
    digests: openFileDigests(cache),
    scanCache: openScanCache(cache),
    progress: { ...progress, signal: joinSignals(progress.signal, signal) },
    threads: options.threads ?? availableParallelism(),
    device: options.device,
    outputFolder: join(ownFolder, RENDERED_FOLDER),
  };
}

/** Keeps the results within the limits of the options; what this process has used stays. */
export async function pruneUnused(
  { options, cacheFolder, logger }: ContextSettings,
  { cache }: EngineContext,
): Promise<void> {
  const ownFolder = join(cacheFolder, OWN_FOLDER);
  const used = new Set(cache.uses().map(({ kind, key }) => join(ownFolder, RESULTS_FOLDER, kind, key)));
  const limits = { ...options.cache, now: Date.now(), isKept: (path: string) => used.has(path) };
  await pruneStorage(ownFolder, limits, logger);
}

/** A logger of lines without control characters: names in them come from files. */
function plainLogger(logger: Logger): Logger {
  return {
    info: (message) => {
      logger.info(showControls(message));
    },
    warn: (message) => {
      logger.warn(showControls(message));
    },
  };
}

function joinSignals(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length < 2 ? given[0] : AbortSignal.any(given);
}
