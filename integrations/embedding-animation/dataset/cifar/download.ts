/** The archive of CIFAR-10 from its authors' page: goes on where an earlier try stopped, and keeps only what is right. */
import { createHash } from 'node:crypto';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OnProgress } from '../../contracts.ts';
import type { CaseFacts, CaseName } from '../../error-catalogue/index.ts';
import { EmbeddingAnimationError, makeError } from '../../errors.ts';
import { makeFolder, openRegularFile } from '../../files.ts';
import { fileUnwritable } from '../../write-files.ts';

/** A file on a server whose content is known beforehand. */
export interface RemoteFile {
  readonly url: string;
  /** Its name on disk. */
  readonly name: string;
  readonly bytes: number;
  /** MD5 (hex) of its content, as its publisher gives it. */
  readonly md5: string;
}

/** Where to, and by what means. */
export interface DownloadContext {
  /** Folder for the file; made where it is missing. */
  readonly folder: string;
  /** Told the bytes that are on disk. */
  readonly onProgress?: OnProgress;
  /** @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Stops the download; what has come stays for the next try. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface Download {
  readonly path: string;
  /** Bytes that came over the network: 0 where the file was there already. */
  readonly fetched: number;
}

/**
 * Makes sure that the file is in the folder. A good file is used without the network. What an interrupted try left
 * in `<name>.part` is completed where the server can send the rest. The file gets its name once its size and
 * checksum are right.
 * @throws EmbeddingAnimationError `DownloadFailed` when the folder can't be made, or the server can't be reached,
 * refuses, or sends other content, which is then deleted; `FileUnwritable`; `signal`'s reason when it was aborted
 */
export async function downloadFile(remote: RemoteFile, context: DownloadContext): Promise<Download> {
  const path = join(context.folder, remote.name);
  if (await isRight(path, remote)) return { path, fetched: 0 };
  await makeFolder(context.folder).catch((cause: unknown) => {
    throw downloadFailed(remote, 'folderUnmade', { said: describeCause(cause) }, cause);
  });
  const part = `${path}.part`;
  const fetched = await completePart(part, remote, context);
  if (!(await isRight(part, remote))) {
    await rm(part, { force: true });
    throw downloadFailed(remote, 'wrongChecksum', undefined);
  }
  await onDisk(remote, rename(part, path));
  return { path, fetched };
}

async function completePart(part: string, remote: RemoteFile, context: DownloadContext): Promise<number> {
  const there = await sizeOf(part);
  if (there === remote.bytes) return 0;
  const start = there < remote.bytes ? there : 0;
  const response = await request(remote, start, context);
  const resumed = start > 0 && response.status === 206 && startOf(response) === start;
  return writeBody(response, part, resumed ? start : 0, remote, context);
}

async function request(remote: RemoteFile, start: number, context: DownloadContext): Promise<Response> {
  const { fetch: send = fetch, signal } = context;
  const headers: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
  const response = await send(remote.url, { headers, ...(signal && { signal }) }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw downloadFailed(remote, 'unreachable', { said: describeCause(cause) }, cause);
  });
  if (response.ok && response.body !== null) return response;
  await response.body?.cancel();
  if (start > 0 && response.status === 416) return request(remote, 0, context); // it has no such range: all of it
  throw downloadFailed(remote, 'refused', { status: response.status });
}

/** First byte of a partial answer. */
function startOf(response: Response): number | undefined {
  const found = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return found === null ? undefined : Number(found[1]);
}

/** Appends a body to what is there. @returns bytes that came */
async function writeBody(
  { body }: Response,
  part: string,
  start: number,
  remote: RemoteFile,
  { onProgress, signal }: DownloadContext,
): Promise<number> {
  let done = start;
  await using file = await openPart(part, start, remote);
  try {
    for await (const chunk of body!) {
      await onDisk(remote, file.writeFile(chunk)); // goes on at the file's position
      done += chunk.length;
      onProgress?.(done, remote.bytes);
      if (done > remote.bytes) break; // not this file: its checksum will tell
    }
  } catch (cause) {
    if (cause instanceof EmbeddingAnimationError) throw cause; // of the disk
    signal?.throwIfAborted();
    throw downloadFailed(remote, 'broken', { done, bytes: remote.bytes }, cause);
  }
  if (done >= remote.bytes) return done - start;
  throw downloadFailed(remote, 'ended', { done, bytes: remote.bytes });
}

/** A pipe in its place would never open, and a folder or a device is not ours to fill. */
async function openPart(part: string, start: number, remote: RemoteFile): Promise<FileHandle> {
  const found = await stat(part).catch(() => undefined);
  if (found !== undefined && !found.isFile())
    throw makeError('FileUnwritable', 'inTheWay', { code: 'EEXIST' }, { file: basename(part) });
  return onDisk(remote, open(part, start > 0 ? 'a' : 'w'));
}

async function onDisk<T>({ name }: RemoteFile, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw fileUnwritable(error, { file: name });
  });
}

async function isRight(path: string, { bytes, md5 }: RemoteFile): Promise<boolean> {
  if ((await sizeOf(path)) !== bytes) return false;
  const hash = createHash('md5');
  await using file = await openRegularFile(path);
  await pipeline(file.createReadStream({ autoClose: false }), hash);
  return hash.digest('hex') === md5;
}

/** Size in bytes; 0 where there is no file. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : 0;
}

/** undici says "fetch failed" and puts the reason in the cause. */
function describeCause(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function downloadFailed<Case extends CaseName<'DownloadFailed'>>(
  remote: RemoteFile,
  caseName: Case,
  facts: CaseFacts<'DownloadFailed', Case>,
  cause?: unknown,
): Error {
  return makeError('DownloadFailed', caseName, facts, { file: remote.name, cause });
}

// --- the archive

/** "CIFAR-10 binary version (suitable for C programs)", with the size and checksum that the page gives. */
const CIFAR10_ARCHIVE = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  name: 'cifar-10-binary.tar.gz',
  bytes: 170_052_171,
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
};

/** What `downloadCifar10` takes. */
export interface Cifar10Download extends DownloadContext {
  /**
   * A mirror of the archive. Its content is checked all the same.
   * @default the authors' page
   */
  readonly url?: string;
}

/**
 * Downloads the archive that the data set type `cifar` reads, unless a good one is in the folder already.
 * @throws EmbeddingAnimationError `DownloadFailed`, see `downloadFile`
 */
export function downloadCifar10({
  url = CIFAR10_ARCHIVE.url,
  ...context
}: Cifar10Download): Promise<Download> {
  return downloadFile({ ...CIFAR10_ARCHIVE, url }, context);
}
