/** `embedding.npy`: one matrix, as numpy.save writes it. */
import { makeError, type ErrorPlace } from '../errors.ts';
import { NUMBER_TYPES, readMatrix, type MatrixLayout } from '../formats/matrix.ts';
import { readNpyHeader } from '../formats/npy.ts';
import { withFile, type ReadyEmbeddings } from './ready-file.ts';

/**
 * Opens the matrix of a .npy file.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid`
 */
export async function openNpy(path: string, place: ErrorPlace): Promise<ReadyEmbeddings> {
  const layout = await withFile(path, place, async (file) => {
    const found = await readNpyHeader(file, place);
    checkLength((await file.stat()).size, found, place);
    return found;
  });
  const { rows, cols } = layout;
  return {
    rows,
    cols,
    unused: [],
    choice: undefined,
    read: () => withFile(path, place, (file) => readMatrix(file, layout)),
  };
}

function checkLength(size: number, { rows, cols, offset, type }: MatrixLayout, place: ErrorPlace): void {
  const end = offset + rows * cols * NUMBER_TYPES[type].bytes;
  if (size < end) throw makeError('EmbeddingsInvalid', 'cutOff', { size, end }, place);
  if (size > end) throw makeError('EmbeddingsInvalid', 'leftOver', { bytes: size - end }, place);
}
