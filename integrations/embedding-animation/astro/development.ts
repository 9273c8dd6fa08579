/** What `astro dev` does beside serving pages: it renders in the background and follows changes of the runs folder. */
import type { RefreshContentOptions } from 'astro';
import type { ViteDevServer } from 'vite';
import { serveFiles } from './emitted-files.ts';
import { describeFailure, type Engine, type RunFailure } from '../engine/index.ts';
import { explainError } from '../explain-error.ts';
import { CHECKPOINTS_LOADER, RUNS_LOADER } from './engine-holder.ts';
import { makeSingleFlight } from '../threads/concurrency.ts';
import { RUNS_MODULE_ID, writeRunsModule } from './virtual-module.ts';
import { watchRuns } from './watch-runs.ts';

/** After a reload all tabs are connected again by then. */
const CONNECTED_MS = 300;

/** Stands where the overlay has the lines of a program. */
const GOES_ON =
  'Close this and go on: all else is shown. The run is read again when a file in its folder changes.';

type RefreshContent = ((options: RefreshContentOptions) => Promise<void>) | undefined;

/** Starts rendering without waiting for it, and renders a run again whenever its folder has changed. */
export function startDevelopment(
  engine: Engine,
  server: ViteDevServer,
  refreshContent: RefreshContent,
): void {
  server.middlewares.use(serveFiles(engine));
  const { logger, runsFolder } = engine.settings;
  const overlay = showInOverlay(server);
  const warn = (error: unknown): void => {
    const { message, hint } = explainError(error);
    logger.warn(`The pages could not be brought up to date: ${message}\n  Hint: ${hint}`);
  };

  let shown = writeRunsModule(engine);
  shown.catch(() => undefined);
  const refreshing = makeSingleFlight(async () => {
    const before = await shown.catch(() => undefined);
    shown = writeRunsModule(engine);
    if ((await shown) === before) return;
    invalidateRuns(server);
    await refreshContent?.({ loaders: [RUNS_LOADER, CHECKPOINTS_LOADER] });
    server.ws.send({ type: 'full-reload' });
  });
  const refresh = (): void => {
    refreshing.outdate();
    refreshing.run().catch(warn);
  };
  const render = (): void => {
    engine.renderAll().then(refresh, warn);
  };

  const { onFailure } = engine.events;
  engine.events.onFailure = (failure) => {
    onFailure?.(failure);
    overlay(failure);
  };
  engine.events.onChange = refresh;
  const stopWatching = watchRuns(server.watcher, runsFolder, {
    onTouch: (run) => {
      engine.touch(run);
    },
    onChange: (run) => {
      engine.invalidate(run);
      render();
    },
  });
  server.httpServer?.once('close', stopWatching);
  render();
}

function invalidateRuns(server: ViteDevServer): void {
  for (const environment of Object.values(server.environments)) {
    const module = environment.moduleGraph.getModuleById(RUNS_MODULE_ID);
    if (module !== undefined) environment.moduleGraph.invalidateModule(module);
  }
}

/** Shows each failure once: to the pages that come back from the reload that it brings, or to the first that comes. */
function showInOverlay(server: ViteDevServer): (failure: RunFailure) => void {
  let waiting: RunFailure | undefined;
  server.ws.on('connection', () => {
    if (waiting === undefined) return;
    const { message, hint } = describeFailure(waiting);
    waiting = undefined;
    // Astro's overlay also shows a name and a hint.
    const err = {
      name: 'Embedding animation',
      title: 'A run can not be shown',
      message,
      hint,
      stack: GOES_ON,
    };
    setTimeout(() => {
      server.ws.send({ type: 'error', err });
    }, CONNECTED_MS);
  });
  return (failure) => {
    waiting = failure;
  };
}
