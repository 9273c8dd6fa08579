/**
 * Digests of files, remembered: a file whose identity, size and times are as they were has the content it had.
 * The content stays the truth: whatever else may have changed, the file is read again.
 */
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { hashFile } from '../files.ts';
import type { Cache } from './cache.ts';
import { parseJson, stableJson } from './stable-json.ts';

const KIND = 'digests';
const KEY = 'files';

/** A file that changed this short before it was read may change again with the same times. */
export const RACY_MS = 2000;
/** What a kill may cost: digests are saved when this much has been read since. */
const SAVED_EVERY_BYTES = 512 * 1024 * 1024;
const MS_PER_DAY = 24 * 60 * 60 * 1000;
/** Digests that nobody asked for this long are forgotten. */
const FORGOTTEN_AFTER_DAYS = 90;

const digestSchema = z.object({
  /** The file's fingerprint when it was read. */
  stamp: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Day of the last use, since the epoch. */
  day: z.int(),
});
const tableSchema = z.record(z.string(), digestSchema);

type Table = Map<string, z.output<typeof digestSchema>>;

/** Digests of files that outlive the process. */
export interface FileDigests {
  /** sha256 (hex) of the file's content, read only when it may have changed since it was last read. */
  readonly hashFile: (path: string) => Promise<string>;
  /** Keeps what was read for the next process. A cache that can't be written is no failure: it costs time. */
  readonly save: () => Promise<void>;
}

/** What digests are made with; tests bring their own. */
export interface DigestTools {
  /** sha256 (hex) of a file's content. */
  readonly hash: (path: string) => Promise<string>;
  /** Milliseconds since the epoch, by the clock that dates files. */
  readonly now: () => number;
}

/** Opens the digests that `cache` keeps. Several processes may: what one of them loses is read again. */
export function openFileDigests(
  cache: Cache,
  { hash, now }: DigestTools = { hash: hashFile, now: Date.now },
): FileDigests {
  let known: Promise<Table> | undefined;
  const fresh: Table = new Map();
  let unsavedBytes = 0;
  const today = () => Math.floor(now() / MS_PER_DAY);
  const save = async (): Promise<void> => {
    if (fresh.size === 0) return;
    const table = new Map([...(await readTable(cache)), ...fresh]);
    for (const [file, { day }] of table) if (today() - day > FORGOTTEN_AFTER_DAYS) table.delete(file);
    fresh.clear();
    unsavedBytes = 0;
    known = Promise.resolve(table);
    await cache.write(KIND, KEY, Buffer.from(stableJson(Object.fromEntries(table)))).catch(() => undefined);
  };
  return {
    save,
    async hashFile(path) {
      known ??= readTable(cache);
      const before = await identifyFile(path);
      const remembered = fresh.get(before.file) ?? (await known).get(before.file);
      if (remembered?.stamp === before.fingerprint) {
        if (remembered.day !== today()) fresh.set(before.file, { ...remembered, day: today() });
        return remembered.sha256;
      }
      const startedMs = now();
      const sha256 = await hash(path);
      const after = await identifyFile(path);
      const isSettled = after.fingerprint === before.fingerprint && startedMs - before.changedMs > RACY_MS;
      if (isSettled) fresh.set(before.file, { stamp: before.fingerprint, sha256, day: today() });
      unsavedBytes += before.bytes;
      if (unsavedBytes >= SAVED_EVERY_BYTES) await save();
      return sha256;
    },
  };
}

/** Which file it is, whatever its path, and what tells that it may have changed. */
export async function identifyFile(path: string) {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return {
    file: `${dev}:${ino}`,
    /** Size in bytes, modification and change time in ns: when one differs, the content may. */
    fingerprint: `${size}:${mtimeNs}:${ctimeNs}`,
    bytes: Number(size),
    changedMs: Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n),
  };
}

async function readTable(cache: Cache): Promise<Table> {
  const bytes = await cache.read(KIND, KEY);
  if (bytes === undefined) return new Map();
  const parsed = tableSchema.safeParse(parseJson(Buffer.from(bytes).toString('utf8')));
  return new Map(parsed.success ? Object.entries(parsed.data) : []);
}
