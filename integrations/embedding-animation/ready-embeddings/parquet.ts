/** `embedding.parquet`: a column of lists, or one column a dimension. */
import { EmbeddingAnimationError, makeError, type ErrorPlace } from '../errors.ts';
import { openParquetFile } from '../formats/parquet/index.ts';
import { chooseColumns } from './choose-columns.ts';
import type { ReadyEmbeddings } from './open.ts';
import { readLists, readListWidth, readNumberColumns } from './parquet-columns.ts';
import { withFile } from './with-file.ts';

/**
 * Opens the columns that `chooseColumns` finds. Lists may be of fixed size or not, and lie in a structure of one field.
 * @param column which they are, where they don't show it
 * @throws EmbeddingAnimationError `EmbeddingsInvalid`
 */
export async function openParquet(
  path: string,
  place: ErrorPlace,
  column: string | undefined,
): Promise<ReadyEmbeddings> {
  await withFile(path, place, () => Promise.resolve()); // which knows pointers of Git LFS
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof EmbeddingAnimationError) throw cause;
      const said = cause instanceof Error ? cause.message : String(cause);
      throw makeError('EmbeddingsInvalid', 'notParquet', { said }, { ...place, cause });
    }
  };
  return attempt(async () => {
    const file = await openParquetFile(path);
    const { form, leaves, unused, choice } = chooseColumns(file, column, place);
    const [leaf] = leaves;
    const { rows } = file;
    if (form === 'numbers' || leaf === undefined) {
      const shape = { rows, cols: leaves.length };
      return {
        ...shape,
        unused,
        choice,
        read: () => attempt(() => readNumberColumns(file, leaves, shape, place)),
      };
    }
    const name = leaf.path[0]!;
    const cols = rows === 0 ? 0 : await readListWidth(file, leaf, name, place);
    const shape = { rows, cols };
    return { ...shape, unused, choice, read: () => attempt(() => readLists(file, leaf, name, shape, place)) };
  });
}
