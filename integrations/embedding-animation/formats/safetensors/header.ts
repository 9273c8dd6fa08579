/**
 * The header of a safetensors file: 8 bytes of its length (little-endian), then JSON; the tensors' bytes follow
 * (https://github.com/huggingface/safetensors).
 */
import type { FileHandle } from 'node:fs/promises';
import { makeError, makeFileError, type ErrorPlace } from '../../errors.ts';
import { openRegularFile } from '../../files.ts';
import { readLfsProbe, refuseLfsPointer } from '../git-lfs.ts';

/** The limit of the safetensors library itself. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/**
 * Gives `use` the parsed header, the first byte behind it, and the size of the file.
 * @throws EmbeddingAnimationError `SafetensorsInvalid` when the file can't be read, is cut off, or has no header
 */
export async function readHeader<T>(
  path: string,
  place: ErrorPlace,
  use: (header: unknown, end: number, size: number) => T,
): Promise<T> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('SafetensorsInvalid', 'unreadable', undefined, { ...place, cause });
  });
  try {
    const stat = await file.stat();
    await refusePointer(file, place);
    const { text, end } = await readText(file, stat.size, place);
    return use(parseJson(text, place), end, stat.size);
  } finally {
    await file.close();
  }
}

async function refusePointer(file: FileHandle, place: ErrorPlace): Promise<void> {
  refuseLfsPointer(await readLfsProbe(file), 'SafetensorsInvalid', place);
}

async function readText(
  file: FileHandle,
  size: number,
  place: ErrorPlace,
): Promise<{ text: string; end: number }> {
  if (size < LENGTH_BYTES) throw makeError('SafetensorsInvalid', 'tooShort', { size }, place);
  const lengthBytes = Buffer.alloc(LENGTH_BYTES);
  await file.read(lengthBytes, 0, LENGTH_BYTES, 0);
  const length = lengthBytes.readBigUInt64LE();
  if (length > MAX_HEADER_BYTES) throw makeError('SafetensorsInvalid', 'headerTooLong', { length }, place);
  const end = LENGTH_BYTES + Number(length);
  if (end > size) throw makeError('SafetensorsInvalid', 'headerCutOff', { length, size }, place);
  const bytes = Buffer.alloc(Number(length));
  await file.read(bytes, 0, bytes.length, LENGTH_BYTES);
  return { text: bytes.toString('utf8'), end };
}

/** @throws EmbeddingAnimationError `SafetensorsInvalid` */
function parseJson(text: string, place: ErrorPlace): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw makeError('SafetensorsInvalid', 'headerNotJson', undefined, { ...place, cause });
  }
}
