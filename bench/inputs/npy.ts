/** NumPy's `.npy` files, which both sides read (format version 1.0, C order, little endian). */
import { readFile, writeFile } from 'node:fs/promises';

const MAGIC = Buffer.from('\u0093NUMPY\u0001\u0000', 'latin1');
const ALIGNMENT = 64;
const TYPES = { '<f4': Float32Array, '<f8': Float64Array, '|u1': Uint8Array } as const;

type Numbers = Float32Array | Float64Array | Uint8Array;

/** Writes `data` as an array of `shape`. */
export async function writeNpy(path: string, data: Numbers, shape: readonly number[]): Promise<void> {
  const type = data instanceof Float32Array ? '<f4' : data instanceof Float64Array ? '<f8' : '|u1';
  const sizes = shape.map((size) => `${size},`).join(' ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const unpadded = MAGIC.length + 2 + text.length + 1;
  const padded = text.padEnd(text.length + ((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT)) + '\n';
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  await writeFile(path, Buffer.concat([MAGIC, length, Buffer.from(padded, 'latin1'), bytes]));
}

/**
 * Reads an array of float64 or float32 numbers as float64, flat.
 * @throws RangeError when the file holds another type, or columns before rows
 */
export async function readNpy(path: string): Promise<Float64Array> {
  const file = await readFile(path);
  const start = MAGIC.length + 2 + file.readUInt16LE(MAGIC.length);
  const header = file.toString('latin1', MAGIC.length + 2, start);
  const type = /'descr': '(<f[48])', 'fortran_order': False/.exec(header)?.[1];
  if (type !== '<f4' && type !== '<f8') throw new RangeError(`${path} holds no rows of floats: ${header}`);
  return Float64Array.from(new TYPES[type](new Uint8Array(file.subarray(start)).buffer));
}
