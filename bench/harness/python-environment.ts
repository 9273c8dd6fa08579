/** Finds or makes the interpreter that has the Python stack. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists } from '../../integrations/embedding-animation/files.ts';

const run = promisify(execFile);
const BENCH = join(import.meta.dirname, '..');
const REQUIREMENTS = join(BENCH, 'python/requirements.txt');
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * The interpreter to use: the one that was asked for, or that of `bench/.venv`, which is made with the pinned
 * versions when it is missing.
 * @throws Error when there is no Python to make it with, or a package can't be installed
 */
export async function findPython(asked: string | undefined, say: (line: string) => void): Promise<string> {
  if (asked !== undefined) return asked;
  const folder = join(BENCH, '.venv');
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const finished = join(folder, 'complete');
  if (await exists(finished)) return python;
  say('making bench/.venv with the pinned versions of bench/python/requirements.txt (once)');
  await call(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', '--clear', folder]);
  await call(python, ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS]);
  await call(python, ['-c', `open(${JSON.stringify(finished)}, "w").close()`]);
  return python;
}

async function call(command: string, commandArguments: readonly string[]): Promise<void> {
  try {
    await run(command, commandArguments, { maxBuffer: OUTPUT_LIMIT_BYTES });
  } catch (cause) {
    throw new Error(
      `${command} ${commandArguments.join(' ')} failed. Name an interpreter that has the packages of bench/python/requirements.txt with --python or BENCH_PYTHON.`,
      { cause },
    );
  }
}
