/** What a command has of the world, so that a test can give it another one. */
import type { Logger } from '../contracts.ts';
import { processEnvironment, type ProgressEnvironment } from '../progress.ts';

/** Where a command runs. */
export interface CommandEnvironment {
  /** Relative paths start here. */
  readonly workingFolder: string;
  /** Letters in a line. */
  readonly columns: number;
  /** Writes a line of the command's result. */
  readonly print: (line: string) => void;
  /** Where stages report; aborted by Ctrl-C. */
  readonly progress: ProgressEnvironment;
  readonly signal: AbortSignal;
}

/** Lines longer than that are hard to read, however wide the terminal is. */
const WIDEST = 100;
const NARROWEST = 40;
const USUAL = 80;

/** This process: results on stdout, everything else on stderr. */
export function openEnvironment(signal: AbortSignal): CommandEnvironment {
  process.stdout.on('error', ignoreClosedPipe);
  const logger: Logger = {
    info: (message) => void process.stderr.write(`${message}\n`),
    warn: (message) => void process.stderr.write(`Warning: ${message}\n`),
  };
  return {
    workingFolder: process.cwd(),
    columns: measureColumns(process.stdout.columns, process.env['COLUMNS']),
    print: (line) => void process.stdout.write(`${line}\n`),
    progress: { ...processEnvironment(logger), signal },
    signal,
  };
}

/** Whoever reads the output, such as `head`, may have enough of it. */
function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}

/** The terminal's width; where there is none, what `COLUMNS` says, else 80. Within what can be read. */
function measureColumns(terminal: number | undefined, said: string | undefined): number {
  const columns = terminal ?? Number(said);
  return columns > 0 ? Math.min(WIDEST, Math.max(NARROWEST, Math.floor(columns))) : USUAL;
}
