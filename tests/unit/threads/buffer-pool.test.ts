import { describe, expect, it } from 'vitest';
import {
  openSharedMemory,
  withShared,
} from '../../../integrations/embedding-animation/threads/shared-memory.ts';

describe('shared memory', () => {
  it('is lent again when it has come back, and not before', () => {
    const memory = openSharedMemory();
    const first = memory.borrow(16);
    expect(memory.borrow(16)).not.toBe(first);
    memory.giveBack(first);
    expect(memory.borrow(16)).toBe(first);
  });

  it('has the size that was asked for', () => {
    const memory = openSharedMemory();
    memory.giveBack(memory.borrow(16));
    expect(memory.borrow(24).byteLength).toBe(24);
  });
});

describe('arrays in shared memory', () => {
  it('come back when their use ends, and when it fails', async () => {
    const memory = openSharedMemory();
    const buffers = await withShared(memory, ({ floats, doubles, integers }) => {
      const arrays = [floats(6), doubles(3), integers(6)];
      expect(arrays.map(({ length }) => length)).toEqual([6, 3, 6]);
      return Promise.resolve(new Set(arrays.map(({ buffer }) => buffer)));
    });
    expect(buffers.size).toBe(3);
    expect(new Set([1, 2, 3].map(() => memory.borrow(24)))).toEqual(buffers);

    const kept = memory.borrow(40);
    memory.giveBack(kept);
    const failing = withShared(memory, ({ floats }) => {
      floats(10);
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    expect(memory.borrow(40)).toBe(kept);
  });
});
