import type { Cache } from '../artifacts/cache.ts';

/** A cache that lasts as long as the process, for work that is only timed. */
export function openMemoryCache(): Cache {
  const entries = new Map<string, Uint8Array>();
  const nameOf = (kind: string, key: string) => `${kind}/${key}`;
  return {
    read: (kind, key) => Promise.resolve(entries.get(nameOf(kind, key))),
    has: (kind, key) => Promise.resolve(entries.has(nameOf(kind, key))),
    locate: () => Promise.resolve(undefined),
    async write(kind, key, bytes) {
      const parts: Uint8Array[] = [];
      if (bytes instanceof Uint8Array) parts.push(bytes);
      else for await (const part of bytes) parts.push(part.slice());
      entries.set(nameOf(kind, key), new Uint8Array(Buffer.concat(parts)));
    },
  };
}
