/** Parquet files as tables, read column by column and piece by piece, and the encoded images in them. */
import { makeError } from '../../errors.ts';
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
import { keepRecent } from '../../keep-recent.ts';
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

// --- encoded images of several tables by one index, read from disk as they are asked for

/** Encoded bytes that are kept in memory: some row groups or pages. */
const KEPT_BYTES = 64 << 20;

/** A range of one table's rows that is read at once. */
interface Block {
  readonly table: Table;
  readonly range: RowRange;
}

/** Images of several tables, counted through. */
export interface EncodedImages {
  /**
   * The encoded image `index`: a PNG, JPEG, … as stored. A view of a larger block.
   * @throws EmbeddingAnimationError `ImageUnreadable` for a row without bytes
   */
  read(index: number): Promise<Uint8Array>;
}

/**
 * Finds where the images of `column` lie in the tables; nothing of them is read yet. Images near each other are read
 * together and stay in memory for a while, so reading in order costs each byte once.
 * @param keptBytes most bytes that stay in memory; the block that was read last stays in any case
 * @throws EmbeddingAnimationError `DatasetInvalid` when a table holds paths instead of images
 */
export async function findImages(
  tables: readonly Table[],
  column: ColumnPath,
  keptBytes = KEPT_BYTES,
): Promise<EncodedImages> {
  const blocks: Block[] = [];
  for (const table of tables) {
    refuseExternal(table, column);
    for (const range of await table.findRanges(column)) blocks.push({ table, range });
  }
  const { blockOf, firstOf } = numberRows(blocks);
  const load = keepRecent(
    (block: number) => blocks[block]!.table.read(column, blocks[block]!.range),
    (values) => values.reduce<number>((sum, value) => sum + sizeOf(value), 0),
    keptBytes,
  );
  return {
    async read(index) {
      const block = blockOf[index]!;
      const value = (await load(block))[index - firstOf[block]!];
      if (value instanceof Uint8Array) return value;
      throw makeError('ImageUnreadable', 'noBytes', undefined);
    },
  };
}

/** For each image its block, and for each block its first image. */
function numberRows(blocks: readonly Block[]): { blockOf: Uint32Array; firstOf: Uint32Array } {
  const firstOf = new Uint32Array(blocks.length + 1);
  for (const [block, { range }] of blocks.entries())
    firstOf[block + 1] = firstOf[block]! + range.end - range.start;
  const blockOf = new Uint32Array(firstOf.at(-1) ?? 0);
  for (let block = 0; block < blocks.length; block++) {
    blockOf.fill(block, firstOf[block], firstOf[block + 1]);
  }
  return { blockOf, firstOf };
}

function refuseExternal(table: Table, column: ColumnPath): void {
  if (table.rows === 0 || table.countNulls(column) !== table.rows) return;
  throw datasetInvalid(table.shown, 'pathsNotImages', undefined);
}

function sizeOf(value: unknown): number {
  return value instanceof Uint8Array ? value.byteLength : 0;
}
