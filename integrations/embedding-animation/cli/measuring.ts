/** Runs a stage for a limited time and notes when it reported what. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '../artifacts/cache.ts';
import type { PipelineContext } from '../pipeline.ts';

/** One report of a stage, in milliseconds since the work began. */
export interface Report {
  /** The stage's title without the run, such as `preparing images`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly ms: number;
}

/** How a measurement went. */
export interface Measurement {
  readonly ms: number;
  readonly reports: readonly Report[];
  /** Whether the work came to its end within the limit. */
  readonly isWhole: boolean;
}

/** Does `work` with an empty cache of its own, which is deleted, until it ends or `limitMs` are over. */
export type Measure = (
  work: (context: PipelineContext) => Promise<unknown>,
  limitMs: number,
) => Promise<Measurement>;

/** Measures in silence with all that `context` has but its cache. */
export function openMeasure(context: PipelineContext): Measure {
  return async (work, limitMs) => {
    const scratch = await mkdtemp(join(tmpdir(), 'embedding-animation-'));
    const limit = AbortSignal.timeout(limitMs);
    const outer = context.progress.signal;
    const reports: Report[] = [];
    const start = performance.now();
    const since = () => performance.now() - start;
    const progress = {
      ...silence(context),
      signal: outer === undefined ? limit : AbortSignal.any([outer, limit]),
      onUpdate: (title: string, done: number, total: number) =>
        void reports.push({ stage: title.slice(title.lastIndexOf(': ') + 2), done, total, ms: since() }),
    };
    try {
      await work({ ...context, progress, cache: openCache(scratch, progress.logger) });
      return { ms: since(), reports, isWhole: true };
    } catch (error) {
      if (!limit.aborted || error !== limit.reason) throw error;
      return { ms: since(), reports, isWhole: false };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  };
}

/** Says nothing, and stops as the context's own. */
export function silence({ progress }: PipelineContext): PipelineContext['progress'] {
  return { ...progress, logger: { info: () => undefined, warn: () => undefined }, terminal: undefined };
}
