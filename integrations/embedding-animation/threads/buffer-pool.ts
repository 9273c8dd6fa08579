/**
 * Buffers that threads share, used again and again. V8 does not count shared memory when it decides when to
 * collect garbage: what is allocated anew for each checkpoint would pile up.
 */

/** A pool of shared buffers. */
export interface BufferPool {
  /** A buffer of `bytes` bytes of any value. */
  acquire(bytes: number): SharedArrayBuffer;
  /** Takes a buffer back, once no thread works with it. */
  release(buffer: SharedArrayBuffer): void;
}

/** Opens a pool that holds as many buffers of each size as were ever acquired at once. */
export function openBufferPool(): BufferPool {
  const free = new Map<number, SharedArrayBuffer[]>();
  return {
    acquire: (bytes) => free.get(bytes)?.pop() ?? new SharedArrayBuffer(bytes),
    release(buffer) {
      const kept = free.get(buffer.byteLength);
      if (kept === undefined) free.set(buffer.byteLength, [buffer]);
      else kept.push(buffer);
    },
  };
}

/** Allocates arrays of any values. */
export interface ArrayAllocator {
  readonly float32: (length: number) => Float32Array;
  readonly float64: (length: number) => Float64Array;
  readonly int32: (length: number) => Int32Array;
}

/** Allocates arrays of the calling thread's own. */
export const heapArrays: ArrayAllocator = {
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
  int32: (length) => new Int32Array(length),
};

/** Allocates arrays from a pool, which takes them back after `use`: none may work with them afterwards. */
export async function withPooledArrays<Result>(
  pool: BufferPool,
  use: (arrays: ArrayAllocator) => Promise<Result>,
): Promise<Result> {
  const acquired: SharedArrayBuffer[] = [];
  const acquire = (bytes: number): SharedArrayBuffer => {
    const buffer = pool.acquire(bytes);
    acquired.push(buffer);
    return buffer;
  };
  try {
    return await use({
      float32: (length) => new Float32Array(acquire(length * Float32Array.BYTES_PER_ELEMENT)),
      float64: (length) => new Float64Array(acquire(length * Float64Array.BYTES_PER_ELEMENT)),
      int32: (length) => new Int32Array(acquire(length * Int32Array.BYTES_PER_ELEMENT)),
    });
  } finally {
    for (const buffer of acquired) pool.release(buffer);
  }
}
