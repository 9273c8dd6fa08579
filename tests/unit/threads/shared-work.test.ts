import { describe, expect, it } from 'vitest';
import { shareWork } from '../../../integrations/embedding-animation/threads/shared-work.ts';

/** Work that ends when told, and counts how often it was started. */
function makeWork() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const work = shareWork(() => new Promise<void>((resolve, reject) => void ends.push({ resolve, reject })));
  return { work, ends };
}

describe('shared work', () => {
  it('is done once for all who ask while it is under way', async () => {
    const { work, ends } = makeWork();
    const calls = [work.run(), work.run()];
    expect(ends).toHaveLength(1);
    ends[0]?.resolve();
    await Promise.all(calls);
    void work.run();
    expect(ends).toHaveLength(2);
  });

  it('is done once more for those who ask after it was outdated', async () => {
    const { work, ends } = makeWork();
    const first = work.run();
    work.outdate();
    const later = [work.run(), work.run()];
    expect(ends).toHaveLength(1);
    ends[0]?.resolve();
    await first;
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    ends[1]?.resolve();
    await Promise.all(later);
    expect(ends).toHaveLength(2);
  });

  it('that failed does not fail for those who wait for the next', async () => {
    const { work, ends } = makeWork();
    const first = work.run();
    work.outdate();
    const second = work.run();
    ends[0]?.reject(new Error('the file went away'));
    await expect(first).rejects.toThrow('the file went away');
    await Promise.resolve();
    ends[1]?.resolve();
    await second;
  });
});
