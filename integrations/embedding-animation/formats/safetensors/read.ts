/**
 * The tensor table of a safetensors file, read without its tensors. A file begins with 8 bytes of its header's length
 * (little-endian) and the header, which is JSON; the tensors' bytes follow (https://github.com/huggingface/safetensors).
 */
import { basename } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { makeError, makeFileError, type ErrorPlace } from '../../errors.ts';
import { openRegularFile } from '../../files.ts';
import { refusePointerFile } from '../git-lfs.ts';
import { isRecord } from '../json.ts';

/** The limit of the safetensors library itself. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/** Bytes of one number of each type. */
export const DTYPE_BYTES = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, F8_E5M2: 1 },
  ...{ I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 },
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

/** Where one tensor lies. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Name of the file, in the folder that was read. */
  readonly file: string;
  /** First byte, from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** Tensors by name. */
export type TensorTable = ReadonlyMap<string, StoredTensor>;

const entrySchema = z.object({
  dtype: z.custom<Dtype>(
    (value) => typeof value === 'string' && Object.hasOwn(DTYPE_BYTES, value),
    'is not a known type',
  ),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const metadataSchema = z.object({ __metadata__: z.record(z.string(), z.string()).optional() });

/**
 * Reads the tensor table of one file, in the order of the bytes.
 * @throws EmbeddingAnimationError `SafetensorsInvalid` when the file can't be read, is cut off, or its header lies
 */
export async function readSafetensorsHeader(path: string, place: ErrorPlace): Promise<TensorTable> {
  return readHeader(path, place, (header, end, size) =>
    tabulate(header, end, size, { ...place, file: place.file ?? basename(path) }),
  );
}

/**
 * The free text that a file carries beside its tensors, `__metadata__`; empty where it has none.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function readSafetensorsMetadata(
  path: string,
  place: ErrorPlace,
): Promise<ReadonlyMap<string, string>> {
  return readHeader(path, place, (header) => {
    const parsed = metadataSchema.safeParse(header);
    return new Map(Object.entries((parsed.success ? parsed.data.__metadata__ : undefined) ?? {}));
  });
}

/**
 * Gives `use` the parsed header, the first byte behind it, and the size of the file.
 * @throws EmbeddingAnimationError `SafetensorsInvalid` when the file can't be read, is cut off, or has no header
 */
async function readHeader<T>(
  path: string,
  place: ErrorPlace,
  use: (header: unknown, end: number, size: number) => T,
): Promise<T> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('SafetensorsInvalid', 'unreadable', undefined, { ...place, cause });
  });
  try {
    const stat = await file.stat();
    await refusePointerFile(file, 'SafetensorsInvalid', place);
    const { text, end } = await readText(file, stat.size, place);
    return use(parseJson(text, place), end, stat.size);
  } finally {
    await file.close();
  }
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

/** How many numbers tensors have together. */
export function countNumbers(tensors: Iterable<Pick<StoredTensor, 'shape'>>): number {
  let count = 0;
  for (const { shape } of tensors) count += shape.reduce((product, size) => product * size, 1);
  return count;
}

/** Checks what the header says against the file: tensors must fill the bytes behind it without gap or overlap. */
function tabulate(
  header: unknown,
  dataStart: number,
  fileSize: number,
  place: ErrorPlace & { file: string },
): TensorTable {
  if (!isRecord(header)) {
    throw makeError('SafetensorsInvalid', 'headerNotAnObject', undefined, place);
  }
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]: [string, unknown]) => locate(name, entry, dataStart, place))
    .sort((a, b) => a.offset - b.offset || a.length - b.length);
  let end = dataStart;
  for (const { name, offset, length } of tensors) {
    if (offset < end) throw makeError('SafetensorsInvalid', 'overlap', { tensor: name }, place);
    if (offset > end)
      throw makeError('SafetensorsInvalid', 'gap', { tensor: name, bytes: offset - end }, place);
    end = offset + length;
  }
  if (end > fileSize)
    throw makeError('SafetensorsInvalid', 'cutOff', { described: end, size: fileSize }, place);
  if (end < fileSize) throw makeError('SafetensorsInvalid', 'leftOver', { bytes: fileSize - end }, place);
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

function locate(
  name: string,
  entry: unknown,
  dataStart: number,
  place: ErrorPlace & { file: string },
): StoredTensor {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw makeError(
      'SafetensorsInvalid',
      'tensorWrong',
      { tensor: name, path: path.join('.'), said: message },
      { ...place, cause: parsed.error },
    );
  }
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  const length = offsets[1] - offsets[0];
  const needed = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
  if (length !== needed) {
    const facts = { tensor: name, bytes: length, dtype, shape: shape.join(', '), needed };
    throw makeError('SafetensorsInvalid', 'sizeWrong', facts, place);
  }
  return { name, dtype, shape, file: place.file, offset: dataStart + offsets[0], length };
}
