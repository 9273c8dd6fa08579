/** Work that many ask for and one flight does. */

/** Runs work at most once at a time. */
export interface SharedWork {
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

/** Makes `work` shared. Its failure reaches those who joined it; a later call tries again. */
export function shareWork(work: () => Promise<void>): SharedWork {
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
