/** Who does the heavy parts of an analysis: the calling thread, or a pool of threads. */
import { openBufferPool, type BufferPool } from '../threads/buffer-pool.ts';
import { settleAll } from '../threads/concurrency.ts';
import { openPool } from '../threads/workers.ts';
import { plainGemm, type Gemm } from './linalg/gemm.ts';
import { runTask, type TaskInput, type TaskName, type TaskOutput } from './tasks.ts';
import type { AnalysisResult, AnalysisTask } from './worker.ts';

/** Runs tasks of one checkpoint's analysis. Results do not depend on how many threads it has. */
export interface Executor {
  /** Tasks that are done at the same time. */
  readonly threads: number;
  /** What large arrays of tasks lie in: other arrays are copied to each thread, and what it writes there is lost. */
  readonly buffers: BufferPool;
  /** Whether its threads multiply matrices by onnxruntime. */
  hasNativeGemm(): Promise<boolean>;
  /**
   * Does a task for each of the inputs.
   * @returns outputs in the order of the inputs
   * @throws what the first task to fail threw, once none is under way
   */
  run<Name extends TaskName>(name: Name, inputs: readonly TaskInput<Name>[]): Promise<TaskOutput<Name>[]>;
}

/** Does one task. */
export async function runOne<Name extends TaskName>(
  executor: Executor,
  name: Name,
  input: TaskInput<Name>,
): Promise<TaskOutput<Name>> {
  const [output] = await executor.run(name, [input]);
  return output!;
}

/** The calling thread alone, which does all tasks itself: it is blocked for as long as they take. */
export function openLocalExecutor(gemm: Gemm = plainGemm): Executor {
  return {
    threads: 1,
    buffers: openBufferPool(),
    hasNativeGemm: () => Promise.resolve(gemm.isNative),
    async run(name, inputs) {
      const outputs = [];
      for (const input of inputs) outputs.push(await runTask(name, input, () => Promise.resolve(gemm)));
      return outputs;
    },
  };
}

/** Threads that analyse embeddings. */
export interface AnalysisPool extends Executor {
  /** Stops all threads; what is under way is rejected. */
  close(): Promise<void>;
}

/** Opens up to `threads` threads. Close the pool when done. */
export function openAnalysisPool(threads: number): AnalysisPool {
  const pool = openPool<AnalysisTask, AnalysisResult>(new URL('./worker.ts', import.meta.url), threads);
  let answer: Promise<boolean> | undefined;
  const executor: AnalysisPool = {
    threads,
    buffers: openBufferPool(),
    hasNativeGemm: () => (answer ??= runOne(executor, 'hasNativeGemm', undefined)),
    async run<Name extends TaskName>(name: Name, inputs: readonly TaskInput<Name>[]) {
      const outputs = await settleAll(inputs.map((input) => pool.run({ name, input })));
      return outputs as TaskOutput<Name>[]; // what the task of this name gives
    },
    close: () => pool.close(),
  };
  return executor;
}
