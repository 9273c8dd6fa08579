/** A safetensors writer of our own: small tensors with values that every dtype holds exactly. */

/** dtypes of weights. */
export type WeightType = 'F32' | 'F16' | 'BF16';

/** A tensor's values in row-major order. */
export interface TensorFixture {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The bytes of a safetensors file that holds `tensors` in `dtype`, in name order. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, TensorFixture>>,
  dtype: WeightType,
): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const parts: Buffer[] = [];
  let offset = 0;
  for (const name of Object.keys(tensors).sort()) {
    const { shape, values } = tensors[name]!;
    const bytes = encodeValues(values, dtype);
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((8 - (json.length % 8)) % 8, ' '); // data starts at a multiple of 8, as Hugging Face's does
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length + padding.length));
  return Buffer.concat([length, json, padding, ...parts]);
}

function encodeValues(values: Float32Array, dtype: WeightType): Buffer {
  const bits = new Uint32Array(values.slice().buffer);
  if (dtype === 'F32') return Buffer.from(bits.buffer);
  return Buffer.from(Uint16Array.from(bits, dtype === 'BF16' ? (bit) => bit >>> 16 : toHalf).buffer);
}

/** float32 bits to float16 bits, for zero and for normal halves of at most 10 mantissa bits. */
function toHalf(bit: number): number {
  const sign = (bit >>> 16) & 0x8000;
  const exponent = ((bit >>> 23) & 0xff) - 127 + 15;
  return exponent <= 0 ? sign : sign | (exponent << 10) | ((bit >>> 13) & 0x3ff);
}
