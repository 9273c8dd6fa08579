/**
 * Float32 memory that threads share, used again and again. V8 does not count shared memory when it decides when to
 * collect garbage: what is allocated anew for each checkpoint would pile up.
 */

/** Arrays to borrow. */
export interface SharedFloats {
  /** An array of `length` numbers of any value. */
  borrow(length: number): Float32Array<SharedArrayBuffer>;
  /** Takes an array back, once no thread works with it. */
  giveBack(floats: Float32Array<SharedArrayBuffer>): void;
}

/** Opens a store that holds as many arrays as were ever borrowed at once. */
export function openSharedFloats(): SharedFloats {
  const free: Float32Array<SharedArrayBuffer>[] = [];
  return {
    borrow(length) {
      const kept = free.pop();
      if (kept?.length === length) return kept;
      return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
    },
    giveBack(floats) {
      free.push(floats);
    },
  };
}
