/**
 * Gives `work(0)` … `work(count − 1)` in order while up to `limit` of them are under way. What is under way when the
 * reader stops, or when one fails, is waited for and dropped.
 * @throws whatever `work` throws, at its place in the order
 */
export async function* mapInOrder<T>(
  count: number,
  limit: number,
  work: (index: number) => Promise<T>,
): AsyncGenerator<T> {
  const underWay: Promise<T>[] = [];
  let next = 0;
  try {
    while (next < count || underWay.length > 0) {
      while (next < count && underWay.length < limit) {
        const started = work(next++);
        started.catch(() => undefined); // it fails where it is awaited, below
        underWay.push(started);
      }
      const first = underWay.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}
