import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { describeFailure, type Engine } from '../engine/index.ts';

const PACKAGE = 'astro-embedding-animation';
const RUNS_MODULE = 'virtual:embedding-animation/runs';
const RESOLVED_RUNS_MODULE = `\0${RUNS_MODULE}`;
const LOOKUP_FILE = fileURLToPath(new URL('../components/find-run.ts', import.meta.url));

/** Types of the virtual module, for `injectTypes`. */
export const RUNS_MODULE_TYPES = `declare module '${RUNS_MODULE}' {
  import type { RunSummary, WrittenRunId } from 'astro-embedding-animation';
  /** Every run of the project, in the order of their ids. */
  export const runs: readonly RunSummary[];
  /** The run with this id. Throws an error that lists the known ones. */
  export function getRun<Id extends string>(id: WrittenRunId<Id>): RunSummary;
  /** For the component: the run, and in \`astro dev\` what is wrong with it. */
  export function showRun(id: string): {
    readonly run: RunSummary;
    readonly failure: { readonly message: string; readonly hint: string } | undefined;
  };
}
`;

/**
 * Types of the ids of the site's runs, for `injectTypes`: they go into the package's own `RunIds`.
 * @param ids the runs' ids, in order
 */
export function describeRunIds(ids: readonly string[]): string {
  const keys = ids.map((id) => `    ${JSON.stringify(id)}: true;\n`);
  return `export {};\ndeclare module 'astro-embedding-animation' {\n  interface RunIds {\n${keys.join('')}  }\n}\n`;
}

/** A Vite plugin that serves the runs' summaries to pages, under a name that needs no path of this machine. */
export function virtualRuns(engine: Pick<Engine, 'summaries' | 'failures'>): Plugin {
  return {
    name: RUNS_MODULE,
    // Components are compiled with the site. Astro sees to it where the site's own package.json lists the package,
    // but not where another one does, such as that of a workspace's root.
    configEnvironment: (name) => (name === 'client' ? undefined : { resolve: { noExternal: [PACKAGE] } }),
    resolveId: (id) => (id === RUNS_MODULE ? RESOLVED_RUNS_MODULE : undefined),
    load: (id) => (id === RESOLVED_RUNS_MODULE ? writeRunsModule(engine) : undefined),
  };
}

/** The module's source: equal where pages have nothing new to say. */
export async function writeRunsModule(engine: Pick<Engine, 'summaries' | 'failures'>): Promise<string> {
  const failures = (await engine.failures()).map(
    (failure) => [failure.run, describeFailure(failure)] as const,
  );
  return [
    `import { findRun, showRun as show } from ${JSON.stringify(LOOKUP_FILE.replaceAll('\\', '/'))};`,
    `export const runs = ${JSON.stringify(await engine.summaries())};`,
    `const failures = ${JSON.stringify(Object.fromEntries(failures))};`,
    'export const getRun = (id) => findRun(runs, id, failures);',
    'export const showRun = (id) => show(runs, id, failures);',
  ].join('\n');
}

/** Name under which Vite knows the module, to invalidate it when a run has been rendered. */
export const RUNS_MODULE_ID = RESOLVED_RUNS_MODULE;
