/** Which cache entries a piece of work used. */
import type { Cache } from './cache.ts';

/** Names a cache entry. */
export interface CacheUse {
  readonly kind: string;
  readonly key: string;
}

/** A cache that keeps a list. */
export interface TrackedCache extends Cache {
  /** Every entry that was found or written through it, sorted. */
  uses(): CacheUse[];
}

/** The same `cache`, with a list of its own of what was used. */
export function trackUses(cache: Cache): TrackedCache {
  const used = new Map<string, CacheUse>();
  const note = (kind: string, key: string) => used.set(`${kind}/${key}`, { kind, key });
  const noteFound = async <T>(kind: string, key: string, found: Promise<T | undefined>) => {
    const result = await found;
    if (result !== undefined) note(kind, key);
    return result;
  };
  return {
    read: (kind, key) => noteFound(kind, key, cache.read(kind, key)),
    locate: (kind, key) => noteFound(kind, key, cache.locate(kind, key)),
    async has(kind, key) {
      const found = await cache.has(kind, key);
      if (found) note(kind, key);
      return found;
    },
    async write(kind, key, bytes) {
      await cache.write(kind, key, bytes);
      note(kind, key);
    },
    uses: () => [...used.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use),
  };
}
