/** The one object that hooks, loaders and routes of a process share: it knows the runs and renders them. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openCache } from './artifacts/cache.ts';
import { openFileDigests, type FileDigests } from './artifacts/file-digests.ts';
import { readRendered } from './artifacts/rendered-folder.ts';
import { summariseRun, type Rendered, type RunSummary } from './artifacts/summary.ts';
import { findRuns } from './checkpoints/index.ts';
import type { Checkpoint, Logger } from './contracts.ts';
import type { ResolvedOptions } from './options/index.ts';
import { renderedFolder, renderRun, type PipelineContext } from './pipeline.ts';
import { processEnvironment, type ProgressEnvironment } from './progress.ts';
import { describeRun, openRun, type RunSource } from './run-source.ts';
import { shareWork } from './shared-work.ts';

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
  /** Folder with the finished files of each run that has been rendered, by run id. */
  folders(): Promise<ReadonlyMap<string, string>>;
  /** Forgets what was read from the runs folder: something in it has changed. */
  invalidate(): void;
}

/** A run, its folder of finished files, and what it holds once the run has been rendered. */
interface RunState {
  readonly source: RunSource;
  readonly folder: string;
  readonly rendered: Rendered | undefined;
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
  });
  return {
    settings,
    renderAll: () => rendering.run(),
    async summaries() {
      const url = `${settings.base}${settings.options.path}/`;
      return (await readStates()).map(({ source, rendered }) =>
        summariseRun(describeRun(source), rendered, url),
      );
    },
    async checkpoints() {
      return (await open()).flatMap(({ trainer }) => trainer.checkpoints);
    },
    async folders() {
      const finished = (await readStates()).filter(({ rendered }) => rendered !== undefined);
      return new Map(finished.map(({ source, folder }) => [source.id, folder]));
    },
    invalidate() {
      sources = undefined;
      states = undefined;
      rendering.outdate();
    },
  };
}

function createContext({ options, cacheFolder, logger, progress }: EngineSettings): PipelineContext {
  const ownFolder = join(cacheFolder, 'embedding-animation');
  return {
    cache: openCache(join(ownFolder, 'cache'), logger),
    progress: progress ?? processEnvironment(logger),
    threads: options.threads ?? availableParallelism(),
    outputFolder: join(ownFolder, 'rendered'),
  };
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
      return { source, folder, rendered: await readRendered(folder) };
    }),
  );
}
