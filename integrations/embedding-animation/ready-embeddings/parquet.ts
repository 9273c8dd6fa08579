/** `embedding.parquet`: a column of lists, or one column a dimension. */
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { EmbeddingAnimationError, makeError, type ErrorPlace } from '../errors.ts';
import type { ReadyEmbeddings } from './open.ts';
import { readLists, readListWidth, readNumberColumns, type TableScan } from './parquet-columns.ts';
import { withFile } from './with-file.ts';

/** Names of a column of lists. */
const NAMES: readonly string[] = ['embedding', 'embeddings'];

/** What a Parquet file is read with. */
interface OpenTable {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/**
 * Opens the column `embedding` or `embeddings` of lists, whether of fixed size or not; else all columns of
 * floating-point numbers in the file's order. Whole numbers and text, which are labels and names, are left out.
 * @throws EmbeddingAnimationError `EmbeddingsInvalid`
 */
export async function openParquet(path: string, place: ErrorPlace): Promise<ReadyEmbeddings> {
  await withFile(path, place, () => Promise.resolve()); // asyncBufferFromFile knows no pointer and no place
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof EmbeddingAnimationError) throw cause;
      const said = cause instanceof Error ? cause.message : String(cause);
      throw makeError('EmbeddingsInvalid', 'notParquet', { said }, { ...place, cause });
    }
  };
  const scan = async (columns: string[]): Promise<TableScan> =>
    parquetScan({ ...(await openTable(path)), columns, compressors });
  return attempt(async () => {
    const { metadata } = await openTable(path);
    const { children } = parquetSchema(metadata);
    const rows = Number(metadata.num_rows);
    const list = children.find(
      ({ element, children }) => NAMES.includes(element.name) && children.length > 0,
    );
    if (list !== undefined) {
      const { name } = list.element;
      const cols = rows === 0 ? 0 : await readListWidth(await scan([name]), name, place);
      const read = () => attempt(async () => readLists(await scan([name]), name, { rows, cols }, place));
      return { rows, cols, read };
    }
    const names = children.filter(isFloatColumn).map(({ element }) => element.name);
    if (names.length === 0) throw noColumn(children, place);
    const shape = { rows, cols: names.length };
    return {
      ...shape,
      read: () => attempt(async () => readNumberColumns(await scan(names), names, shape, place)),
    };
  });
}

async function openTable(path: string): Promise<OpenTable> {
  const file = await asyncBufferFromFile(path);
  return { file, metadata: await parquetMetadataAsync(file) };
}

function isFloatColumn({ element, children }: SchemaTree): boolean {
  const { type, logical_type: logical } = element;
  return children.length === 0 && (type === 'FLOAT' || type === 'DOUBLE' || logical?.type === 'FLOAT16');
}

function noColumn(children: readonly SchemaTree[], place: ErrorPlace): EmbeddingAnimationError {
  const columns = children.map(({ element }) => element.name).join(', ');
  return makeError('EmbeddingsInvalid', 'noColumns', { columns }, place);
}
