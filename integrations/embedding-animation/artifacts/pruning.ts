/** Removes what no build has used for long, what is too much, and what builds that died left half-written. */
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../contracts.ts';
import { TEMPORARY_SUFFIX } from '../write-files.ts';
import { RENDERING_FILE } from './rendering-folder.ts';

const MS_PER_DAY = 24 * 60 * 60 * 1000;

/**
 * What was used or written within this time is left alone: a build that runs beside this one may be at it.
 * Uses are noted every half a day.
 */
const IN_USE_MS = MS_PER_DAY;
/** The same for a run's other renderings: there is a new one with every colour that is tried. */
const RENDERING_IN_USE_MS = 60 * 60 * 1000;

/** A cache entry, a folder of finished files, or what is left of writing one. */
export interface StoredItem {
  readonly path: string;
  readonly bytes: number;
  /** Last use, ms since the epoch. */
  readonly usedMs: number;
}

/** What may be kept. */
export interface StorageLimits {
  readonly maxAgeDays: number;
  readonly maxBytes: number;
  /** Milliseconds since the epoch, by the clock that dates files. */
  readonly now: number;
  /** Items that stay whatever their age: those that this build works with. */
  readonly isKept: (path: string) => boolean;
}

/**
 * Which of `items` go: temporary ones of builds that died, those too old, then the least recently used until
 * the rest is small enough. What is kept, or was used within a day, stays and counts.
 */
export function selectPruned(items: readonly StoredItem[], limits: StorageLimits): StoredItem[] {
  const { maxAgeDays, maxBytes, now, isKept } = limits;
  const pruned: StoredItem[] = [];
  const leastRecentFirst = [...items].sort((a, b) => a.usedMs - b.usedMs || (a.path < b.path ? -1 : 1));
  let total = items.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const item of leastRecentFirst) {
    const age = now - item.usedMs;
    if (isKept(item.path) || age <= IN_USE_MS) continue;
    const isOrphan = item.path.endsWith(TEMPORARY_SUFFIX);
    if (!isOrphan && age <= maxAgeDays * MS_PER_DAY && total <= maxBytes) continue;
    pruned.push(item);
    total -= item.bytes;
  }
  return pruned;
}

/** All that lies below `folder`, where entries are files and folders of finished files count as one. */
async function listStored(folder: string): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isFile()) items.push({ path, ...(await measure(path)) });
    else if (entry.isDirectory()) for (const item of await listFolder(path)) items.push(item);
  }
  return items;
}

/** Removes from `folder` what `selectPruned` selects, and says so. */
export async function pruneStorage(folder: string, limits: StorageLimits, logger: Logger): Promise<void> {
  const pruned = selectPruned(await listStored(folder), limits);
  if (pruned.length === 0) return;
  await removeStored(pruned);
  const megabytes = pruned.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  logger.info(`removed ${pruned.length} results that are no longer used, ${megabytes.toFixed(1)} MB`);
}

/** What can't be removed stays for another day. */
async function removeStored(items: readonly StoredItem[]): Promise<void> {
  for (const { path } of items) await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** Removes a run's other renderings beside `folder`, but the `keep` used last and those in use. */
export async function pruneRenderings(folder: string, keep: number, now: number): Promise<void> {
  const parent = dirname(folder);
  const others = (await listStored(parent)).filter(
    ({ path }) => dirname(path) === parent && path !== folder && !path.endsWith(TEMPORARY_SUFFIX),
  );
  others.sort((a, b) => b.usedMs - a.usedMs || (a.path < b.path ? -1 : 1));
  await removeStored(others.slice(keep).filter(({ usedMs }) => now - usedMs > RENDERING_IN_USE_MS));
}

async function listFolder(folder: string): Promise<StoredItem[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const isOne = names.includes(RENDERING_FILE) || folder.endsWith(TEMPORARY_SUFFIX);
  if (!isOne) return listStored(folder);
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const measured = await Promise.all(files.map(({ parentPath, name }) => measure(join(parentPath, name))));
  return [
    {
      path: folder,
      bytes: measured.reduce((sum, { bytes }) => sum + bytes, 0),
      usedMs: measured.reduce(
        (latest, { usedMs }) => Math.max(latest, usedMs),
        (await measure(folder)).usedMs,
      ),
    },
  ];
}

/** A file that another build removes meanwhile takes no space. */
async function measure(path: string): Promise<Pick<StoredItem, 'bytes' | 'usedMs'>> {
  const found = await stat(path).catch(() => undefined);
  return { bytes: found?.isFile() === true ? found.size : 0, usedMs: found?.mtimeMs ?? 0 };
}
