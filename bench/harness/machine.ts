/** What the numbers were measured on and with. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { PythonAnswer } from './python-process.ts';

const require = createRequire(import.meta.url);
const OUR_PACKAGES = ['onnxruntime-node', '@observablehq/plot', 'sharp', 'gifenc', 'ml-matrix'];
const GIB = 1024 ** 3;

/** The machine and the versions of everything that was timed. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** Threads that each side was given. */
  readonly threads: number;
  readonly ours: Readonly<Record<string, string>>;
  readonly python: Readonly<Record<string, string>>;
}

/** Describes this machine; `described` is the answer of Python's `describe`. */
export async function describeMachine(threads: number, described: PythonAnswer): Promise<Machine> {
  const versions: Record<string, string> = { node: process.version.slice(1) };
  for (const name of OUR_PACKAGES) versions[name] = await versionOf(name);
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / GIB),
    system: `${type()} ${release()}`,
    threads,
    ours: versions,
    python: described['versions'] as Record<string, string>, // serve.py's `describe`
  };
}

/** Read from the file: not every package exports its package.json. */
async function versionOf(name: string): Promise<string> {
  for (const folder of require.resolve.paths(name) ?? []) {
    const text = await readFile(`${folder}/${name}/package.json`, 'utf8').catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
  }
  return 'unknown';
}
