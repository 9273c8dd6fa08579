/** The files of CIFAR's binary version, from its archive or from the folder that it unpacks to. */
import { readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { EmbeddingAnimationError, makeFileError } from '../../errors.ts';
import { openRegularFile, readRegularFile } from '../../files.ts';
import { LFS_PROBE_BYTES, refuseLfsPointer } from '../../formats/git-lfs.ts';
import { datasetInvalid } from '../reader.ts';

/**
 * Reads the files called `names`, those that are there, by their name without folder. An archive is streamed: of its
 * other files nothing is kept.
 * @throws EmbeddingAnimationError `DatasetInvalid` when `path` is neither, or the archive is damaged
 */
export async function readCifarFiles(
  path: string,
  shown: string,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw datasetInvalid(shown, 'archiveMissing', undefined);
  return found.isDirectory() ? readFolder(path, names) : readArchive(path, shown, names);
}

async function readFolder(folder: string, names: ReadonlySet<string>): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of await readdir(folder)) {
    if (names.has(name)) files.set(name, await readPart(join(folder, name), name));
  }
  return files;
}

async function readArchive(
  path: string,
  shown: string,
  names: ReadonlySet<string>,
): Promise<Map<string, Uint8Array>> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('DatasetInvalid', 'unreadable', undefined, { file: shown, cause });
  });
  try {
    refuseLfsPointer(await readStart(file, LFS_PROBE_BYTES), 'DatasetInvalid', { file: shown });
    const tar = pipeline(
      file.createReadStream({ start: 0, autoClose: false }),
      createGunzip(),
      () => undefined,
    ); // errors come out of the reader
    const entries = await unpackTar(toWebStream(tar), {
      strict: true,
      filter: ({ name }) => names.has(posix.basename(name)),
    });
    return new Map(
      entries.flatMap(({ header, data }) => (data === undefined ? [] : [[basename(header.name), data]])),
    );
  } catch (cause) {
    if (cause instanceof EmbeddingAnimationError) throw cause;
    const said = cause instanceof Error ? cause.message : String(cause);
    throw datasetInvalid(shown, 'archiveUnreadable', { said }, cause);
  } finally {
    await file.close();
  }
}

/** Node's and the DOM's declarations name one class. */
function toWebStream(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}

async function readPart(path: string, name: string): Promise<Uint8Array> {
  return readRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('DatasetInvalid', 'unreadable', undefined, { file: name, cause });
  });
}

async function readStart(file: FileHandle, bytes: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}
