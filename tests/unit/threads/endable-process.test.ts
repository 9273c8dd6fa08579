import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  openEndableProcess,
  WorkEnded,
} from '../../../integrations/embedding-animation/threads/endable-process.ts';
import type { Work } from '../../helpers/endable-worker.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const LIMIT_MS = 1000;
const HEAP_MB = 64;
const PARENT = fileURLToPath(new URL('../../helpers/endable-parent.ts', import.meta.url));
const SOON = { timeout: 20_000, interval: 100 };

function openProcess() {
  const url = new URL('../../helpers/endable-worker.ts', import.meta.url);
  return openEndableProcess<Work, { readonly numbers: Float64Array }>(url, HEAP_MB);
}

/** Whether there is a process, one that has ended and that nobody has asked for counting as none. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat !== undefined) return !/\) [ZX] /.test(stat);
  try {
    return process.platform !== 'linux' && process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a process that may be ended', () => {
  it('gives what its function gives', async () => {
    expect(await openProcess().run('answer', LIMIT_MS)).toEqual({ numbers: Float64Array.of(1, 2, 3) });
  });

  it('gives what its function throws', async () => {
    await expect(openProcess().run('throw', LIMIT_MS)).rejects.toThrow('the page is wrong');
  });

  it.each(['loop', 'take memory'] as const)('is ended when it would %s, and works again', async (work) => {
    const child = openProcess();
    await expect(child.run(work, LIMIT_MS)).rejects.toBeInstanceOf(WorkEnded);
    expect(await child.run('answer', LIMIT_MS)).toEqual({ numbers: Float64Array.of(1, 2, 3) });
  });

  it('is ended when it waits for what never comes', async () => {
    await expect(openProcess().run('wait', 50)).rejects.toBeInstanceOf(WorkEnded);
  });

  it('does one task after the other, also when one fails', async () => {
    const child = openProcess();
    const works: Work[] = ['answer', 'throw', 'loop', 'answer'];
    const ends = await Promise.allSettled(works.map((work) => child.run(work, LIMIT_MS)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });

  it('is started again after it broke', async () => {
    const child = openProcess();
    await expect(child.run('abort', LIMIT_MS)).rejects.toBeInstanceOf(WorkEnded);
    expect(await child.run('answer', LIMIT_MS)).toBeDefined();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('ends when its parent is ended by %s', async (signal) => {
    const folder = await makeTemporaryFolder();
    const pidFile = join(folder, 'pid');
    const parent = spawn(process.execPath, [PARENT], { env: { ...process.env, ENDABLE_PID_FILE: pidFile } });
    await expect.poll(() => existsSync(pidFile), SOON).toBe(true);
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(await isRunning(pid)).toBe(true);
    parent.kill(signal);
    await expect.poll(() => isRunning(pid), SOON).toBe(false);
  });

  it('keeps a rejection that nobody waits for away from this process', async () => {
    const child = openProcess();
    await child.run('reject later', LIMIT_MS).catch(() => undefined);
    expect(await child.run('answer', LIMIT_MS)).toBeDefined();
  });
});
