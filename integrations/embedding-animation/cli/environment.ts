/** What a command has of the world, so that a test can give it another one, and what ends it: Ctrl-C. */
import type { Logger } from '../contracts.ts';
import { showControls } from '../names.ts';
import { processEnvironment, type ProgressEnvironment } from '../progress.ts';

/** Where a command runs. */
export interface CommandEnvironment {
  /** Relative paths start here. */
  readonly workingFolder: string;
  /** Letters in a line of results, and of what goes to stderr; infinite where nobody sees lines, as in a file. */
  readonly columns: number;
  readonly errorColumns: number;
  /** Writes a line of the command's result. */
  readonly print: (line: string) => void;
  /** Where stages report; aborted by Ctrl-C. */
  readonly progress: ProgressEnvironment;
  readonly signal: AbortSignal;
}

/** Lines longer than that are hard to read, however wide the terminal is. */
const WIDEST = 100;
const NARROWEST = 40;
/** How long work may take to stop; what has not by then holds no file open, only a thread that computes. */
const GRACE_MS = 5000;

/** This process: results on stdout, everything else on stderr. */
export function openEnvironment(signal: AbortSignal): CommandEnvironment {
  process.stdout.on('error', ignoreClosedPipe);
  const logger: Logger = {
    info: (message) => void process.stderr.write(`${showControls(message)}\n`),
    warn: (message) => void process.stderr.write(`Warning: ${showControls(message)}\n`),
  };
  return {
    workingFolder: process.cwd(),
    columns: measureColumns(process.stdout),
    errorColumns: measureColumns(process.stderr),
    print: (line) => void process.stdout.write(`${showControls(line)}\n`),
    progress: { ...processEnvironment(logger), signal },
    signal,
  };
}

/** Whoever reads the output, such as `head`, may have enough of it. */
function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}

/** The terminal's width, or what `COLUMNS` says, within what can be read. */
function measureColumns({ isTTY, columns }: NodeJS.WriteStream): number {
  const width = isTTY ? columns : Number(process.env['COLUMNS']);
  return width > 0 ? Math.min(WIDEST, Math.max(NARROWEST, Math.floor(width))) : Infinity;
}

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
