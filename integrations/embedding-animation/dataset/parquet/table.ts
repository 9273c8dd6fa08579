/** One Parquet file, read column by column and piece by piece. */
import { openRegularFile } from '../../files.ts';
import { readLfsProbe, refuseLfsPointer } from '../../formats/git-lfs.ts';
import {
  openParquetFile,
  refuseToOpen,
  type Cell,
  type ColumnPath,
  type Leaf,
  type RowRange,
  type SchemaNode,
} from '../../formats/parquet/index.ts';
import { datasetInvalid } from '../reader.ts';
import type { ShardFile } from './splits.ts';

export type { ColumnPath } from '../../formats/parquet/index.ts';

/** A Parquet file whose footer has been read. */
export interface Table {
  readonly shown: string;
  readonly rows: number;
  /** Root of the schema. */
  readonly schema: SchemaNode;
  /** Value of the `huggingface` key in the footer. */
  readonly huggingface: string | undefined;
  /** Rows of a column that are null, as the footer tells; `undefined` where it does not. */
  countNulls(column: ColumnPath): number | undefined;
  /** The smallest ranges of rows that can be read without reading others, in order. */
  findRanges(column: ColumnPath): Promise<readonly RowRange[]>;
  /**
   * The column's values in a range; bytes stay bytes.
   * @throws EmbeddingAnimationError `DatasetInvalid` when the file is damaged
   */
  read(column: ColumnPath, range: RowRange): Promise<Cell[]>;
}

/**
 * Opens a Parquet file: reads its footer.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a file that isn't Parquet, or that Git LFS has not fetched
 */
export async function openTable({ path, shown }: ShardFile): Promise<Table> {
  refuseLfsPointer(await orDamaged(shown, () => readStart(path)), 'DatasetInvalid', { file: shown });
  const file = await orDamaged(shown, () => openParquetFile(path));
  const leafOf = (column: ColumnPath): Leaf => findLeaf(file.root, column);
  return {
    shown,
    rows: file.rows,
    schema: file.root,
    huggingface: file.metadata.get('huggingface'),
    countNulls: (column) => leafOf(column).nulls,
    findRanges: (column) => orDamaged(shown, () => file.findRanges(leafOf(column))),
    read: (column, range) => orDamaged(shown, () => file.readCells(leafOf(column), range)),
  };
}

async function readStart(path: string): Promise<Uint8Array> {
  const file = await openRegularFile(path).catch(refuseToOpen);
  try {
    return await readLfsProbe(file);
  } finally {
    await file.close();
  }
}

function findLeaf(root: SchemaNode, column: ColumnPath): Leaf {
  const node = column.reduce<SchemaNode | undefined>(
    (parent, name) => parent?.children.find((child) => child.name === name),
    root,
  );
  if (node?.leaf !== undefined) return node.leaf;
  throw new RangeError(`it has no column "${column.join('.')}"`);
}

async function orDamaged<T>(shown: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw datasetInvalid(shown, 'tableUnreadable', { said }, cause);
  }
}
