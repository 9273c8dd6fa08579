import { describe, expect, it } from 'vitest';
import {
  openBufferPool,
  withPooledArrays,
} from '../../../integrations/embedding-animation/threads/buffer-pool.ts';

describe('a buffer', () => {
  it('is given again when it was released, and not before', () => {
    const pool = openBufferPool();
    const first = pool.acquire(16);
    expect(pool.acquire(16)).not.toBe(first);
    pool.release(first);
    expect(pool.acquire(16)).toBe(first);
  });

  it('has the size that was asked for', () => {
    const pool = openBufferPool();
    pool.release(pool.acquire(16));
    expect(pool.acquire(24).byteLength).toBe(24);
  });
});

describe('arrays from a pool', () => {
  it('come back when their use ends, and when it fails', async () => {
    const pool = openBufferPool();
    const buffers = await withPooledArrays(pool, ({ float32, float64, int32 }) => {
      const arrays = [float32(6), float64(3), int32(6)];
      expect(arrays.map(({ length }) => length)).toEqual([6, 3, 6]);
      return Promise.resolve(new Set(arrays.map(({ buffer }) => buffer)));
    });
    expect(buffers.size).toBe(3);
    expect(new Set([1, 2, 3].map(() => pool.acquire(24)))).toEqual(buffers);

    const kept = pool.acquire(40);
    pool.release(kept);
    const failing = withPooledArrays(pool, ({ float32 }) => {
      float32(10);
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    expect(pool.acquire(40)).toBe(kept);
  });
});
