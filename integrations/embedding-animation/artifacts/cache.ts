/**
 * The content-addressed cache. A key names everything that decides a result, so an entry is never stale:
 * it is right, or it is damaged and made again.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../contracts.ts';

const CHECKSUM_BYTES = 32;

/** Results on disk, by kind and key. */
export interface Cache {
  /** The entry, or `undefined` where there is none. A damaged entry is reported, removed and counts as none. */
  read(kind: string, key: string): Promise<Uint8Array | undefined>;
  /** Whether there is an entry, without reading it: `read` may still find it damaged. */
  has(kind: string, key: string): Promise<boolean>;
  /** Stores an entry under a temporary name and renames it: a reader sees all of it or nothing. */
  write(kind: string, key: string, bytes: Uint8Array): Promise<void>;
}

/** Opens the cache in `folder`, which is made with the first entry. */
export function openCache(folder: string, logger: Logger): Cache {
  const fileOf = (kind: string, key: string) => join(folder, kind, key);
  return {
    async read(kind, key) {
      const file = fileOf(kind, key);
      const stored = await readFile(file).catch(ignoreMissing);
      if (stored === undefined) return undefined;
      const payload = stored.subarray(CHECKSUM_BYTES);
      if (checksum(payload).equals(stored.subarray(0, CHECKSUM_BYTES))) return payload;
      logger.warn(`A cached result (${kind}) is damaged; it is made again.`);
      await rm(file, { force: true });
      return undefined;
    },
    has: async (kind, key) => (await stat(fileOf(kind, key)).catch(ignoreMissing)) !== undefined,
    async write(kind, key, bytes) {
      const file = fileOf(kind, key);
      await mkdir(join(folder, kind), { recursive: true });
      const temporary = `${file}.${randomUUID()}.tmp`;
      try {
        await writeFile(temporary, Buffer.concat([checksum(bytes), bytes]));
        await rename(temporary, file);
      } finally {
        await rm(temporary, { force: true });
      }
    },
  };
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
