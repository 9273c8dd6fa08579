/** The one object that hooks, loaders and routes of a process share: it knows the runs and renders them. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openCache } from './artifacts/cache.ts';
import { readRendered } from './artifacts/rendered-folder.ts';
import { summariseRun, type RunSummary } from './artifacts/summary.ts';
import { findRuns } from './checkpoints/index.ts';
import type { Checkpoint, Logger } from './contracts.ts';
import type { ResolvedOptions } from './options/index.ts';
import { renderedFolder, renderRun, type PipelineContext } from './pipeline.ts';
import { processEnvironment } from './progress.ts';
import { describeRun, openRun, type RunSource } from './run-source.ts';

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
}

/** Runs of a project and their rendering. */
export interface Engine {
  readonly settings: EngineSettings;
  /** Renders every run, one after the other. Calls while it works join the work under way. */
  renderAll(): Promise<void>;
  /** What is known of each run now, rendered or not. */
  summaries(): Promise<RunSummary[]>;
  checkpoints(): Promise<Checkpoint[]>;
  /** Folder with the finished files of each run that has been rendered, by run id. */
  folders(): Promise<ReadonlyMap<string, string>>;
  /** Forgets what was read from the runs folder: something in it has changed. */
  invalidate(): void;
}

/** An engine over `settings`. It reads nothing until it is asked. */
export function createEngine(settings: EngineSettings): Engine {
  const { options, logger } = settings;
  const ownFolder = join(settings.cacheFolder, 'embedding-animation');
  const context: PipelineContext = {
    cache: openCache(join(ownFolder, 'cache'), logger),
    progress: processEnvironment(logger),
    threads: options.threads ?? availableParallelism(),
    outputFolder: join(ownFolder, 'rendered'),
  };
  let sources: Promise<RunSource[]> | undefined;
  let rendering: Promise<void> | undefined;
  const open = () => (sources ??= openRuns(settings));
  const rendered = async () => {
    const runs = await open();
    return Promise.all(
      runs.map(async (source) => {
        const folder = renderedFolder(source, context.outputFolder);
        return { source, folder, rendered: await readRendered(folder) };
      }),
    );
  };
  return {
    settings,
    renderAll() {
      rendering ??= renderRuns(open, context).finally(() => (rendering = undefined));
      return rendering;
    },
    async summaries() {
      const url = `${settings.base}${options.path}/`;
      return (await rendered()).map(({ source, rendered }) =>
        summariseRun(describeRun(source), rendered, url),
      );
    },
    async checkpoints() {
      return (await open()).flatMap(({ trainer }) => trainer.checkpoints);
    },
    async folders() {
      const finished = (await rendered()).filter((run) => run.rendered !== undefined);
      return new Map(finished.map(({ source, folder }) => [source.id, folder]));
    },
    invalidate() {
      sources = undefined;
    },
  };
}

async function openRuns({ options, projectRoot, runsFolder }: EngineSettings): Promise<RunSource[]> {
  const found = await findRuns(runsFolder);
  const opened: RunSource[] = [];
  for (const { run, folder } of found) {
    opened.push(await openRun({ id: run, folder, projectRoot, look: options.animation }));
  }
  return opened;
}

async function renderRuns(open: () => Promise<RunSource[]>, context: PipelineContext): Promise<void> {
  for (const source of await open()) await renderRun(source, context);
}
