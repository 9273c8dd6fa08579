/** The one object that hooks, loaders and pages of a process share: it knows the runs and renders them. */
import { relative } from 'node:path';
import { summariseRun, type RunSummary } from '../artifacts/summary.ts';
import { findRuns, type RunFolder } from '../checkpoints/index.ts';
import type { Checkpoint } from '../contracts.ts';
import { createContext, pruneUnused, type ContextSettings } from './context.ts';
import { EmbeddingAnimationError } from '../errors.ts';
import { explainError } from '../explain-error.ts';
import { joinFailures, type RunFailure } from './failures.ts';
import { slugOf } from '../run-ids.ts';
import { describeRun } from '../run-overview.ts';
import { makeSingleFlight } from '../threads/concurrency.ts';
import { trackRun, type RunFacts, type TrackedRun } from './tracked-run.ts';

/** Where a project keeps things, as Astro resolved it. */
export interface EngineSettings extends ContextSettings {
  readonly projectRoot: string;
  readonly runsFolder: string;
  /** The site's base, ending in a slash. */
  readonly base: string;
  /**
   * For `astro dev`: while a run is rendered again its last finished files stay, and a run that fails takes no other
   * down. Otherwise only what the folders say now is published, and a failure ends the work.
   * @default false
   */
  readonly keepsLast?: boolean;
  /** Rendering waits for this, such as for an engine before this one to stop. */
  readonly after?: Promise<void> | undefined;
}

/** What an engine tells while it works. */
export interface EngineEvents {
  /** There may be something new to say of a run. */
  onChange?: () => void;
  /** A run has failed; said once, until its folder changes. */
  onFailure?: (failure: RunFailure) => void;
}

/** Runs of a project and their rendering. */
export interface Engine {
  readonly settings: EngineSettings;
  readonly events: EngineEvents;
  /**
   * Renders every run that has changed, one after the other. Calls while it works join the work under way; calls
   * after `invalidate` wait for it and have the runs rendered once more.
   * @throws unless `keepsLast`: EmbeddingAnimationError of the run that can't be used; `RunsFailed` where several can't
   */
  renderAll(): Promise<void>;
  /** The ids of all runs, in order; none where the runs folder does not exist. Opens no run. */
  runIds(): Promise<string[]>;
  /** What is known of each run now, rendered or not. Runs that could not be opened are left out. */
  summaries(): Promise<RunSummary[]>;
  /** Runs that can't be shown as they are now. */
  failures(): Promise<RunFailure[]>;
  checkpoints(): Promise<Checkpoint[]>;
  /** The finished files of each run that has been rendered, by the run's slug. */
  published(): Promise<ReadonlyMap<string, RenderingFiles>>;
  /** Something is being written in the folder called `run`: a failure from now on is not told until `invalidate`. */
  touch(run: string): void;
  /** Something in the folder of `run`, or of any run, has changed: it is read anew when it is asked for. */
  invalidate(run?: string): void;
  /** Stops rendering and waits until nothing is under way. */
  close(): Promise<void>;
}

