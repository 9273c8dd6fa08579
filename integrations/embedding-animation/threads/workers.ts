/**
 * Worker threads as plain async functions. onnxruntime's `run()` and drawing block the thread they are
 * called in, so both happen here and the terminal and the dev server stay alive.
 */
import { workerData } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { EmbeddingAnimationError, makeError, type TransferableError } from '../errors.ts';
import { explainError } from '../explain-error.ts';

/** A pool of threads that all serve one function. */
export interface WorkerPool<Task, Result> {
  /** Threads in the pool. */
  readonly threads: number;
  /**
   * Runs one task on the next free thread.
   * @throws EmbeddingAnimationError as the worker threw it, or `WorkerFailed` when a thread died or the pool is closed
   */
  run(task: Task): Promise<Result>;
  /** Stops all threads, each at the end of its task or where it asks; unfinished tasks are rejected. */
  close(): Promise<void>;
}

/** What a thread's function may ask while it works. */
export interface WorkerControl {
  /** @throws EmbeddingAnimationError `WorkerFailed` once the pool is closed; called between parts of long work */
  throwIfClosed(): void;
}

/** What `serve` sends back over the thread boundary, where class instances lose their type. */
type Reply<Result> = { readonly result: Result } | { readonly error: TransferableError };

/** What a thread is started with. */
interface ThreadData {
  readonly taskGate: TaskGate;
}

/**
 * Starts up to `threads` threads for the module at `url`, whose default export is made by `serve`.
 * Threads start with the first tasks. A process that exits while they work waits for the tasks under way.
 */
export function openPool<Task, Result>(url: URL, threads: number): WorkerPool<Task, Result> {
  const gate = openGate();
  const data: ThreadData = { taskGate: gate };
  let pool: Piscina<Task, Reply<Result>> | undefined;
  // Only once there is a task: each takes some 280 kB outside of V8's sight, and a stage that finds all in the cache has none.
  const start = () => (pool ??= startThreads(url, threads, data));
  const underWay = new Set<Promise<unknown>>();
  const onExit = () => {
    emptyGate(gate);
  };
  process.once('exit', onExit);
  return {
    threads,
    async run(task) {
      if (isGateShut(gate)) throw poolClosed();
      const running = start().run(task);
      underWay.add(running);
      try {
        const reply = await running.catch((cause: unknown) => {
          throw workerFailed(cause);
        });
        if ('error' in reply) throw EmbeddingAnimationError.fromTransferable(reply.error);
        return reply.result;
      } finally {
        underWay.delete(running);
      }
    },
    async close() {
      shutGate(gate);
      await Promise.allSettled(underWay);
      process.off('exit', onExit);
      await pool?.destroy();
    },
  };
}

/** Threads that start with the first tasks. */
function startThreads<Task, Result>(
  url: URL,
  threads: number,
  workerData: ThreadData,
): Piscina<Task, Reply<Result>> {
  const pool = new Piscina<Task, Reply<Result>>({
    filename: url.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: Infinity, // a thread keeps its model or fonts until the stage closes the pool
    concurrentTasksPerWorker: 1,
    workerData,
  });
  pool.on('error', () => undefined); // of a thread without a task: the next task starts another one
  return pool;
}

/** Wraps a worker module's function so that errors keep their name, place, hint and stack; others are explained. */
export function serve<Task, Result>(
  work: (task: Task, control: WorkerControl) => Promise<Result>,
): (task: Task) => Promise<Reply<Result>> {
  return async (task) => {
    const { taskGate } = workerData as ThreadData; // from `openPool`, which alone starts these modules
    if (!enterGate(taskGate)) return { error: poolClosed().toTransferable() };
    const throwIfClosed = () => {
      if (isGateShut(taskGate)) throw poolClosed();
    };
    try {
      return { result: await work(task, { throwIfClosed }) };
    } catch (error) {
      return { error: explainError(error).toTransferable() };
    } finally {
      leaveGate(taskGate);
    }
  };
}

function poolClosed(): EmbeddingAnimationError {
  return makeError('WorkerFailed', 'stopped', undefined);
}

function workerFailed(cause: unknown): EmbeddingAnimationError {
  const isOutOfMemory =
    cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (isOutOfMemory) return makeError('WorkerFailed', 'outOfMemory', undefined, { cause });
  const said = cause instanceof Error ? cause.message : String(cause);
  return makeError('WorkerFailed', 'failed', { said }, { cause });
}

/**
 * Where the threads of a pool say that they are at work, so that none is ended in the middle of it: a thread that is
 * ended inside onnxruntime aborts the whole process, because what the native call then throws finds no JavaScript.
 * `[tasks under way, whether it is shut]`, in memory that the threads share.
 */
type TaskGate = Int32Array<SharedArrayBuffer>;

const WORKING = 0;
const SHUT = 1;

/** A gate with nothing behind it. */
function openGate(): TaskGate {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** A task begins. Gives whether it may; only one that may has to `leaveGate`. */
function enterGate(gate: TaskGate): boolean {
  Atomics.add(gate, WORKING, 1); // before the look at SHUT: whoever shuts the gate then waits for this task
  if (!isGateShut(gate)) return true;
  leaveGate(gate);
  return false;
}

/** A task has ended. */
function leaveGate(gate: TaskGate): void {
  Atomics.sub(gate, WORKING, 1);
  Atomics.notify(gate, WORKING);
}

/** No task begins from now on; those under way may look and end early. */
function shutGate(gate: TaskGate): void {
  Atomics.store(gate, SHUT, 1);
}

/** Whether tasks should come to an end. */
function isGateShut(gate: TaskGate): boolean {
  return Atomics.load(gate, SHUT) === 1;
}

/** Shuts the gate and blocks this thread until no task is under way: for a process that ends and can't await. */
function emptyGate(gate: TaskGate): void {
  shutGate(gate);
  for (;;) {
    const working = Atomics.load(gate, WORKING);
    if (working === 0) return;
    Atomics.wait(gate, WORKING, working);
  }
}
