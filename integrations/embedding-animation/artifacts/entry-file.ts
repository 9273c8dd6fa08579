/**
 * The file of one cache entry: a header of 48 bytes (magic, length of the payload as uint64, sha256 of the
 * payload), then the payload. It is written under a temporary name and renamed, so a reader sees all of it or
 * nothing; what a crash or a bad disk leaves all the same does not fit its header.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../files.ts';
import { withTemporary } from '../write-files.ts';

/** Bytes before the payload. */
export const HEADER_BYTES = 48;

const MAGIC = Buffer.from('EACACHE2', 'latin1');
const CHECKSUM_BYTES = 32;

/** What the header promises and what lies on disk. */
export interface EntryStat {
  /** Bytes of the payload. */
  readonly length: number;
  /** sha256 of the payload. */
  readonly checksum: Buffer;
  /** Tells this file from a later one of the same name. */
  readonly inode: bigint;
  /** Last use, ms since the epoch. */
  readonly usedMs: number;
}

/** The header of an open entry, or `undefined` when it is no entry or the file has another length. */
export async function statEntry(file: FileHandle): Promise<EntryStat | undefined> {
  const { size, ino, mtimeMs } = await file.stat({ bigint: true });
  const header = Buffer.alloc(HEADER_BYTES);
  const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
  if (bytesRead < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const length = header.readBigUInt64LE(MAGIC.length);
  if (size !== BigInt(HEADER_BYTES) + length) return undefined;
  const checksum = header.subarray(HEADER_BYTES - CHECKSUM_BYTES);
  return { length: Number(length), checksum, inode: ino, usedMs: Number(mtimeMs) };
}

/** The payload of an open entry, or `undefined` when it is not what its header promises. */
export async function readPayload(
  file: FileHandle,
  { length, checksum }: EntryStat,
): Promise<Uint8Array | undefined> {
  const payload = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await file.read(payload, filled, length - filled, HEADER_BYTES + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return createHash('sha256').update(payload).digest().equals(checksum) ? payload : undefined;
}

/** Whether the payload at `path` is what its header promises; it is streamed, not held. */
export async function verifyPayload(path: string, { checksum }: EntryStat): Promise<boolean> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { start: HEADER_BYTES }), hash);
  return hash.digest().equals(checksum);
}

/** Turns a failure of the disk into the error that is thrown. */
export type OnDiskFailure = (error: unknown) => unknown;

/**
 * Writes an entry at `path`, whole or in pieces as they come. Nothing is left behind when that fails.
 * @throws what `onDiskFailure` makes of the file system's errors; what `payload` throws passes unchanged
 */
export async function writeEntry(
  path: string,
  payload: Uint8Array | AsyncIterable<Uint8Array>,
  onDiskFailure: OnDiskFailure,
): Promise<void> {
  const onDisk = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw onDiskFailure(error);
    });
  await onDisk(makeFolder(dirname(path)));
  await withTemporary(path, async (temporary) => {
    const file = await onDisk(open(temporary, 'wx'));
    try {
      const hash = createHash('sha256');
      let length = 0;
      for await (const piece of payload instanceof Uint8Array ? [payload] : payload) {
        hash.update(piece);
        await onDisk(writeFully(file, piece, HEADER_BYTES + length));
        length += piece.length;
      }
      await onDisk(writeFully(file, encodeHeader(length, hash.digest()), 0));
      await onDisk(file.close());
      await onDisk(rename(temporary, path));
    } catch (error) {
      await file.close().catch(() => undefined); // the first failure is the one to report
      throw error;
    }
  });
}

function encodeHeader(length: number, checksum: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([MAGIC, size, checksum]);
}

/** A write may take fewer bytes than it is given: the rest follows, or the disk says why not. */
async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const result = await file.write(bytes, written, bytes.length - written, position + written);
    written += result.bytesWritten;
  }
}
