/** Writes safetensors files; `read.ts` reads what this writes. */
import type { Embeddings } from '../../contracts.ts';
import { replaceFile } from '../../write-files.ts';
import { toHalf } from '../float16.ts';
import { DTYPE_BYTES, type Dtype } from './read.ts';

/** A tensor to write. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: 'F32' | 'F16';
  readonly shape: readonly number[];
  /** Row-major values; stored as `dtype`. */
  readonly data: Float32Array;
}

/**
 * Writes `tensors` to `path`, whole or not at all. Types of more bytes go first, then by name, as the
 * safetensors library does, so equal tensors give equal bytes.
 * @throws RangeError when a shape and its data differ in size; EmbeddingAnimationError `FileUnwritable`
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await replaceFile(path, encodeSafetensors(tensors, metadata));
}

/**
 * Writes embeddings, or other rows of numbers, to `path` as one F32 tensor.
 * @param name of the tensor. @default 'embedding'
 */
export async function writeEmbeddings(
  path: string,
  { rows, cols, data }: Embeddings,
  metadata?: Readonly<Record<string, string>>,
  name = 'embedding',
): Promise<void> {
  await writeSafetensors(path, [{ name, dtype: 'F32', shape: [rows, cols], data }], metadata);
}

/** The bytes of a safetensors file; see `writeSafetensors`. */
export function encodeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const encoded = tensors.map((tensor) => ({ ...tensor, bytes: encodeTensor(tensor) }));
  return encodeSafetensorsFile(encoded, metadata);
}

function encodeTensor({ name, dtype, shape, data }: TensorToWrite): Uint8Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length)
    throw new RangeError(`${name}: shape [${shape.join(', ')}] does not hold ${data.length} values`);
  const bytes = Buffer.alloc(size * (dtype === 'F32' ? 4 : 2));
  for (let i = 0; i < size; i++) {
    if (dtype === 'F32') bytes.writeFloatLE(data[i]!, i * 4);
    else bytes.writeUInt16LE(toHalf(data[i]!), i * 2);
  }
  return bytes;
}

/** A tensor as it lies in a file. */
export interface EncodedTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major, little-endian. */
  readonly bytes: Uint8Array;
}

/** A header is padded with spaces so that the data starts at a multiple of this. */
const ALIGNMENT = 8;
const LENGTH_BYTES = 8;

/**
 * Joins tensors to a file. Types of more bytes go first, so that every tensor is aligned, then by name, as in the
 * safetensors library: equal tensors give equal bytes, whatever their order.
 */
export function encodeSafetensorsFile(
  tensors: readonly EncodedTensor[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const ordered = tensors.toSorted(
    (a, b) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype] || (a.name < b.name ? -1 : 1),
  );
  const entries: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]];
  let offset = 0;
  for (const { name, dtype, shape, bytes } of ordered) {
    entries.push([name, { dtype, shape, data_offsets: [offset, offset + bytes.length] }]);
    offset += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), 'utf8');
  const header = Buffer.alloc(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT, ' ');
  json.copy(header);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...ordered.map(({ bytes }) => bytes)]);
}
