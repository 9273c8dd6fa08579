/**
 * The one way in which files are written: under another name first, then renamed, so that nobody sees half of one,
 * whatever ends the process. What a process that was killed has left is told from what one that lives is writing, and
 * removed by the next; in the cache it is removed with what nobody has used for long.
 */
import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { CaseName } from './error-catalogue/index.ts';
import { makeError, type ErrorPlace } from './errors.ts';
import { exists, makeFolder } from './files.ts';

/** A file to be written. */
export interface FileToWrite {
  readonly path: string;
  /** Its content, or what fills the file of the name that it is given. */
  readonly content: Uint8Array | string | ((temporary: string) => Promise<void>);
}

/** Ends the names of files and folders that are being written. */
export const TEMPORARY_SUFFIX = '.tmp';

/** `<file>.<machine>-<process>-<its start>-<random>.tmp`. */
const TEMPORARY = /^(.+)\.([0-9a-f]{8})-(\d+)-([0-9a-z]+)-[0-9a-f]{8}\.tmp$/;
/** The names that earlier versions gave: `<file>.<process>.tmp` and `<file>.<UUID>.tmp`. */
const EARLIER_TEMPORARY = /^(.+)\.(?:\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.tmp$/;
/** A writer of another machine, or of an earlier version, has given up by then. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** What the file system says of a disk, a quota and a file that are full, and which case that is. */
const FULL_CASES = { ENOSPC: 'diskFull', EDQUOT: 'quotaFull', EFBIG: 'fileTooLarge' } as const;
const CACHE_CASES: Readonly<Record<string, CaseName<'CacheUnwritable'>>> = FULL_CASES;
const FILE_CASES: Readonly<Record<string, CaseName<'FileUnwritable'>>> = {
  ...FULL_CASES,
  EROFS: 'readOnly',
  EACCES: 'refused',
  EPERM: 'refused',
  EISDIR: 'inTheWay',
  ENOTDIR: 'inTheWay',
  EEXIST: 'inTheWay',
  ENOTEMPTY: 'inTheWay',
  EMFILE: 'tooManyOpen',
  ENFILE: 'tooManyOpen',
};

/**
 * Writes `files`, all of them under temporary names before the first gets its own; these they get in the given order.
 * Folders are made. When it fails nothing is left behind, and no file has changed unless it was a name that failed.
 * @param place what errors say; `file` is the name of the one that failed unless it is given
 * @throws EmbeddingAnimationError `FileUnwritable`; what a file's `content` throws beside errors of the file system
 */
export async function replaceFiles(files: readonly FileToWrite[], place: ErrorPlace): Promise<void> {
  const named = files.map((file) => ({ ...file, temporary: nameTemporary(file.path) }));
  const madeFolders: string[] = [];
  let current = '';
  try {
    for (const { path, temporary, content } of named) {
      current = path;
      const folder = dirname(path);
      if (!(await exists(folder))) madeFolders.push(folder);
      await makeFolder(folder);
      if (typeof content === 'function') await content(temporary);
      else await writeFile(temporary, content);
      await flush(temporary);
    }
    for (const { path, temporary } of named) {
      current = path;
      await rename(temporary, path);
    }
  } catch (error) {
    for (const { temporary } of named) await rm(temporary, { force: true }).catch(() => undefined);
    for (const folder of madeFolders.reverse()) await rmdir(folder).catch(() => undefined); // where it is empty
    throw fileUnwritable(error, { ...place, file: place.file ?? basename(current) });
  }
}

/** Writes one file, see `replaceFiles`. */
export function replaceFile(
  path: string,
  content: FileToWrite['content'],
  place: ErrorPlace = {},
): Promise<void> {
  return replaceFiles([{ path, content }], place);
}

/**
 * Gives `use` a name beside `path` that no other writer takes, to be renamed to `path` in the end. What is still there
 * under it afterwards, a file or a folder, is removed.
 * @throws what `use` throws
 */
export async function withTemporary<T>(path: string, use: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = nameTemporary(path);
  try {
    return await use(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // an earlier failure counts
  }
}

/**
 * Removes from `folder` what writers of the files called `names` have left when they were killed. Files that a living
 * process writes stay. What can't be removed stays too.
 */
export async function removeLeftovers(folder: string, names: Iterable<string>): Promise<void> {
  const own = new Set(names);
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const target = temporaryTarget(name);
    if (target === undefined || !own.has(target)) continue;
    const path = join(folder, name);
    if (await isAbandoned(path)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The name of the file that one called `name` was to become; `undefined` where it is no temporary file of ours. */
export function temporaryTarget(name: string): string | undefined {
  return (TEMPORARY.exec(name) ?? EARLIER_TEMPORARY.exec(name))?.[1];
}

/** `error` as `FileUnwritable` when the file system threw it, else unchanged. */
export function fileUnwritable(error: unknown, place: ErrorPlace): unknown {
  if (!isFileSystemError(error)) return error;
  const { code } = error;
  return makeError('FileUnwritable', FILE_CASES[code] ?? 'unwritable', { code }, { ...place, cause: error });
}

/** `error` of writing into the cache `folder` as `CacheUnwritable` when the file system threw it, else unchanged. */
export function cacheUnwritable(error: unknown, folder: string): unknown {
  if (!isFileSystemError(error)) return error;
  const { code } = error;
  return makeError('CacheUnwritable', CACHE_CASES[code] ?? 'unwritable', { folder, code }, { cause: error });
}

/** What the file system said, without its paths: `ENOSPC: no space left on device`. */
export function describeRefusal(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isFileSystemError(error) ? (error.message.split(', ')[0] ?? error.code) : error.message;
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** The content is on the disk before the name is: a machine that loses its power keeps the old file or has the new one. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } catch (error) {
    // Some network file systems have no such call, and lose no more than without it.
    if (!isFileSystemError(error) || !['EINVAL', 'ENOSYS', 'ENOTSUP'].includes(error.code)) throw error;
  } finally {
    await file.close();
  }
}

function nameTemporary(path: string): string {
  const random = randomBytes(4).toString('hex');
  return `${path}.${thisMachine()}-${process.pid}-${thisStart()}-${random}${TEMPORARY_SUFFIX}`;
}

function thisMachine(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

/** When this process began: another one may get its number later. Files are written by the main thread alone. */
function thisStart(): string {
  return Math.round(performance.timeOrigin).toString(36);
}

async function isAbandoned(path: string): Promise<boolean> {
  const [, , machine, pid = '', start] = TEMPORARY.exec(basename(path)) ?? [];
  if (machine === thisMachine()) {
    if (Number(pid) === process.pid) return start !== thisStart();
    if (!isAlive(Number(pid))) return true;
  }
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isFileSystemError(error) && error.code === 'EPERM'; // somebody else's
  }
}
