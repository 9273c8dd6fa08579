/** Progress of long work: a bar on a terminal, sparse lines elsewhere, one line at its end. */
import type { Logger } from './contracts.ts';
import { showControls } from './names.ts';

const BAR_CELLS = 24;
const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 10_000;

/** Where progress goes and what time it is. */
export interface ProgressEnvironment {
  readonly logger: Logger;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  /** Writes to a terminal; `undefined` where there is none, as in CI. */
  readonly terminal: ((text: string) => void) | undefined;
  /** Stops work the next time it reports: `update` throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Hears every report of all work, before the signal is looked at. */
  readonly onUpdate?: ((title: string, done: number, total: number) => void) | undefined;
}

/** Where long work reports how far it is. */
export interface ProgressReport {
  /** Reports `done` of `total` units; `detail` says more, such as `checkpoint 3 of 24`. */
  readonly update: (done: number, total: number, detail?: string) => void;
  /** Ends with one line, such as `emoji: embedded 24 checkpoints, 20 from cache (3.1 s)`. */
  finish(line: string): void;
  /** Ends without a word: an error follows. */
  abandon(): void;
}

/**
 * Runs `work` and shows how far it is. Its `line` ends that; an error ends it without one.
 * @throws whatever `work` throws
 */
export async function withProgress<Result>(
  title: string,
  unit: string,
  environment: ProgressEnvironment,
  work: (update: ProgressReport['update']) => Promise<{ readonly result: Result; readonly line: string }>,
): Promise<Result> {
  const progress = startProgress(title, unit, environment);
  try {
    const { result, line } = await work(progress.update);
    progress.finish(line);
    return result;
  } catch (error) {
    progress.abandon();
    throw error;
  }
}

/** The process's own environment: a bar on stderr when it is a terminal and not CI. */
export function processEnvironment(logger: Logger): ProgressEnvironment {
  const { stderr } = process;
  const bar = stderr.isTTY && process.env['CI'] === undefined;
  return {
    logger,
    now: () => performance.now(),
    terminal: bar ? (text) => void stderr.write(text) : undefined,
  };
}

/** Starts to show how far work is. `unit` names what is counted, in the plural; rates and the time left follow from it. */
export function startProgress(
  title: string,
  unit: string,
  { logger, now, terminal, signal, onUpdate }: ProgressEnvironment,
): ProgressReport {
  signal?.throwIfAborted();
  const start = now();
  let shown = start;
  const shownTitle = showControls(title);
  const clear = () => terminal?.('\r\u001B[2K');
  return {
    update(done, total, detail) {
      onUpdate?.(title, done, total);
      signal?.throwIfAborted();
      const time = now();
      if (time - shown < (terminal ? BAR_INTERVAL_MS : LINE_INTERVAL_MS)) return;
      shown = time;
      const about = detail === undefined ? shownTitle : `${shownTitle} ${detail}`;
      const text = describeProgress(about, unit, done, total, (time - start) / 1000);
      if (terminal) terminal(`\r\u001B[2K${drawBar(done, total)} ${text}`);
      else logger.info(text);
    },
    finish(line) {
      clear();
      logger.info(`${line} (${((now() - start) / 1000).toFixed(1)} s)`);
    },
    abandon: () => clear(),
  };
}

function describeProgress(title: string, unit: string, done: number, total: number, seconds: number): string {
  const rate = done / Math.max(seconds, 1e-3);
  const left = rate === 0 ? '' : `, ${formatSeconds((total - done) / rate)} left`;
  const speed = rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
  return `${title}: ${done} of ${total} ${unit}, ${speed} ${unit}/s${left}`;
}

function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.ceil(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function drawBar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.round((BAR_CELLS * done) / total);
  return '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
}
