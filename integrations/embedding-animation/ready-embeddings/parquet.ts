/** `embedding.parquet`: a column of lists, or one column a dimension. */
import { EmbeddingAnimationError, makeError, type ErrorPlace } from '../errors.ts';
import { openParquetFile, type Leaf, type SchemaNode } from '../formats/parquet/index.ts';
import type { ReadyEmbeddings } from './open.ts';
import { readLists, readListWidth, readNumberColumns } from './parquet-columns.ts';
import { withFile } from './with-file.ts';

/** Names of a column of lists. */
const NAMES: readonly string[] = ['embedding', 'embeddings'];

/**
 * Opens the column `embedding` or `embeddings` of lists, whether of fixed size or not; else all columns of
 * floating-point numbers in the file's order. Whole numbers and text, which are labels and names, are left out.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid`
 */
export async function openParquet(path: string, place: ErrorPlace): Promise<ReadyEmbeddings> {
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
    const { root, rows } = file;
    const list = root.children.find(({ name, children }) => NAMES.includes(name) && children.length > 0);
    const leaf = list === undefined ? undefined : findListLeaf(list);
    if (list !== undefined && leaf !== undefined) {
      if (leaf.meaning !== 'float' && leaf.meaning !== 'integer')
        throw makeError(
          'EmbeddingsInvalid',
          'rowNotANumber',
          { row: 0, column: list.name, holds: 'something else' },
          place,
        );
      const cols = rows === 0 ? 0 : await readListWidth(file, leaf, list.name, place);
      const shape = { rows, cols };
      return { ...shape, read: () => attempt(() => readLists(file, leaf, list.name, shape, place)) };
    }
    const leaves = root.children.flatMap(({ leaf }) =>
      leaf !== undefined && leaf.meaning === 'float' && leaf.repetitions === 0 ? [leaf] : [],
    );
    if (leaves.length === 0) throw noColumn(root.children, place);
    const shape = { rows, cols: leaves.length };
    return {
      ...shape,
      read: () => attempt(() => readNumberColumns(file, leaves, shape, place)),
    };
  });
}

/** The values of a list: the only column below it, in one repeated node. */
function findListLeaf(node: SchemaNode): Leaf | undefined {
  if (node.leaf !== undefined) return node.leaf.repetitions === 1 ? node.leaf : undefined;
  return node.children.length === 1 ? findListLeaf(node.children[0]!) : undefined;
}

function noColumn(children: readonly SchemaNode[], place: ErrorPlace): EmbeddingAnimationError {
  const columns = children.map(({ name }) => name).join(', ');
  return makeError('EmbeddingsInvalid', 'noColumns', { columns }, place);
}
