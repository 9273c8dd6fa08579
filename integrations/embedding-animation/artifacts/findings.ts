/** What was found out about an evaluation set by looking at all its images, remembered: the set's digest names it. */
import type { Cache } from './cache.ts';
import { parseJson, stableJson } from './stable-json.ts';

const KIND = 'findings';

/** Remembers what takes a look at every image to find out. */
export interface Findings {
  /** What was kept under `key`: JSON of any shape; `undefined` where there is nothing. */
  recall(key: string): Promise<unknown>;
  /** Keeps it for later builds. A cache that can't be written is no failure: it costs time. */
  keep(key: string, value: unknown): Promise<void>;
}

/** Findings in the cache. A key names everything that decides what is found. */
export function openFindings(cache: Cache): Findings {
  return {
    async recall(key) {
      const bytes = await cache.read(KIND, key);
      return bytes === undefined ? undefined : parseJson(Buffer.from(bytes).toString('utf8'));
    },
    keep: (key, value) => cache.write(KIND, key, Buffer.from(stableJson(value))).catch(() => undefined),
  };
}
