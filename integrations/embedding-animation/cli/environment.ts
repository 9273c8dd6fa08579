/** What a command has of the world, so that a test can give it another one. */
import type { Logger } from '../contracts.ts';
import { showControls } from '../plain-text.ts';
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
  const said = isTTY ? columns : Number(process.env['COLUMNS']);
  return said > 0 ? Math.min(WIDEST, Math.max(NARROWEST, Math.floor(said))) : Infinity;
}
