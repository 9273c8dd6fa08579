/**
 * Memory that threads share, used again and again. V8 does not count shared memory when it decides when to
 * collect garbage: what is allocated anew for each checkpoint would pile up.
 */

/** Memory to borrow. */
export interface SharedMemory {
  /** `bytes` bytes of any value. */
  borrow(bytes: number): SharedArrayBuffer;
  /** Takes memory back, once no thread works with it. */
  giveBack(memory: SharedArrayBuffer): void;
}

/** Opens a store that holds as many pieces of each size as were ever borrowed at once. */
export function openSharedMemory(): SharedMemory {
  const free = new Map<number, SharedArrayBuffer[]>();
  return {
    borrow: (bytes) => free.get(bytes)?.pop() ?? new SharedArrayBuffer(bytes),
    giveBack(memory) {
      const kept = free.get(memory.byteLength);
      if (kept === undefined) free.set(memory.byteLength, [memory]);
      else kept.push(memory);
    },
  };
}

/** Lends arrays of any values. */
export interface Lender {
  /** `length` float32 numbers. */
  readonly floats: (length: number) => Float32Array;
  /** `length` float64 numbers. */
  readonly doubles: (length: number) => Float64Array;
  /** `length` whole numbers of 32 bits. */
  readonly integers: (length: number) => Int32Array;
}

/** Arrays of the calling thread's own. */
export const ownMemory: Lender = {
  floats: (length) => new Float32Array(length),
  doubles: (length) => new Float64Array(length),
  integers: (length) => new Int32Array(length),
};

/** Lends arrays that threads share, for the time of `use`. None may work with them afterwards. */
export async function withShared<Result>(
  memory: SharedMemory,
  use: (lender: Lender) => Promise<Result>,
): Promise<Result> {
  const lent: SharedArrayBuffer[] = [];
  const lend = (bytes: number): SharedArrayBuffer => {
    const piece = memory.borrow(bytes);
    lent.push(piece);
    return piece;
  };
  try {
    return await use({
      floats: (length) => new Float32Array(lend(length * Float32Array.BYTES_PER_ELEMENT)),
      doubles: (length) => new Float64Array(lend(length * Float64Array.BYTES_PER_ELEMENT)),
      integers: (length) => new Int32Array(lend(length * Int32Array.BYTES_PER_ELEMENT)),
    });
  } finally {
    for (const piece of lent) memory.giveBack(piece);
  }
}
