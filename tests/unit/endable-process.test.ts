import { describe, expect, it } from 'vitest';
import { openEndableProcess, WorkEnded } from '../../integrations/embedding-animation/endable-process.ts';
import type { Work } from '../helpers/endable-worker.ts';

const LIMIT_MS = 1000;
const HEAP_MB = 64;

function openProcess() {
  const url = new URL('../helpers/endable-worker.ts', import.meta.url);
  return openEndableProcess<Work, { readonly numbers: Float64Array }>(url, HEAP_MB);
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

  it('keeps a rejection that nobody waits for away from this process', async () => {
    const child = openProcess();
    await child.run('reject later', LIMIT_MS).catch(() => undefined);
    expect(await child.run('answer', LIMIT_MS)).toBeDefined();
  });
});
