/** The one object that hooks, loaders and routes of a process share: it knows the runs and renders them. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openCache } from './artifacts/cache.ts';
import { trackUses, type TrackedCache } from './artifacts/cache-uses.ts';
import { openFileDigests, type FileDigests } from './artifacts/file-digests.ts';
import { pruneStorage } from './artifacts/pruning.ts';
import { readFinished, type Finished } from './artifacts/rendered-folder.ts';
import { summariseRun, type RunSummary } from './artifacts/summary.ts';
import { findRuns } from './checkpoints/index.ts';
import type { Checkpoint, Logger } from './contracts.ts';
import type { ResolvedOptions } from './options/index.ts';
import { renderedFolder, renderRun, type PipelineContext } from './pipeline.ts';
import { processEnvironment, type ProgressEnvironment } from './progress.ts';
import { describeRun, openRun, type RunSource } from './run-source.ts';
import { shareWork } from './shared-work.ts';

/** Our folder in Astro's cacheDir, and the one of results in it. */
const OWN_FOLDER = 'embedding-animation';
const CACHE_FOLDER = 'cache';

/** Where a project keeps things, as Astro resolved it. */
export interface EngineSettings {
  readonly options: ResolvedOptions;
  readonly projectRoot: string;
  readonly runsFolder: string;
  /** Astro's cacheDir; results live in a folder of our own in it. */
  readonly cacheFolder: string;
  /** The site's base, ending in a slash. */
  readonly base: string;
  readonly logger: Logger;
  /**
   * Where progress goes.
   * @default the process's terminal, or sparse lines to `logger` where there is none
   */
  readonly progress?: ProgressEnvironment;
}

/** Runs of a project and their rendering. */
export interface Engine {
  readonly settings: EngineSettings;
  /**
   * Renders every run, one after the other; the first that fails ends it. Calls while it works join the work
   * under way; calls after `invalidate` wait for it and have the runs rendered once more.
   */
  renderAll(): Promise<void>;
  /** What is known of each run now, rendered or not. */
  summaries(): Promise<RunSummary[]>;
  checkpoints(): Promise<Checkpoint[]>;
  /** The finished files of each run that has been rendered, by run id. */
  published(): Promise<ReadonlyMap<string, PublishedRun>>;
  /** Forgets what was read from the runs folder: something in it has changed. */
  invalidate(): void;
}

/** Files to publish. */
export interface PublishedRun {
  readonly folder: string;
  /** Names relative to the folder, sorted. */
  readonly files: ReadonlySet<string>;
}

/** A run, its folder of finished files, and what it holds once the run has been rendered. */
interface RunState {
  readonly source: RunSource;
  readonly folder: string;
  readonly finished: Finished | undefined;
}

/** An engine over `settings`. It reads nothing until it is asked. */
export function createEngine(settings: EngineSettings): Engine {
  const context = createContext(settings);
  const digests = openFileDigests(context.cache);
  let sources: Promise<RunSource[]> | undefined;
  let states: Promise<RunState[]> | undefined;
  const open = () => (sources ??= openRuns(settings, digests));
  const readStates = () => (states ??= open().then((runs) => findStates(runs, context)));
  const rendering = shareWork(async () => {
    for (const source of await open()) {
      await renderRun(source, context);
      states = undefined;
    }
    await prune(settings, context);
  });
  return {
    settings,
    renderAll: () => rendering.run(),
    async summaries() {
      const url = `${settings.base}${settings.options.path}/`;
      return (await readStates()).map(({ source, finished }) =>
        summariseRun(describeRun(source), finished?.rendered, url),
      );
    },
    async checkpoints() {
      return (await open()).flatMap(({ trainer }) => trainer.checkpoints);
    },
    async published() {
      const published = new Map<string, PublishedRun>();
      for (const { source, folder, finished } of await readStates()) {
        if (finished === undefined) continue;
        published.set(source.id, { folder, files: new Set(finished.files.map(({ name }) => name)) });
      }
      return published;
    },
    invalidate() {
      sources = undefined;
      states = undefined;
      rendering.outdate();
    },
  };
}

/** What stages work with; its cache knows all that this process has used. */
export type EngineContext = PipelineContext & { readonly cache: TrackedCache };

/** Opens what stages work with, in the folder of the project's cache. */
export function createContext({
  options,
  cacheFolder,
  logger,
  progress,
}: Pick<EngineSettings, 'options' | 'cacheFolder' | 'logger' | 'progress'>): EngineContext {
  return {
    cache: trackUses(openCache(join(cacheFolder, OWN_FOLDER, CACHE_FOLDER), logger)),
    progress: progress ?? processEnvironment(logger),
    threads: options.threads ?? availableParallelism(),
    device: options.device,
    outputFolder: join(cacheFolder, OWN_FOLDER, 'rendered'),
  };
}

/** Keeps within the limits of the options; what this process has used stays. */
async function prune(
  { options, cacheFolder, logger }: EngineSettings,
  { cache }: EngineContext,
): Promise<void> {
  const folder = join(cacheFolder, OWN_FOLDER);
  const kept = new Set(cache.uses().map(({ kind, key }) => join(folder, CACHE_FOLDER, kind, key)));
  await pruneStorage(folder, { ...options.cache, now: Date.now(), isKept: (path) => kept.has(path) }, logger);
}

async function openRuns(
  { options, projectRoot, runsFolder }: EngineSettings,
  { hashFile, save }: FileDigests,
): Promise<RunSource[]> {
  try {
    const opened: RunSource[] = [];
    for (const { run, folder } of await findRuns(runsFolder)) {
      opened.push(await openRun({ id: run, folder, projectRoot, look: options.animation, hashFile }));
    }
    return opened;
  } finally {
    await save();
  }
}

async function findStates(
  runs: readonly RunSource[],
  { outputFolder }: PipelineContext,
): Promise<RunState[]> {
  return Promise.all(
    runs.map(async (source) => {
      const folder = renderedFolder(source, outputFolder);
      return { source, folder, finished: await readFinished(folder) };
    }),
  );
}
