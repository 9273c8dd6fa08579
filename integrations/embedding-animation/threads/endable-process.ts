/**
 * Work on foreign bytes in a process of its own, which may be ended at any time: a library's loop that a damaged file
 * bends, or memory that it claims, costs that process alone. (A thread is not enough: where its memory runs out in the
 * wrong moment, V8 takes all threads down.) What is passed in and out is plain data.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** A process for one function. Tasks wait for each other; it starts with the first and ends some time after the last. */
export interface EndableProcess<Task, Result> {
  /**
   * Runs a task.
   * @param limitMs after so long it is ended, counted once the process has started. On a machine that is busy with
   * other things it may take longer: where the system tells it, what counts is time that the process worked
   * @throws Error with the message of what the function threw; `WorkEnded` when time or memory ran out
   */
  run(task: Task, limitMs: number): Promise<Result>;
}

/** Work took more time or memory than it may, or broke its process: the machine's answer, not the function's. */
export class WorkEnded extends Error {
  override readonly name = 'WorkEnded';
  readonly code: 'ETIMEDOUT' | 'ECHILD';

  constructor(code: 'ETIMEDOUT' | 'ECHILD') {
    super(
      code === 'ETIMEDOUT'
        ? 'reading it takes far too long'
        : 'reading it takes far too much memory, or breaks the reader',
    );
    this.code = code;
  }
}

type Reply<Result> = { readonly result: Result } | { readonly problem: string };

const READY = 'ready';
const TICK_MS = 100;
/** A process that nobody asks is stopped after this long. */
const IDLE_MS = 10_000;
/** Starting takes a tenth of a second, or many on a machine that does other things. */
const START_MS = 60_000;
/** Work that neither ends nor takes the processor waits for something that never comes. */
const MOST_WAITING = 10;
/** Where nobody tells how long a process worked. */
const MOST_WAITING_UNSEEN = 4;
/** Unit of `/proc/<pid>/stat` on every Linux that Node.js is built for. */
const CPU_TICK_MS = 10;

/**
 * Opens a process for the module at `url`, which calls `serveEndable`.
 * @param heapMegabytes what its JavaScript may hold; buffers don't count
 */
export function openEndableProcess<Task, Result>(
  url: URL,
  heapMegabytes: number,
): EndableProcess<Task, Result> {
  let child: ChildProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let idling: NodeJS.Timeout | undefined;
  const end = (): void => {
    child?.kill('SIGKILL');
    child = undefined;
    process.off('exit', end);
  };
  const start = async (): Promise<ChildProcess> => {
    const started = fork(fileURLToPath(url), [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${heapMegabytes}`], // none of this process's own, such as --inspect
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child = started;
    process.once('exit', end);
    started.once('exit', () => {
      if (child !== started) return;
      child = undefined;
      process.off('exit', end);
    });
    await answerOf(started, () => false, START_MS);
    return started;
  };
  const runNow = async (task: Task, limitMs: number): Promise<Result> => {
    clearTimeout(idling);
    try {
      const process = child ?? (await start());
      setHolding(process, true);
      const worked = await workedMs(process);
      const answer = answerOf(
        process,
        async (waitedMs) => {
          if (waitedMs <= limitMs) return false;
          const now = await workedMs(process);
          if (now === undefined || worked === undefined) return waitedMs > MOST_WAITING_UNSEEN * limitMs;
          return now - worked > limitMs;
        },
        MOST_WAITING * limitMs,
      );
      process.send({ task });
      const reply = (await answer) as Reply<Result>; // `serveEndable` sends nothing else
      if ('problem' in reply) throw new Error(reply.problem);
      return reply.result;
    } catch (error) {
      if (error instanceof WorkEnded) end();
      throw error;
    } finally {
      if (child !== undefined) setHolding(child, false);
      idling = setTimeout(end, IDLE_MS).unref();
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

/** Ends a process whose parent was killed, also while its main thread is busy for ever. */
const END_WITH_PARENT = `
  const { parent } = require('node:worker_threads').workerData;
  const isThere = () => { try { return process.ppid === parent && process.kill(parent, 0); } catch { return false; } };
  setInterval(() => isThere() || process.kill(process.pid, 'SIGKILL'), 1000);
`;

/**
 * Answers messages of `openEndableProcess` with what `work` makes of them. Called at the top of a module that is run
 * as a process.
 */
export function serveEndable(work: (task: never) => Promise<unknown>): void {
  const send = (message: Reply<unknown> | typeof READY): void => void process.send?.(message);
  process.on('unhandledRejection', () => undefined); // of a promise that a library forgot: the answer tells enough
  process.on('message', ({ task }: { readonly task: unknown }) => {
    // what `run` was given, whose type is that of the same function's parameter
    work(task as never).then(
      (result) => {
        send({ result });
      },
      (error: unknown) => {
        send({ problem: error instanceof Error ? error.message : String(error) });
      },
    );
  });
  process.once('disconnect', () => process.exit()); // nobody is there any more
  new Worker(END_WITH_PARENT, { eval: true, workerData: { parent: process.ppid } }).unref();
  send(READY);
}

/**
 * The next message of `child`.
 * @param isLate asked every tick with the time that has passed
 * @throws WorkEnded when it ends, is late, or `mostMs` have passed
 */
function answerOf(
  child: ChildProcess,
  isLate: (waitedMs: number) => boolean | Promise<boolean>,
  mostMs: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let waitedMs = 0;
    const timer = setInterval(() => {
      waitedMs += TICK_MS;
      if (waitedMs > mostMs) onLate();
      else
        void Promise.resolve(isLate(waitedMs)).then((late) => {
          if (late) onLate();
        });
    }, TICK_MS);
    const settle = (): void => {
      clearInterval(timer);
      child.off('message', onMessage).off('exit', onExit).off('error', onExit);
    };
    const onLate = (): void => {
      settle();
      reject(new WorkEnded('ETIMEDOUT'));
    };
    const onExit = (): void => {
      settle();
      reject(new WorkEnded('ECHILD'));
    };
    const onMessage = (message: unknown): void => {
      settle();
      resolve(message);
    };
    child.once('message', onMessage).once('exit', onExit).once('error', onExit);
  });
}

/** Whether this process waits for the other one, or may exit meanwhile. */
function setHolding(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) child.ref();
  else child.unref();
  const channel = child.channel as { ref(): void; unref(): void } | null | undefined; // its type lacks both
  if (isHeld) channel?.ref();
  else channel?.unref();
}

/** Time that a process has worked; `undefined` where the system does not tell. */
async function workedMs({ pid }: ChildProcess): Promise<number | undefined> {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' '); // its second field, a name, may hold anything
  const [user, system] = [Number(fields?.[11]), Number(fields?.[12])];
  return Number.isFinite(user + system) ? CPU_TICK_MS * (user + system) : undefined;
}
