import { describe, expect, it } from 'vitest';
import { alternate, summarise } from '../../../bench/harness/measure.ts';

describe('summarise', () => {
  it('gives the middle of an odd number of rounds, and the mean of the two middle ones of an even number', () => {
    expect(summarise([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, rounds: 3 });
    expect(summarise([4, 1, 2, 3]).median).toBe(2.5);
  });
});

describe('alternate', () => {
  it('warms both sides first, then lets them take turns, every other round in reverse', async () => {
    const calls: string[] = [];
    const side = (name: string) => () => Promise.resolve(calls.push(name));
    await alternate({ ours: side('ours'), python: side('python') }, 2);
    expect(calls).toEqual(['ours', 'python', 'ours', 'python', 'python', 'ours']);
  });

  it('leaves the warm-up out of the timings', async () => {
    const seconds = [100, 1, 3];
    const { ours } = await alternate({ ours: () => Promise.resolve(seconds.shift() ?? NaN) }, 2);
    expect(ours).toEqual({ median: 2, least: 1, most: 3, rounds: 2 });
  });
});
