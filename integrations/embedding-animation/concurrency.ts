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
