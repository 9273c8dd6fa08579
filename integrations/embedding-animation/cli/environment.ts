/** What a command has of the world, so that a test can give it another one. */
import type { Logger } from '../contracts.ts';
import { processEnvironment, type ProgressEnvironment } from '../progress.ts';

/** Where a command runs. */
export interface CommandEnvironment {
  /** Relative paths start here. */
  readonly workingFolder: string;
  /** Writes a line of the command's result. */
  readonly print: (line: string) => void;
  /** Where stages report; aborted by Ctrl-C. */
  readonly progress: ProgressEnvironment;
  readonly signal: AbortSignal;
}

/** This process: results on stdout, everything else on stderr. */
export function openEnvironment(signal: AbortSignal): CommandEnvironment {
  const logger: Logger = {
    info: (message) => void process.stderr.write(`${message}\n`),
    warn: (message) => void process.stderr.write(`Warning: ${message}\n`),
  };
  return {
    workingFolder: process.cwd(),
    print: (line) => void process.stdout.write(`${line}\n`),
    progress: { ...processEnvironment(logger), signal },
    signal,
  };
}
