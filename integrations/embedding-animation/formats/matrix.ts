/** Numbers in a file to float32 in memory, a piece at a time. */
import type { FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import type { Embeddings } from '../contracts.ts';
import { fromBfloat16, fromHalf } from './float16.ts';

/** How a matrix lies in a file. */
export interface MatrixLayout {
  readonly rows: number;
  readonly cols: number;
  /** First byte in the file. */
  readonly offset: number;
  readonly type: NumberType;
  readonly littleEndian: boolean;
  /** `rows`: one row after the other (C order); `columns`: one column after the other (Fortran order). */
  readonly order: 'rows' | 'columns';
}

/** Types of floating-point numbers that files hold. */
export type NumberType = 'float16' | 'bfloat16' | 'float32' | 'float64';

type ReadNumber = (view: DataView, byte: number, littleEndian: boolean) => number;

/** Bytes of a number of each type, and how it is read. */
export const NUMBER_TYPES: Readonly<
  Record<NumberType, { readonly bytes: number; readonly read: ReadNumber }>
> = {
  float16: { bytes: 2, read: (view, byte, little) => fromHalf(view.getUint16(byte, little)) },
  bfloat16: { bytes: 2, read: (view, byte, little) => fromBfloat16(view.getUint16(byte, little)) },
  float32: { bytes: 4, read: (view, byte, little) => view.getFloat32(byte, little) },
  float64: { bytes: 8, read: (view, byte, little) => view.getFloat64(byte, little) },
};

/** A multiple of every type's bytes. */
const PIECE_BYTES = 1 << 22;

/** Systems read less than 2 GiB at once. */
const MOST_READ_BYTES = 1 << 30;

/**
 * Reads a matrix as float32, row-major. float64 is rounded to the nearest float32, beyond its range to infinity.
 * @throws RangeError when the file ends before the matrix does
 */
export async function readMatrix(file: FileHandle, layout: MatrixLayout): Promise<Embeddings> {
  const { rows, cols, offset, type } = layout;
  const data = new Float32Array(rows * cols);
  if (liesAsInMemory(layout)) {
    await readFully(file, Buffer.from(data.buffer), offset);
    return { rows, cols, data };
  }
  const { bytes } = NUMBER_TYPES[type];
  const piece = Buffer.alloc(Math.min(PIECE_BYTES, data.length * bytes));
  for (let first = 0; first < data.length;) {
    const wanted = Math.min(piece.length, (data.length - first) * bytes);
    await readFully(file, piece.subarray(0, wanted), offset + first * bytes);
    convert(piece, wanted / bytes, first, layout, data);
    first += wanted / bytes;
  }
  return { rows, cols, data };
}

/** Whether the file's bytes are those of a float32 matrix in this machine's memory. */
function liesAsInMemory({ type, littleEndian, order }: MatrixLayout): boolean {
  return type === 'float32' && order === 'rows' && littleEndian === (endianness() === 'LE');
}

/** Fills `target` from byte `position` on; one read may give less. */
async function readFully(file: FileHandle, target: Buffer, position: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const length = Math.min(target.length - done, MOST_READ_BYTES);
    const { bytesRead } = await file.read(target, done, length, position + done);
    if (bytesRead === 0) throw new RangeError(`the file ends at byte ${position + done}`);
    done += bytesRead;
  }
}

/** Puts `count` numbers of `piece`, of which the first is number `first` of the file, where they belong. */
function convert(
  piece: Buffer,
  count: number,
  first: number,
  { rows, cols, type, littleEndian, order }: MatrixLayout,
  data: Float32Array,
): void {
  const { bytes, read } = NUMBER_TYPES[type];
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  for (let i = 0; i < count; i++) {
    const number = first + i;
    const index = order === 'rows' ? number : (number % rows) * cols + Math.floor(number / rows);
    data[index] = read(view, i * bytes, littleEndian);
  }
}
