/** The command line, run as a person would. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(
  new URL('../../integrations/embedding-animation/bin/astro-embedding-animation.mjs', import.meta.url),
);

/** What a command left and said. */
export interface CommandOutcome {
  readonly exitCode: number | null;
  /** What killed it, if a signal did. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface RunningCommand {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly outcome: Promise<CommandOutcome>;
  /** Resolves once stderr holds `text`; rejects when the command ends before. */
  waitFor(text: string): Promise<void>;
}

/** Where and with what a command runs. */
export interface CommandSetting {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the command line with `args`. */
export function startCommand(args: readonly string[], { cwd, env }: CommandSetting): RunningCommand {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...process.env, CI: '1', DEBUG: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const outcome = new Promise<CommandOutcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      resolve({ exitCode, signal, stdout, stderr });
    });
  });
  return {
    process: child,
    outcome,
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (stderr.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        child.once('close', () => {
          reject(new Error(`the command ended without "${text}": ${stderr}`));
        });
        look();
      }),
  };
}

/** Runs the command line with `args` to its end. */
export function runCommand(args: readonly string[], setting: CommandSetting): Promise<CommandOutcome> {
  return startCommand(args, setting).outcome;
}
