/** The numbers of one tensor of a safetensors file, as float32. */
import { makeFileError, type ErrorPlace } from '../../errors.ts';
import { openRegularFile } from '../../files.ts';
import { readMatrix, type NumberType } from '../matrix.ts';
import { countNumbers, type StoredTensor } from './read.ts';

/** Types of tensors that are read as floating-point numbers. */
export const FLOAT_TYPES: ReadonlyMap<string, NumberType> = new Map([
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F32', 'float32'],
  ['F64', 'float64'],
]);

/**
 * Reads the numbers of a tensor of one of `FLOAT_TYPES` from the file at `path`, in its own order.
 * @throws EmbeddingAnimationError `SafetensorsInvalid` where the file can't be read; RangeError where it ends before the
 * tensor does, and for a tensor of another type
 */
export async function readTensor(
  path: string,
  tensor: Pick<StoredTensor, 'dtype' | 'shape' | 'offset'>,
  place: ErrorPlace,
): Promise<Float32Array> {
  const type = FLOAT_TYPES.get(tensor.dtype);
  if (type === undefined) throw new RangeError(`${tensor.dtype} is no type of floating-point numbers`);
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('SafetensorsInvalid', 'unreadable', undefined, { ...place, cause });
  });
  try {
    const layout = { rows: 1, cols: countNumbers([tensor]), offset: tensor.offset, type } as const;
    return (await readMatrix(file, { ...layout, littleEndian: true, order: 'rows' })).data;
  } finally {
    await file.close();
  }
}
