/** One Parquet file, read column by column and piece by piece. */
import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type SchemaTree,
} from 'hyparquet';
import { compressors, decompressLz4Raw } from 'hyparquet-compressors';
import { LFS_PROBE_BYTES, refuseLfsPointer } from '../../formats/git-lfs.ts';
import { datasetInvalid } from '../reader.ts';
import { countNulls, findRanges, keepColumn, type ColumnPath, type RowRange } from './column-chunks.ts';
import { openSlices } from './file-slices.ts';
import type { ShardFile } from './files.ts';

/** A Parquet file whose footer has been read. */
export interface Table {
  readonly shown: string;
  readonly rows: number;
  /** Root of the schema. */
  readonly schema: SchemaTree;
  /** Value of the `huggingface` key in the footer. */
  readonly huggingface: string | undefined;
  /** Rows of a column that are null, as the footer tells; `undefined` where it does not. */
  countNulls(column: ColumnPath): number | undefined;
  /** The smallest ranges of rows that can be read without reading others, in order. */
  findRanges(column: ColumnPath): Promise<RowRange[]>;
  /**
   * The column's values in a range; bytes stay bytes.
   * @throws EmbeddingAnimationError `DatasetInvalid` when the file is damaged
   */
  read(column: ColumnPath, range: RowRange): Promise<unknown[]>;
}

/** hyparquet-compressors refuses the one byte that LZ4 makes of a page without values. */
const decompressors: Compressors = {
  ...compressors,
  LZ4_RAW: (input, length) => (length === 0 ? new Uint8Array(0) : decompressLz4Raw(input, length)),
};

/**
 * Opens a Parquet file: reads its footer.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a file that isn't Parquet, or that Git LFS has not fetched
 */
export async function openTable({ path, shown }: ShardFile): Promise<Table> {
  const file = await orDamaged(shown, () => openSlices(path));
  const startLength = Math.min(LFS_PROBE_BYTES, file.byteLength);
  const start = new Uint8Array(await orDamaged(shown, async () => file.slice(0, startLength)));
  refuseLfsPointer(start, 'DatasetInvalid', { file: shown });
  const metadata = await orDamaged(shown, () => parquetMetadataAsync(file));
  return {
    shown,
    rows: Number(metadata.num_rows),
    schema: parquetSchema(metadata),
    huggingface: metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value,
    countNulls: (column) => countNulls(metadata, column),
    findRanges: (column) => orDamaged(shown, () => findRanges(file, metadata, column)),
    read: (column, range) => orDamaged(shown, () => readColumn(file, metadata, column, range)),
  };
}

async function readColumn(
  file: AsyncBuffer,
  whole: FileMetaData,
  column: ColumnPath,
  rows: RowRange,
): Promise<unknown[]> {
  const { metadata, range } = keepColumn(whole, column, rows);
  const read = await parquetReadObjects({
    file,
    metadata,
    rowStart: range.start,
    rowEnd: range.end,
    compressors: decompressors,
    utf8: false,
    useOffsetIndex: true,
  });
  return read.map((row) => column.reduce<unknown>(readField, row));
}

function readField(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

async function orDamaged<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw datasetInvalid(shown, 'tableUnreadable', { said }, cause);
  }
}
