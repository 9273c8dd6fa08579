/** Work on many items, a few at a time. */

/** `items` mapped in order, at most `limit` at a time. The first failure stops the rest from starting; it is thrown once
 * none is under way. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await settleAll(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}

/**
 * Gives `work(0)` … `work(count − 1)` in order while up to `limit` of them are under way, also while the reader is
 * at one. What is under way when the reader stops, or when one fails, is waited for and dropped.
 * @throws whatever `work` throws, at its place in the order
 */
export async function* mapInOrder<R>(
  count: number,
  limit: number,
  work: (index: number) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  let next = 0;
  const start = (): void => {
    const started = work(next++);
    started.catch(() => undefined); // it fails where it is awaited, below
    underWay.push(started);
  };
  try {
    while (next < Math.min(count, limit)) start();
    for (let first = underWay.shift(); first !== undefined; first = underWay.shift()) {
      const result = await first;
      if (next < count) start();
      yield result;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Memory lent by a gate. */
export interface ByteLease {
  /** Waits until `bytes` more may be used; whoever asked first comes first. */
  readonly reserve: (bytes: number) => Promise<void>;
  /** Gives back all that was reserved. */
  readonly giveBack: () => void;
}

/** Bounds the memory that work under way takes together. */
export interface ByteGate {
  readonly lease: () => ByteLease;
}

/**
 * A gate for `limit` bytes. What asks for more than that alone waits until nothing else is lent, and then passes: work
 * of any size goes on, one at a time.
 */
export function openByteGate(limit: number): ByteGate {
  let lent = 0;
  const waiting: { readonly bytes: number; readonly pass: () => void }[] = [];
  const letIn = (): void => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (lent > 0 && lent + first.bytes > limit) return;
      lent += first.bytes;
      waiting.shift();
      first.pass();
    }
  };
  return {
    lease() {
      let own = 0;
      return {
        reserve: (bytes) =>
          new Promise((resolve) => {
            const pass = (): void => {
              own += bytes;
              resolve();
            };
            waiting.push({ bytes, pass });
            letIn();
          }),
        giveBack() {
          lent -= own;
          own = 0;
          letIn();
        },
      };
    },
  };
}

/**
 * What all promises come to, once none is under way any more: what they work with can then be used for other things.
 * @throws what the first of them in order that failed has thrown
 */
export async function settleAll<const T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [Key in keyof T]: Awaited<T[Key]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
