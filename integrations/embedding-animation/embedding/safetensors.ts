/**
 * The tensor table of safetensors files, read without their weights. A file is 8 bytes of header length
 * (little-endian), the header in JSON, and the tensors' bytes (https://github.com/huggingface/safetensors).
 */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { EmbeddingAnimationError, type ErrorPlace } from '../errors.ts';

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

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** The limit of the safetensors library itself. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

const entrySchema = z.object({
  dtype: z.custom<Dtype>(
    (value) => typeof value === 'string' && Object.hasOwn(DTYPE_BYTES, value),
    'is not a known type',
  ),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Reads the tensor table of a checkpoint: `model.safetensors`, or the shards of `model.safetensors.index.json`.
 * @throws EmbeddingAnimationError `SafetensorsInvalid`
 */
export async function readTensorTable(folder: string, place: ErrorPlace): Promise<TensorTable> {
  const index = await readIndex(folder, { ...place, file: INDEX });
  if (index === undefined) return readSafetensorsHeader(join(folder, WHOLE), { ...place, file: WHOLE });
  const table = new Map<string, StoredTensor>();
  for (const file of [...new Set(index.values())].sort()) {
    for (const [name, tensor] of await readSafetensorsHeader(join(folder, file), { ...place, file })) {
      if (index.get(name) === file) table.set(name, tensor);
    }
  }
  for (const [name, file] of index) {
    if (!table.has(name))
      throw invalid(`says that ${name} is in ${file}, where it is not`, { ...place, file: INDEX });
  }
  return table;
}

/** File by tensor name, or `undefined` where the checkpoint is not sharded. */
async function readIndex(
  folder: string,
  place: ErrorPlace,
): Promise<ReadonlyMap<string, string> | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, INDEX), 'utf8');
  } catch {
    return undefined; // no index: the weights are in one file, or missing, which reading that file says
  }
  const parsed = indexSchema.safeParse(parseJson(text, place));
  if (!parsed.success)
    throw invalid('has no "weight_map" from tensor names to file names', place, parsed.error);
  const files = Object.entries(parsed.data.weight_map);
  for (const [name, file] of files) {
    if (file !== basename(file) || !file.endsWith('.safetensors')) {
      throw invalid(`puts ${name} in "${file}", which is not a safetensors file of the same folder`, place);
    }
  }
  return new Map(files);
}

/**
 * Reads the tensor table of one file, in the order of the bytes.
 * @throws EmbeddingAnimationError `SafetensorsInvalid` when the file can't be read, is cut off, or its header lies
 */
export async function readSafetensorsHeader(path: string, place: ErrorPlace): Promise<TensorTable> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (cause) {
    throw invalid('can not be read', place, cause);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw invalid('is not a file', place);
    const { size } = stat;
    const header = await readHeader(file, size, place);
    return tabulate(parseJson(header.text, place), header.end, size, {
      ...place,
      file: place.file ?? basename(path),
    });
  } finally {
    await file.close();
  }
}

async function readHeader(
  file: FileHandle,
  size: number,
  place: ErrorPlace,
): Promise<{ text: string; end: number }> {
  if (size < LENGTH_BYTES)
    throw invalid(`is cut off: it has ${size} bytes, a header needs 8 at least`, place);
  const lengthBytes = Buffer.alloc(LENGTH_BYTES);
  await file.read(lengthBytes, 0, LENGTH_BYTES, 0);
  const length = lengthBytes.readBigUInt64LE();
  if (length > MAX_HEADER_BYTES)
    throw invalid(`says that its header has ${length.toString()} bytes; 100 MB is the limit`, place);
  const end = LENGTH_BYTES + Number(length);
  if (end > size)
    throw invalid(
      `says that its header has ${length.toString()} bytes, but the file has only ${size}`,
      place,
    );
  const bytes = Buffer.alloc(Number(length));
  await file.read(bytes, 0, bytes.length, LENGTH_BYTES);
  return { text: bytes.toString('utf8'), end };
}

function parseJson(text: string, place: ErrorPlace): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid('has a header that is not JSON', place, cause);
  }
}

/** Checks what the header says against the file: tensors must fill the bytes behind it without gap or overlap. */
function tabulate(
  header: unknown,
  dataStart: number,
  fileSize: number,
  place: ErrorPlace & { file: string },
): TensorTable {
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw invalid('has a header that is not a JSON object', place);
  }
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]: [string, unknown]) => locate(name, entry, dataStart, place))
    .sort((a, b) => a.offset - b.offset || a.length - b.length);
  let end = dataStart;
  for (const { name, offset, length } of tensors) {
    if (offset < end) throw invalid(`puts ${name} over the bytes of another tensor`, place);
    if (offset > end) throw invalid(`leaves ${offset - end} bytes before ${name} unused`, place);
    end = offset + length;
  }
  if (end > fileSize)
    throw invalid(`is cut off: its header describes ${end} bytes, the file has ${fileSize}`, place);
  if (end < fileSize) throw invalid(`has ${fileSize - end} bytes that its header does not describe`, place);
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
    throw invalid(`describes ${name} wrongly (${path.join('.')}: ${message})`, place, parsed.error);
  }
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  const length = offsets[1] - offsets[0];
  const needed = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
  if (length !== needed) {
    throw invalid(`gives ${name} ${length} bytes, but ${dtype} [${shape.join(', ')}] takes ${needed}`, place);
  }
  return { name, dtype, shape, file: place.file, offset: dataStart + offsets[0], length };
}

function invalid(problem: string, place: ErrorPlace, cause?: unknown): EmbeddingAnimationError {
  return new EmbeddingAnimationError('SafetensorsInvalid', {
    ...place,
    problem,
    hint: 'The file was probably cut off or damaged while it was copied: copy the checkpoint again.',
    cause,
  });
}
