/** The bytes of a safetensors file; `safetensors.ts` reads what this writes. */
import { DTYPE_BYTES, type Dtype } from './read.ts';

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
