import { describe, expect, it } from 'vitest';
import { openEndableThread, WorkEnded } from '../../integrations/embedding-animation/endable-thread.ts';
import type { Work } from '../helpers/endable-worker.ts';

const LIMIT_MS = 1000;
const HEAP_MB = 64;

function openThread() {
  const url = new URL('../helpers/endable-worker.ts', import.meta.url);
  return openEndableThread<Work, { readonly numbers: Float64Array }>(url, HEAP_MB);
}

describe('a thread that may be ended', () => {
  it('gives what its function gives', async () => {
    expect(await openThread().run('answer', LIMIT_MS)).toEqual({ numbers: Float64Array.of(1, 2, 3) });
  });

  it('gives what its function throws', async () => {
    await expect(openThread().run('throw', LIMIT_MS)).rejects.toThrow('the page is wrong');
  });

  it.each(['loop', 'wait', 'take memory'] as const)(
    'is ended when it would %s, and works again',
    async (work) => {
      const thread = openThread();
      await expect(thread.run(work, LIMIT_MS)).rejects.toBeInstanceOf(WorkEnded);
      expect(await thread.run('answer', LIMIT_MS)).toEqual({ numbers: Float64Array.of(1, 2, 3) });
    },
  );

  it('does one task after the other, also when one fails', async () => {
    const thread = openThread();
    const works: Work[] = ['answer', 'throw', 'loop', 'answer'];
    const ends = await Promise.allSettled(works.map((work) => thread.run(work, LIMIT_MS)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });

  it('keeps a rejection that nobody waits for away from the process', async () => {
    const thread = openThread();
    await thread.run('reject later', LIMIT_MS).catch(() => undefined);
    expect(await thread.run('answer', LIMIT_MS)).toBeDefined();
  });
});
