/** Ctrl-C: the first asks the work to stop and clean up, the second ends the process at once. */

/** How long work may take to stop; what has not by then holds no file open, only a thread that computes. */
const GRACE_MS = 5000;

/**
 * Runs `work` with a signal that the first Ctrl-C aborts.
 * @returns what `work` returns; the process ends with `exitCode` when the work does not stop in time
 */
export async function untilInterrupted<Result>(
  exitCode: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const quit = () => process.exit(exitCode);
  const onInterrupt = () => {
    if (controller.signal.aborted) quit();
    process.stderr.write('\nStopping; what is finished stays in the cache. Ctrl-C again stops at once.\n');
    controller.abort();
    grace = setTimeout(quit, GRACE_MS);
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
