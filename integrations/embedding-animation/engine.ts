/** The one object that hooks, loaders and routes of a process share: it knows the runs and renders them. */
import type { FileDigests } from './artifacts/file-digests.ts';
import { readFinished } from './artifacts/rendered-folder.ts';
import { summariseRun, type RunSummary } from './artifacts/summary.ts';
import { findRuns } from './checkpoints/index.ts';
import type { Checkpoint } from './contracts.ts';
import { createContext, pruneUnused, type ContextSettings, type EngineContext } from './engine-context.ts';
import { renderedFolder, renderRun, type RenderedRun } from './pipeline.ts';
import { slugOf } from './run-slug.ts';
import { describeRun, openRun, type RunSource } from './run-source.ts';
import { shareWork } from './shared-work.ts';

/** Where a project keeps things, as Astro resolved it. */
export interface EngineSettings extends ContextSettings {
  readonly projectRoot: string;
  readonly runsFolder: string;
  /** The site's base, ending in a slash. */
  readonly base: string;
}

/** Runs of a project and their rendering. */
export interface Engine {
  readonly settings: EngineSettings;
  /**
   * Renders every run, one after the other; the first that fails ends it. Calls while it works join the work
   * under way; calls after `invalidate` wait for it and have the runs rendered once more.
   */
  renderAll(): Promise<void>;
  /** The ids of all runs, in order; none where the runs folder does not exist. Opens no run. */
  runIds(): Promise<string[]>;
  /** What is known of each run now, rendered or not. */
  summaries(): Promise<RunSummary[]>;
  checkpoints(): Promise<Checkpoint[]>;
  /** The finished files of each run that has been rendered, by the run's slug. */
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

/** A run and, once it has been rendered, its finished files. */
interface RunState {
  readonly source: RunSource;
  readonly rendered: RenderedRun | undefined;
}

/** An engine over `settings`. It reads nothing until it is asked. */
export function createEngine(settings: EngineSettings): Engine {
  const context = createContext(settings);
  let sources: Promise<RunSource[]> | undefined;
  const found = new WeakMap<RunSource, Promise<RenderedRun | undefined>>();
  const open = () => (sources ??= openRuns(settings, context.digests));
  const findOnce = (source: RunSource) => {
    const known = found.get(source) ?? findRendered(source, context);
    found.set(source, known);
    return known;
  };
  const readStates = async (): Promise<RunState[]> =>
    Promise.all((await open()).map(async (source) => ({ source, rendered: await findOnce(source) })));
  const rendering = shareWork(async () => {
    for (const source of await open()) {
      found.set(source, Promise.resolve(await renderRun(source, context)));
    }
    await pruneUnused(settings, context);
  });
  return {
    settings,
    renderAll: () => rendering.run(),
    async runIds() {
      const folders = await findRuns(settings.runsFolder).catch(() => []); // rendering says what is wrong
      return folders.map(({ run }) => run);
    },
    async summaries() {
      const url = `${settings.base}${settings.options.path}/`;
      return (await readStates()).map(({ source, rendered }) =>
        summariseRun(describeRun(source), rendered?.finished.rendered, url),
      );
    },
    async checkpoints() {
      return (await open()).flatMap(({ trainer }) => trainer.checkpoints);
    },
    async published() {
      const published = new Map<string, PublishedRun>();
      for (const { source, rendered } of await readStates()) {
        if (rendered === undefined) continue;
        const { folder, finished } = rendered;
        published.set(slugOf(source.id), { folder, files: new Set(finished.files.map(({ name }) => name)) });
      }
      return published;
    },
    invalidate() {
      sources = undefined;
      rendering.outdate();
    },
  };
}

async function openRuns(
  { options, projectRoot, runsFolder }: EngineSettings,
  { hashFile, save }: FileDigests,
): Promise<RunSource[]> {
  try {
    const opened: RunSource[] = [];
    for (const { run, folder } of await findRuns(runsFolder)) {
      const look = options.animation;
      opened.push(await openRun({ id: run, folder, projectRoot, look, language: options, hashFile }));
    }
    return opened;
  } finally {
    await save();
  }
}

async function findRendered(
  source: RunSource,
  { outputFolder }: EngineContext,
): Promise<RenderedRun | undefined> {
  const folder = renderedFolder(source, outputFolder);
  const finished = await readFinished(folder);
  return finished === undefined ? undefined : { folder, finished };
}
