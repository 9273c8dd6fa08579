/**
 * Worker threads as plain async functions. onnxruntime's `run()` and drawing block the thread they are
 * called in, so both happen here and the terminal and the dev server stay alive.
 */
import { Piscina } from 'piscina';
import { EmbeddingAnimationError, type TransferableError } from './errors.ts';

/** A pool of threads that all serve one function. */
export interface WorkerPool<Task, Result> {
  /** Threads in the pool. */
  readonly threads: number;
  /**
   * Runs one task on the next free thread.
   * @throws EmbeddingAnimationError as the worker threw it, or `WorkerFailed` when a thread died
   */
  run(task: Task): Promise<Result>;
  /** Stops all threads; unfinished tasks are rejected. */
  close(): Promise<void>;
}

/** What `serve` sends back over the thread boundary, where class instances lose their type. */
type Reply<Result> = { readonly result: Result } | { readonly error: TransferableError };

/**
 * Starts up to `threads` threads for the module at `url`, whose default export is made by `serve`.
 * Threads start with the first tasks.
 */
export function openPool<Task, Result>(url: URL, threads: number): WorkerPool<Task, Result> {
  const pool = new Piscina<Task, Reply<Result>>({
    filename: url.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: Infinity, // a thread keeps its model or fonts until the stage closes the pool
    concurrentTasksPerWorker: 1,
  });
  return {
    threads,
    async run(task) {
      const reply = await pool.run(task).catch((cause: unknown) => {
        throw workerFailed(cause);
      });
      if ('error' in reply) throw EmbeddingAnimationError.fromTransferable(reply.error);
      return reply.result;
    },
    close: () => pool.destroy(),
  };
}

/** Wraps a worker module's function so that catalogue errors keep their name, place and hint. */
export function serve<Task, Result>(
  work: (task: Task) => Promise<Result>,
): (task: Task) => Promise<Reply<Result>> {
  return async (task) => {
    try {
      return { result: await work(task) };
    } catch (error) {
      if (error instanceof EmbeddingAnimationError) return { error: error.toTransferable() };
      throw error;
    }
  };
}

function workerFailed(cause: unknown): EmbeddingAnimationError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddingAnimationError('WorkerFailed', {
    problem: `a worker thread failed: ${message}`,
    hint: 'Run the build again; if it fails the same way, lower the option "threads" and report the message above.',
    cause,
  });
}
