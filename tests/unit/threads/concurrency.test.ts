import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  makeSingleFlight,
  mapBounded,
  mapInOrder,
  openByteSemaphore,
  settleAll,
} from '../../../integrations/embedding-animation/threads/concurrency.ts';

/** Results of all, and the most that were under way at a time. */
async function run(count: number, limit: number): Promise<{ results: number[]; most: number }> {
  let underWay = 0;
  let most = 0;
  const results: number[] = [];
  const work = async (index: number): Promise<number> => {
    most = Math.max(most, ++underWay);
    await wait((index * 7) % 5);
    underWay--;
    return index * index;
  };
  for await (const result of mapInOrder(count, limit, work)) results.push(result);
  return { results, most };
}

describe('mapInOrder', () => {
  it.each([0, 1, 3, 20])(
    'gives %i results in order, with no more than the limit under way',
    async (count) => {
      const { results, most } = await run(count, 3);
      expect(results).toEqual(Array.from({ length: count }, (_, i) => i * i));
      expect(most).toBe(Math.min(3, count));
    },
  );

  it('fails at the place of the item that fails, and starts no more', async () => {
    const started: number[] = [];
    const work = async (index: number): Promise<number> => {
      started.push(index);
      await wait(index === 2 ? 0 : 5);
      if (index === 2 || index === 3) throw new Error(`no ${index}`);
      return index;
    };
    const results: number[] = [];
    const read = async (): Promise<void> => {
      for await (const result of mapInOrder(100, 3, work)) results.push(result);
    };
    await expect(read()).rejects.toThrow('no 2');
    expect(results).toEqual([0, 1]);
    expect(started.length).toBeLessThan(7);
  });

  it('waits for what is under way when its reader stops', async () => {
    let underWay = 0;
    const work = async (): Promise<void> => {
      underWay++;
      await wait(5);
      underWay--;
    };
    const results = mapInOrder(100, 4, work);
    await results.next();
    expect(underWay).toBeGreaterThan(0);
    await results.return(undefined);
    expect(underWay).toBe(0);
  });
});

describe('mapBounded', () => {
  it.each([1, 3, 50])('gives results in order, with at most %i under way', async (limit) => {
    let underWay = 0;
    let most = 0;
    const results = await mapBounded(
      Array.from({ length: 20 }, () => 2),
      limit,
      async (factor, index) => {
        most = Math.max(most, ++underWay);
        await wait((index * 7) % 5);
        underWay--;
        return factor * index;
      },
    );
    expect(results).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
    expect(most).toBe(Math.min(limit, 20));
  });

  it('fails with the first failure, and starts no more', async () => {
    const started: number[] = [];
    const work = mapBounded([0, 1, 2, 3, 4, 5, 6, 7], 2, async (item) => {
      started.push(item);
      await wait(1);
      if (item === 2) throw new Error('no 2');
    });
    await expect(work).rejects.toThrow('no 2');
    await wait(10);
    expect(started.length).toBeLessThan(6);
  });
});

describe('settleAll', () => {
  it('gives what the promises come to', async () => {
    expect(await settleAll([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two']);
  });

  it('throws what the first to fail has thrown, once none is under way', async () => {
    let isDone = false;
    const slow = wait(20).then(() => (isDone = true));
    const failing = settleAll([slow, Promise.reject(new Error('one')), Promise.reject(new Error('two'))]);
    await expect(failing).rejects.toThrow('one');
    expect(isDone).toBe(true);
  });
});

describe('openByteSemaphore', () => {
  it('lets in what fits, in order, and what fits never when it is alone', async () => {
    const gate = openByteSemaphore(100);
    const entered: string[] = [];
    const enter = (name: string, bytes: number) => {
      const lease = gate.lease();
      void lease.acquire(bytes).then(() => entered.push(name));
      return lease;
    };
    const [a, b] = [enter('a', 60), enter('b', 40)];
    const large = enter('large', 500);
    const small = enter('small', 1);
    await wait(1);
    expect(entered).toEqual(['a', 'b']); // small waits behind large, or large would wait for ever
    a.release();
    await wait(1);
    expect(entered).toEqual(['a', 'b']);
    b.release();
    await wait(1);
    expect(entered).toEqual(['a', 'b', 'large']);
    large.release();
    await wait(1);
    expect(entered).toEqual(['a', 'b', 'large', 'small']);
    small.release();
  });

  it('frees what was acquired once', async () => {
    const gate = openByteSemaphore(10);
    const lease = gate.lease();
    await lease.acquire(10);
    lease.release();
    lease.release();
    await gate.lease().acquire(10);
    const late = gate.lease().acquire(1);
    expect(await Promise.race([late.then(() => 'in'), wait(5).then(() => 'waits')])).toBe('waits');
  });
});

/** Work that ends when told, and counts how often it was started. */
function makeWork() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const work = makeSingleFlight(
    () => new Promise<void>((resolve, reject) => void ends.push({ resolve, reject })),
  );
  return { work, ends };
}

describe('work in single flight', () => {
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