/** Files to publish. */
export interface RenderingFiles {
  readonly folder: string;
  /** sha256 (hex) of each file, by its name relative to the folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** An engine over `settings`. It reads nothing until it is asked. */
export function createEngine(settings: EngineSettings): Engine {
  const { options, projectRoot, runsFolder, keepsLast = false } = settings;
  const stop = new AbortController();
  const context = createContext(settings, stop.signal);
  const events: EngineEvents = {};
  const runs = new Map<string, TrackedRun>();
  const onFacts = ({ failure }: Pick<RunFacts, 'failure'>): void => {
    if (failure !== undefined) events.onFailure?.(failure);
    events.onChange?.();
  };
  const track = ({ run, folder }: RunFolder): TrackedRun => {
    const { digests, scanCache } = context;
    const { hashFile } = digests;
    const { animation: look, maps } = options;
    const location = { id: run, folder, projectRoot, look, maps, language: options, hashFile, scanCache };
    return trackRun(location, { context, keepsLast, onFacts });
  };
  const listRuns = async (): Promise<TrackedRun[]> => {
    const folders = await findRuns(runsFolder).catch((error: unknown) => {
      if (isMissingFolder(error)) return [];
      if (!keepsLast) throw explainError(error);
      const run = isCatalogued(error) ? (error.place.run ?? '') : '';
      onFacts({ failure: { run, error } });
      return undefined;
    });
    if (folders === undefined) return [...runs.values()];
    if (folders.length === 0) settings.logger.warn(describeMissingRuns(settings));
    const present = new Set(folders.map(({ run }) => run));
    for (const id of runs.keys()) if (!present.has(id)) runs.delete(id);
    return folders.map((folder) => {
      const tracked = runs.get(folder.run) ?? track(folder);
      runs.set(folder.run, tracked);
      return tracked;
    });
  };
  let listed: Promise<TrackedRun[]> | undefined;
  const list = () => (listed ??= listRuns());
  const readFacts = async () =>
    Promise.all((await list()).map(async (run) => ({ id: run.id, ...(await run.facts()) })));

  const renderingAll = makeSingleFlight(async () => {
    await settings.after;
    const tracked = await list();
    if (!keepsLast) await refuseFailures(tracked);
    try {
      for (const run of tracked) {
        stop.signal.throwIfAborted();
        const { failure } = await run.render();
        if (failure !== undefined && !keepsLast) throw failure.error;
      }
    } catch (error) {
      if (keepsLast && stop.signal.aborted) return; // whoever closed it wants no more
      throw stop.signal.aborted ? error : explainError(error);
    }
    await pruneUnused(settings, context).catch((error: unknown) => {
      throw explainError(error);
    });
  });

  return {
    settings,
    events,
    renderAll: () => renderingAll.run(),
    runIds: async () => (await list()).map(({ id }) => id),
    async summaries() {
      const url = `${settings.base}${options.path}/`;
      return (await readFacts()).flatMap(({ source, rendering }) =>
        source === undefined ? [] : [summariseRun(describeRun(source), rendering?.contents, url)],
      );
    },
    failures: async () =>
      (await readFacts()).flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    checkpoints: async () => (await readFacts()).flatMap(({ source }) => source?.trainer.checkpoints ?? []),
    async published() {
      const published = new Map<string, RenderingFiles>();
      for (const { id, rendering } of await readFacts()) {
        if (rendering === undefined) continue;
        const { folder, contents } = rendering;
        published.set(slugOf(id), {
          folder,
          files: new Map(contents.files.map(({ name, sha256 }) => [name, sha256])),
        });
      }
      return published;
    },
    touch: (run) => runs.get(run.normalize())?.touch(),
    invalidate(run) {
      listed = undefined;
      if (run === undefined) for (const each of runs.values()) each.outdate();
      else runs.get(run.normalize())?.outdate();
      renderingAll.outdate();
    },
    async close() {
      stop.abort();
      await renderingAll.idle();
    },
  };
}

/** All that is wrong with what the runs' folders say, before anything long begins. */
async function refuseFailures(runs: readonly TrackedRun[]): Promise<void> {
  const failures: RunFailure[] = [];
  for (const run of runs) {
    const { failure } = await run.open();
    if (failure !== undefined) failures.push(failure);
  }
  if (failures.length > 0) throw joinFailures(failures);
}

function isCatalogued(error: unknown): error is EmbeddingAnimationError {
  return error instanceof EmbeddingAnimationError;
}

function isMissingFolder(error: unknown): boolean {
  return isCatalogued(error) && error.name === 'RunsFolderMissing';
}

function describeMissingRuns({ projectRoot, runsFolder }: EngineSettings): string {
  const folder = relative(projectRoot, runsFolder).replaceAll('\\', '/');
  return (
    `There are no runs yet in ${folder}/. Copy the output folder of a Hugging Face Trainer to ${folder}/<name>/ ` +
    'and write a run.yaml beside its checkpoints.'
  );
}
