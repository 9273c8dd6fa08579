/** Ctrl-C: the first asks the work to stop and clean up, the second ends the process at once. */

/** How long work may take to stop; what has not by then holds no file open, only a thread that computes. */
const GRACE_MS = 5000;

/**
 * Runs `work` with a signal that the first Ctrl-C aborts. The process dies of the signal when there is a second, or
 * when the work does not stop in time: an exit would wait for the threads that compute.
 * @returns what `work` returns
 */
export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const onInterrupt = (received: NodeJS.Signals) => {
    if (controller.signal.aborted) dieOf(received);
    process.stderr.write('\nStopping; what is finished stays in the cache. Ctrl-C again stops at once.\n');
    controller.abort();
    grace = setTimeout(dieOf, GRACE_MS, received);
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(grace);
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

/** As the system would have it without us; a shell calls it 128 + the signal's number, 130 for Ctrl-C. */
function dieOf(received: NodeJS.Signals): void {
  process.removeAllListeners(received);
  process.kill(process.pid, received);
}
