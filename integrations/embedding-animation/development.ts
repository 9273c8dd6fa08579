/** What `astro dev` does beside serving: it renders in the background and follows changes of the runs folder. */
import { relative } from 'node:path';
import type { RefreshContentOptions } from 'astro';
import type { ViteDevServer } from 'vite';
import type { Engine } from './engine.ts';
import { EmbeddingAnimationError } from './errors.ts';
import { CHECKPOINTS_LOADER, RUNS_LOADER } from './loader-names.ts';
import { RUNS_MODULE_ID } from './virtual-runs.ts';

/** A checkpoint is written in several steps; a change counts once the folder has been quiet this long. */
const QUIET_MS = 1500;

type RefreshContent = ((options: RefreshContentOptions) => Promise<void>) | undefined;

/** Starts rendering without waiting for it, and again whenever the runs folder has changed. */
export function startDevelopment(
  engine: Engine,
  server: ViteDevServer,
  refreshContent: RefreshContent,
): void {
  const { runsFolder } = engine.settings;
  const render = async (): Promise<void> => {
    try {
      await engine.renderAll();
    } catch (error) {
      server.config.logger.error(describeFailure(error));
      return;
    }
    invalidateRuns(server);
    await refreshContent?.({ loaders: [RUNS_LOADER, CHECKPOINTS_LOADER] });
    server.ws.send({ type: 'full-reload' });
  };
  let quiet: NodeJS.Timeout | undefined;
  const onChange = (_event: string, path: string): void => {
    if (relative(runsFolder, path).startsWith('..')) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      engine.invalidate();
      void render();
    }, QUIET_MS);
  };
  server.watcher.add(runsFolder);
  server.watcher.on('all', onChange);
  server.httpServer?.once('close', () => {
    clearTimeout(quiet);
    server.watcher.off('all', onChange);
  });
  void render();
}

function invalidateRuns(server: ViteDevServer): void {
  for (const environment of Object.values(server.environments)) {
    const module = environment.moduleGraph.getModuleById(RUNS_MODULE_ID);
    if (module !== undefined) environment.moduleGraph.invalidateModule(module);
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof EmbeddingAnimationError)
    return `[astro-embedding-animation] ${error.message}\n  ${error.hint}`;
  return `[astro-embedding-animation] ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
