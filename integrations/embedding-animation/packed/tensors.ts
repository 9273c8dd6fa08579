/** safetensors in memory: a few named tensors of bytes and float64, as Python reads them too. */
import { z } from 'zod';
import { DTYPE_BYTES, encodeSafetensorsFile } from '../formats/safetensors/index.ts';

/** Values by the types that a pack has. */
export interface TensorData {
  readonly F64: Float64Array;
  readonly U8: Uint8Array;
}

/** A tensor; its values are row-major. */
export interface Tensor<Dtype extends keyof TensorData = keyof TensorData> {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData[Dtype];
}

const DTYPES = ['F64', 'U8'] as const;
const LENGTH_BYTES = 8;

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.enum(DTYPES),
    shape: z.array(z.int().min(0)),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
);

/** The bytes of a safetensors file. Equal tensors give equal bytes, whatever their order. */
export function encodeTensors(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const encoded = Object.entries(tensors).map(([name, { dtype, shape, data }]) => ({
    name,
    dtype,
    shape,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  return encodeSafetensorsFile(encoded);
}

/**
 * The tensors of a safetensors file.
 * @throws RangeError | SyntaxError | z.ZodError when the bytes are not those of such a file
 */
export function decodeTensors(bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = LENGTH_BYTES + Number(view.getBigUint64(0, true));
  if (start > bytes.length) throw new RangeError('the header is cut off');
  const text = Buffer.from(bytes.subarray(LENGTH_BYTES, start)).toString('utf8');
  const header = headerSchema.parse(JSON.parse(text));
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const size = shape.reduce((product, side) => product * side, DTYPE_BYTES[dtype]);
        if (to - from !== size || start + to > bytes.length) throw new RangeError(`${name} is cut off`);
        return [name, { dtype, shape, data: viewValues(dtype, bytes.subarray(start + from, start + to)) }];
      },
    ),
  );
}

function viewValues(dtype: Tensor['dtype'], bytes: Uint8Array): Tensor['data'] {
  const copy = new Uint8Array(bytes); // aligned, whatever the bytes were a part of
  return dtype === 'F64' ? new Float64Array(copy.buffer) : copy;
}
