/**
 * The content-addressed cache. A key names everything that decides a result, so an entry is never stale:
 * it is right, or it is damaged and made again.
 */
import { rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../contracts.ts';
import { NotAFile, openRegularFile } from '../files.ts';
import { cacheUnwritable } from '../write-files.ts';
import {
  HEADER_BYTES,
  readPayload,
  statEntry,
  verifyPayload,
  writeEntry,
  type EntryStat,
} from './entry-file.ts';

/** An entry's last use is noted on disk when the note is older than this. */
const USE_NOTED_EVERY_MS = 12 * 60 * 60 * 1000;

/** Where an entry's bytes lie, for threads that read it piece by piece. */
export interface EntryLocation {
  readonly path: string;
  /** First byte of the payload in the file. */
  readonly offset: number;
  /** Bytes of the payload. */
  readonly length: number;
}

/** Results on disk, by kind and key. Both are plain file names. */
export interface Cache {
  /** The entry, or `undefined` where there is none. A damaged entry is reported, removed and counts as none. */
  read(kind: string, key: string): Promise<Uint8Array | undefined>;
  /** Whether there is an entry of its full length, without reading it: `read` may still find it damaged. */
  has(kind: string, key: string): Promise<boolean>;
  /** Where the entry lies, or `undefined` as with `read`. Its bytes are checked once while the cache is open. */
  locate(kind: string, key: string): Promise<EntryLocation | undefined>;
  /**
   * Stores an entry, whole or in pieces as they come: a reader sees all of it or nothing.
   * @throws EmbeddingAnimationError `CacheUnwritable`; what the pieces' source throws passes unchanged
   */
  write(kind: string, key: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
}

/** Opens the cache in `folder`, which is made with the first entry. */
export function openCache(folder: string, logger: Logger): Cache {
  const verified = new Map<string, bigint>();
  const fileOf = (kind: string, key: string) => join(folder, kind, key);
  /** What `use` makes of the open entry; an entry it makes nothing of is damaged. */
  const withEntry = async <T>(
    kind: string,
    key: string,
    use: (file: FileHandle, entry: EntryStat) => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    const path = fileOf(kind, key);
    const file = await openRegularFile(path).catch(ignoreMissing);
    if (file === undefined) return undefined;
    try {
      const entry = await statEntry(file);
      const result = entry === undefined ? undefined : await use(file, entry);
      if (entry !== undefined && result !== undefined) {
        await noteUse(path, entry);
        return result;
      }
      logger.warn(`A cached result (${kind}) is damaged; it is made again.`);
      await removeSame(path, file);
      return undefined;
    } finally {
      await file.close();
    }
  };
  return {
    read: (kind, key) => withEntry(kind, key, readPayload),
    has: async (kind, key) => (await withEntry(kind, key, () => Promise.resolve(true))) ?? false,
    locate: (kind, key) =>
      withEntry(kind, key, async (_file, entry) => {
        const path = fileOf(kind, key);
        if (verified.get(path) !== entry.inode && !(await verifyPayload(path, entry))) return undefined;
        verified.set(path, entry.inode);
        return { path, offset: HEADER_BYTES, length: entry.length };
      }),
    write: (kind, key, bytes) =>
      writeEntry(fileOf(kind, key), bytes, (error) => cacheUnwritable(error, folder)),
  };
}

/** Removes the file that was read, not one that another build has put in its place meanwhile, if it may be. */
async function removeSame(path: string, file: FileHandle): Promise<void> {
  const [read, present] = await Promise.all([file.stat(), stat(path).catch(ignoreMissing)]);
  if (present?.ino === read.ino) await rm(path, { force: true }).catch(() => undefined);
}

/** Marks the entry as used now. A cache that can only be read keeps its old marks. */
async function noteUse(path: string, { usedMs }: EntryStat): Promise<void> {
  const now = new Date();
  if (now.getTime() - usedMs > USE_NOTED_EVERY_MS) await utimes(path, now, now).catch(() => undefined);
}

/** What may not be read counts as missing too: it is made again and put in its place. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error instanceof NotAFile) return undefined;
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(error.code ?? '')) return undefined;
  throw error;
}

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
