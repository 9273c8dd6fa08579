/** Asynchronous work: many items a few at a time, within a bound of memory, or once for all who ask. */

/**
 * `items` mapped in order, at most `limit` at a time. The first failure stops the rest from starting; it is thrown once
 * none is under way.
 */
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

/** Memory that one piece of work holds. */
export interface ByteLease {
  /** Waits until `bytes` more may be used; whoever asked first comes first. */
  readonly acquire: (bytes: number) => Promise<void>;
  /** Frees all that was acquired. */
  readonly release: () => void;
}

/** Bounds the memory that work under way takes together: a weighted semaphore. */
export interface ByteSemaphore {
  readonly lease: () => ByteLease;
  /** What `work` comes to; the memory that it acquires is released behind it. */
  readonly run: <R>(work: (acquire: ByteLease['acquire']) => Promise<R>) => Promise<R>;
}

/** Memory that images may take while they are decoded, together; one that takes more goes alone. */
const DECODING_BYTES = 512 << 20;

/** A semaphore for images that are decoded at the same time. */
export function openDecodingSemaphore(): ByteSemaphore {
  return openByteSemaphore(DECODING_BYTES);
}

/**
 * A semaphore of `limit` bytes. What asks for more than that alone waits until nothing else is acquired, and then passes:
 * work of any size goes on, one at a time.
 */
export function openByteSemaphore(limit: number): ByteSemaphore {
  let acquired = 0;
  const waiting: { readonly bytes: number; readonly pass: () => void }[] = [];
  const letIn = (): void => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (acquired > 0 && acquired + first.bytes > limit) return;
      acquired += first.bytes;
      waiting.shift();
      first.pass();
    }
  };
  const lease = (): ByteLease => {
    let own = 0;
    return {
      acquire: (bytes) =>
        new Promise((resolve) => {
          const pass = (): void => {
            own += bytes;
            resolve();
          };
          waiting.push({ bytes, pass });
          letIn();
        }),
      release() {
        acquired -= own;
        own = 0;
        letIn();
      },
    };
  };
  return {
    lease,
    async run(work) {
      const { acquire, release } = lease();
      try {
        return await work(acquire);
      } finally {
        release();
      }
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

/** Work of which at most one flight is under way. */
export interface SingleFlight {
  /**
   * Starts the work, or joins it while it is under way. Work that is under way but outdated is waited for, and
   * done once more for all who asked since.
   */
  run(): Promise<void>;
  /** What the work reads has changed: calls from now on want it done with what is there now. */
  outdate(): void;
  /** Waits for what is under way, however it ends. */
  idle(): Promise<void>;
}

/** Runs `work` in single flight. Its failure reaches those who joined it; a later call tries again. */
export function makeSingleFlight(work: () => Promise<void>): SingleFlight {
  let current: { readonly done: Promise<void>; outdated: boolean } | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    next = undefined;
    const done = work().finally(() => (current = undefined));
    current = { done, outdated: false };
    return done;
  };
  return {
    run() {
      if (next !== undefined) return next;
      if (current === undefined) return start();
      if (!current.outdated) return current.done;
      next = current.done.catch(() => undefined).then(start);
      return next;
    },
    outdate() {
      if (current !== undefined) current.outdated = true;
    },
    async idle() {
      await (next ?? current?.done)?.catch(() => undefined);
    },
  };
}
