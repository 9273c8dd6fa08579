import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import type { RunSummary } from './artifacts/summary.ts';

const RUNS_MODULE = 'virtual:embedding-animation/runs';
const RESOLVED_RUNS_MODULE = `\0${RUNS_MODULE}`;
const LOOKUP_FILE = fileURLToPath(new URL('./components/find-run.ts', import.meta.url));

/** Types of the virtual module, for `injectTypes`. */
export const RUNS_MODULE_TYPES = `declare module '${RUNS_MODULE}' {
  import type { RunSummary, WrittenRunId } from 'astro-embedding-animation';
  /** Every run of the project, in the order of their ids. */
  export const runs: readonly RunSummary[];
  /** The run with this id. Throws an error that lists the known ones. */
  export function getRun<Id extends string>(id: WrittenRunId<Id>): RunSummary;
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
export function virtualRuns(summaries: () => Promise<readonly RunSummary[]>): Plugin {
  return {
    name: RUNS_MODULE,
    resolveId: (id) => (id === RUNS_MODULE ? RESOLVED_RUNS_MODULE : undefined),
    async load(id) {
      if (id !== RESOLVED_RUNS_MODULE) return undefined;
      return [
        `import { findRun } from ${JSON.stringify(LOOKUP_FILE.replaceAll('\\', '/'))};`,
        `export const runs = ${JSON.stringify(await summaries())};`,
        'export const getRun = (id) => findRun(runs, id);',
      ].join('\n');
    },
  };
}

/** Name under which Vite knows the module, to invalidate it when a run has been rendered. */
export const RUNS_MODULE_ID = RESOLVED_RUNS_MODULE;
