import { describe, expect, it } from 'vitest';
import { keepRecent } from '../../integrations/embedding-animation/keep-recent.ts';

/** A memory of `budget` bytes for values as large as their key, and the keys that were loaded. */
function remember(budget: number): { get: (key: number) => Promise<number>; loaded: number[] } {
  const loaded: number[] = [];
  const load = (key: number): Promise<number> => {
    loaded.push(key);
    return key < 0 ? Promise.reject(new Error('no such value')) : Promise.resolve(key);
  };
  return { get: keepRecent(load, (value) => value, budget), loaded };
}

async function getInTurn(get: (key: number) => Promise<number>, keys: readonly number[]): Promise<number[]> {
  const values: number[] = [];
  for (const key of keys) values.push(await get(key));
  return values;
}

describe('keepRecent', () => {
  it('loads a value once for all who ask for it at a time', async () => {
    const { get, loaded } = remember(10);
    expect(await Promise.all([get(3), get(3), get(4), get(3)])).toEqual([3, 3, 4, 3]);
    expect(loaded).toEqual([3, 4]);
  });

  it('drops what was unused for longest when the budget is spent', async () => {
    const { get, loaded } = remember(10);
    expect(await getInTurn(get, [3, 4, 3, 5, 3, 4])).toEqual([3, 4, 3, 5, 3, 4]);
    expect(loaded).toEqual([3, 4, 5, 4]);
  });

  it('keeps the newest value, however large it is', async () => {
    const { get, loaded } = remember(10);
    await getInTurn(get, [2, 99, 99, 2]);
    expect(loaded).toEqual([2, 99, 2]);
  });

  it('tries again after a failure', async () => {
    const { get, loaded } = remember(10);
    await expect(get(-1)).rejects.toThrow('no such value');
    await expect(get(-1)).rejects.toThrow('no such value');
    expect(loaded).toEqual([-1, -1]);
  });
});
