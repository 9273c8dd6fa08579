/**
 * The header of NumPy's .npy files, versions 1 to 3: magic, version, length, and a Python dict in text
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Nothing in it is ever executed.
 */
import type { FileHandle } from 'node:fs/promises';
import { makeError, type ErrorPlace } from '../errors.ts';
import type { MatrixLayout, NumberType } from './matrix.ts';

const MAGIC = '\u0093NUMPY';
/** Magic, two bytes of version, and the longest form of the length. */
const FIXED_BYTES = 12;
/** A matrix's header takes 118 bytes; only lists of named columns take more. */
const MAX_HEADER_BYTES = 65_536;

const TYPES: ReadonlyMap<string, NumberType> = new Map([
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
]);

/**
 * Reads where and how the matrix of an open .npy file lies.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid` for anything but a matrix of floats; pickled objects are
 * refused unread
 */
export async function readNpyHeader(file: FileHandle, place: ErrorPlace): Promise<MatrixLayout> {
  const start = await readBytes(file, FIXED_BYTES, 0);
  if (start.toString('latin1', 0, MAGIC.length) !== MAGIC || start.length < FIXED_BYTES) {
    throw makeError('EmbeddingsInvalid', 'notNpy', undefined, place);
  }
  const version = start[6]!;
  if (version < 1 || version > 3) throw makeError('EmbeddingsInvalid', 'npyVersion', { version }, place);
  const lengthBytes = version === 1 ? 2 : 4;
  const length = start.readUIntLE(8, lengthBytes);
  if (length > MAX_HEADER_BYTES) throw makeError('EmbeddingsInvalid', 'npyHeaderTooLong', { length }, place);
  const header = await readBytes(file, length, 8 + lengthBytes);
  if (header.length < length) throw makeError('EmbeddingsInvalid', 'npyHeaderCutOff', undefined, place);
  return parseHeader(header.toString('utf8'), 8 + lengthBytes + length, place);
}

async function readBytes(file: FileHandle, count: number, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, position);
  return buffer.subarray(0, bytesRead);
}

function parseHeader(text: string, offset: number, place: ErrorPlace): MatrixLayout {
  const description = /['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|\[)/.exec(text);
  const fortran = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (description === null || fortran === undefined || shape === undefined) {
    throw makeError('EmbeddingsInvalid', 'npyHeaderWrong', undefined, place);
  }
  const { type, littleEndian } = parseType(description[1], place);
  const sizes = shape.match(/\d+/g)?.map(Number) ?? [];
  const [rows, cols] = sizes;
  if (rows === undefined || cols === undefined || sizes.length !== 2) {
    throw makeError('EmbeddingsInvalid', 'npyShape', { shape: sizes.join(', ') }, place);
  }
  return { rows, cols, offset, type, littleEndian, order: fortran === 'True' ? 'columns' : 'rows' };
}

/** `<f4` is byte order, kind and bytes. A list of named columns has no such text. */
function parseType(
  text: string | undefined,
  place: ErrorPlace,
): { readonly type: NumberType; readonly littleEndian: boolean } {
  if (text === undefined) throw makeError('EmbeddingsInvalid', 'npyColumns', undefined, place);
  if (/^\W?O/.test(text)) {
    throw makeError('EmbeddingsInvalid', 'pickle', undefined, place);
  }
  const type = TYPES.get(text.slice(1));
  const isKnown = text.startsWith('<') || text.startsWith('>');
  if (type === undefined || !isKnown) throw makeError('EmbeddingsInvalid', 'npyType', { type: text }, place);
  return { type, littleEndian: text.startsWith('<') };
}
