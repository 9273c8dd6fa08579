/** A file with a matrix, whatever its format: what is known before its values are read, and reading them as float32. */
import type { FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import type { Embeddings } from '../contracts.ts';
import { makeFileError, type ErrorPlace } from '../errors.ts';
import { openRegularFile } from '../files.ts';
import { fromBfloat16, fromHalf } from '../formats/float16.ts';
import { LFS_PROBE_BYTES, refuseLfsPointer } from '../formats/git-lfs.ts';

/** A matrix in a file: its shape is known, its values are not read yet. */
export interface ReadyEmbeddings {
  /** Images. */
  readonly rows: number;
  /** Width of an embedding. */
  readonly cols: number;
  /** Names of columns or tensors in the file that are not part of the matrix. */
  readonly unused: readonly string[];
  /**
   * Names of what was chosen where the file alone does not decide it as it always has: a part of the key of all that
   * is made from the matrix.
   */
  readonly choice: readonly string[] | undefined;
  /**
   * Reads the values as float32, `[rows × cols]`. Values may be infinite or NaN.
   * @throws EmbeddingAnimationError `EmbeddingsInvalid`
   */
  read(): Promise<Embeddings>;
}

/**
 * Opens the file at `path` for as long as `use` takes.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid` when it can't be opened, or is a Git LFS pointer
 */
export async function withFile<T>(
  path: string,
  place: ErrorPlace,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('EmbeddingsInvalid', 'unreadable', undefined, { ...place, cause });
  });
  try {
    const start = await file.read(Buffer.alloc(LFS_PROBE_BYTES), 0, LFS_PROBE_BYTES, 0);
    refuseLfsPointer(start.buffer.subarray(0, start.bytesRead), 'EmbeddingsInvalid', place);
    return await use(file);
  } finally {
    await file.close();
  }
}

// --- numbers in a file to float32 in memory, a piece at a time

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
