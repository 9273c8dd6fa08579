/** The files of CIFAR's binary version, from its archive or from the folder that it unpacks to. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { pipeline, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { EmbeddingAnimationError, makeFileError } from '../../errors.ts';
import { openRegularFile, readRegularFile } from '../../files.ts';
import { refusePointerFile } from '../../formats/git-lfs.ts';
import { datasetInvalid } from '../reader.ts';

/** Most bytes that an archive may unpack to: CIFAR's are 184 MB, and a small file can hold gigabytes. */
const MAX_ARCHIVE_BYTES = 256 << 20;
/** Most bytes of the files that are kept in memory: a split of CIFAR has 154 MB. */
const MAX_KEPT_BYTES = 192 << 20;

/**
 * Reads the files called `names`, those that are there, by their name without folder. An archive is streamed: of its
 * other files nothing is kept.
 * @throws EmbeddingAnimationError `DatasetInvalid` when `path` is neither, the archive is damaged, or holds more than
 * CIFAR does
 */
export async function readCifarFiles(
  path: string,
  shown: string,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw datasetInvalid(shown, 'archiveMissing', undefined);
  return found.isDirectory() ? readFolder(path, shown, names) : readArchive(path, shown, names);
}

async function readFolder(
  folder: string,
  shown: string,
  names: ReadonlySet<string>,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let kept = 0;
  for (const name of await readdir(folder)) {
    if (!names.has(name)) continue;
    kept += (await stat(join(folder, name))).size;
    if (kept > MAX_KEPT_BYTES) throw datasetInvalid(shown, 'archiveTooLarge', { most: MAX_KEPT_BYTES });
    files.set(name, await readPart(join(folder, name), name));
  }
  return files;
}

/** Passes bytes on, and fails once there are more than `most`. */
function limitBytes(most: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      passed += chunk.length;
      if (passed > most) done(new TooLarge(most));
      else done(null, chunk);
    },
  });
}

/** An archive holds more than any version of CIFAR does. */
class TooLarge extends Error {
  readonly most: number;

  constructor(most: number) {
    super(`there are more than ${most} bytes`);
    this.most = most;
  }
}

async function readArchive(
  path: string,
  shown: string,
  names: ReadonlySet<string>,
): Promise<Map<string, Uint8Array>> {
  let kept = 0;
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('DatasetInvalid', 'unreadable', undefined, { file: shown, cause });
  });
  try {
    await refusePointerFile(file, 'DatasetInvalid', { file: shown });
    const bytes = file.createReadStream({ start: 0, autoClose: false });
    const tar = pipeline(bytes, createGunzip(), limitBytes(MAX_ARCHIVE_BYTES), () => undefined); // errors come out of the reader
    const entries = await unpackTar(toWebStream(tar), {
      strict: true,
      filter({ name, size }) {
        if (!names.has(posix.basename(name))) return false;
        kept += size;
        if (kept > MAX_KEPT_BYTES) throw new TooLarge(MAX_KEPT_BYTES);
        return true;
      },
    });
    return new Map(
      entries.flatMap(({ header, data }) => (data === undefined ? [] : [[basename(header.name), data]])),
    );
  } catch (cause) {
    if (cause instanceof TooLarge)
      throw datasetInvalid(shown, 'archiveTooLarge', { most: cause.most }, cause);
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
