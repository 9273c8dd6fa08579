import { settleAll } from '../threads/concurrency.ts';
import { openBufferPool } from '../threads/buffer-pool.ts';
import { openPool } from '../threads/workers.ts';
import { runOne, type Crew } from './executor.ts';
import type { TaskInput, TaskName, TaskOutput } from './tasks.ts';
import type { AnalysisReply, AnalysisRequest } from './worker.ts';

/** Threads that analyse embeddings. */
export interface AnalysisPool extends Crew {
  /** Stops all threads; what is under way is rejected. */
  close(): Promise<void>;
}

/** Opens up to `threads` threads. Close the pool when done. */
export function openAnalysisPool(threads: number): AnalysisPool {
  const pool = openPool<AnalysisRequest, AnalysisReply>(new URL('./worker.ts', import.meta.url), threads);
  let answer: Promise<boolean> | undefined;
  const crew: AnalysisPool = {
    size: threads,
    memory: openBufferPool(),
    hasProducts: () => (answer ??= runOne(crew, 'hasProducts', undefined)),
    async run<Name extends TaskName>(name: Name, inputs: readonly TaskInput<Name>[]) {
      const outputs = await settleAll(inputs.map((input) => pool.run({ name, input })));
      return outputs as TaskOutput<Name>[]; // what the task of this name gives
    },
    close: () => pool.close(),
  };
  return crew;
}
