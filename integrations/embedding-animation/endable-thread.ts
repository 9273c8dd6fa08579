/**
 * Work on foreign bytes in a thread that may be ended at any time: a library's loop that a damaged file bends, or
 * memory that it claims, costs that thread alone. What is passed in and out is plain data.
 */
import { Piscina } from 'piscina';

/** A thread for one function. Tasks wait for each other; it starts with the first and ends some time after the last. */
export interface EndableThread<Task, Result> {
  /**
   * Runs a task.
   * @param limitMs after so long it is ended, counted while this thread keeps time: on a machine under load it may
   * take longer
   * @throws Error with the message of what the function threw; `WorkEnded` when time or memory ran out
   */
  run(task: Task, limitMs: number): Promise<Result>;
}

/** Work took more time or memory than it may. */
export class WorkEnded extends Error {
  override readonly name = 'WorkEnded';
}

type Reply<Result> = { readonly result: Result } | { readonly said: string };

const TICK_MS = 100;
/** A thread that nobody asks is stopped after this long. */
const IDLE_MS = 10_000;

/**
 * Opens a thread for the module at `url`, whose default export is made by `serveEndable`.
 * @param heapMegabytes what its JavaScript may hold; buffers don't count
 */
export function openEndableThread<Task, Result>(
  url: URL,
  heapMegabytes: number,
): EndableThread<Task, Result> {
  const pool = new Piscina<Task, Reply<Result>>({
    filename: url.href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  let last: Promise<unknown> = Promise.resolve();
  const runNow = async (task: Task, limitMs: number): Promise<Result> => {
    const ending = new AbortController();
    let left = limitMs;
    const timer = setInterval(() => {
      left -= TICK_MS;
      if (left < 0) ending.abort();
    }, TICK_MS);
    try {
      const reply = await pool.run(task, { signal: ending.signal });
      if ('said' in reply) throw new Error(reply.said);
      return reply.result;
    } catch (cause) {
      if (ending.signal.aborted) throw new WorkEnded('reading it takes far too long', { cause });
      if (isOutOfMemory(cause)) throw new WorkEnded('reading it takes far too much memory', { cause });
      throw cause;
    } finally {
      clearInterval(timer);
    }
  };
  return {
    run(task, limitMs) {
      const running = last.then(() => runNow(task, limitMs));
      last = running.catch(() => undefined);
      return running;
    },
  };
}

/** Wraps the function of such a module: buffers in what it gives are moved, not copied. */
export function serveEndable<Task, Result>(
  work: (task: Task) => Promise<Result>,
): (task: Task) => Promise<unknown> {
  return async (task) => {
    let reply: Reply<Result>;
    try {
      reply = { result: await work(task) };
    } catch (error) {
      return { said: error instanceof Error ? error.message : String(error) };
    }
    return Piscina.move({
      [Piscina.transferableSymbol]: listBuffers(reply.result),
      [Piscina.valueSymbol]: reply,
    } as never); // the library's type wants getters, and takes what they give
  };
}

/** The buffers of typed arrays directly in `result`. */
function listBuffers(result: unknown): ArrayBuffer[] {
  if (typeof result !== 'object' || result === null) return [];
  return Object.values(result).flatMap((value: unknown) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
