/** One Parquet file, read column by column and piece by piece. The only importer of hyparquet in this room. */
import { open } from 'node:fs/promises';
import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  readOffsetIndex,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type RowGroup,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';
import { compressors, decompressLz4Raw } from 'hyparquet-compressors';
import { isLfsPointer, LFS_HINT, LFS_POINTER_START } from '../../images/index.ts';
import { datasetInvalid } from '../reader.ts';
import type { ShardFile } from './files.ts';

/** A column of a table: its name, or the way to a field in a struct, such as `['image', 'bytes']`. */
export type ColumnPath = readonly string[];

/** Rows that lie together in a file: from `start` up to but not including `end`. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

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

/** Row groups of a column up to this size are read whole, larger ones by page where the file has an index of them. */
const GROUP_BYTES = 4 << 20;

/** hyparquet-compressors refuses the one byte that LZ4 makes of a page without values. */
const decompressors: Compressors = {
  ...compressors,
  LZ4_RAW: (input, length) => (length === 0 ? new Uint8Array(0) : decompressLz4Raw(input, length)),
};

/**
 * Opens a Parquet file: reads its footer, keeps no file open.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a file that isn't Parquet, or that Git LFS has not fetched
 */
export async function openTable({ path, shown }: ShardFile): Promise<Table> {
  const file = await openSlices(path);
  if (isLfsPointer(new Uint8Array(await file.slice(0, Math.min(LFS_POINTER_START, file.byteLength))))) {
    throw datasetInvalid(shown, 'the file is a Git LFS pointer, not the data', LFS_HINT);
  }
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

/** Reads slices of a file without keeping it open, so that a set of many files holds no descriptors. */
async function openSlices(path: string): Promise<AsyncBuffer> {
  const handle = await open(path);
  const { size } = await handle.stat().finally(() => handle.close());
  return {
    byteLength: size,
    async slice(start, end = size) {
      await using file = await open(path);
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw new Error('it is shorter than its footer says');
      return bytes.buffer;
    },
  };
}

async function readColumn(
  file: AsyncBuffer,
  metadata: FileMetaData,
  column: ColumnPath,
  { start, end }: RowRange,
): Promise<unknown[]> {
  const rows = await parquetReadObjects({
    file,
    metadata: keepColumn(metadata, column),
    rowStart: start,
    rowEnd: end,
    compressors: decompressors,
    utf8: false,
    useOffsetIndex: true,
  });
  return rows.map((row) => column.reduce<unknown>(readField, row));
}

function readField(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

/** The file as if it had this one column: a struct is read whole otherwise, images and all for their names. */
function keepColumn(metadata: FileMetaData, column: ColumnPath): FileMetaData {
  const root = parquetSchema(metadata);
  const schema: SchemaElement[] = [{ ...root.element, num_children: 1 }];
  let node = root;
  for (const name of column) {
    node = node.children.find(({ element }) => element.name === name)!; // callers take names from the schema
    schema.push(node.children.length === 0 ? node.element : { ...node.element, num_children: 1 });
  }
  const groups = metadata.row_groups.map((group) => ({ ...group, columns: [findChunk(group, column)] }));
  return { ...metadata, schema, row_groups: groups };
}

function findChunk(group: RowGroup, column: ColumnPath): RowGroup['columns'][number] {
  const path = column.join('\0');
  return group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join('\0') === path)!; // see keepColumn
}

function countNulls(metadata: FileMetaData, column: ColumnPath): number | undefined {
  let total = 0;
  for (const group of metadata.row_groups) {
    const count = findChunk(group, column).meta_data?.statistics?.null_count;
    if (count === undefined) return undefined;
    total += Number(count);
  }
  return total;
}

async function findRanges(
  file: AsyncBuffer,
  metadata: FileMetaData,
  column: ColumnPath,
): Promise<RowRange[]> {
  const ranges: RowRange[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const firsts = await findPages(file, findChunk(group, column));
    for (const [page, first] of firsts.entries()) {
      ranges.push({ start: start + first, end: page + 1 < firsts.length ? start + firsts[page + 1]! : end });
    }
    start = end;
  }
  return ranges.filter((range) => range.end > range.start);
}

/** First row of each page, counted from the row group's first; `[0]` where the group is read whole. */
async function findPages(file: AsyncBuffer, chunk: RowGroup['columns'][number]): Promise<number[]> {
  const { offset_index_offset: offset, offset_index_length: length, meta_data } = chunk;
  const isSmall = Number(meta_data?.total_compressed_size ?? 0) <= GROUP_BYTES;
  if (isSmall || offset === undefined || length === undefined) return [0];
  const bytes = await file.slice(Number(offset), Number(offset) + length);
  const { page_locations } = readOffsetIndex({ view: new DataView(bytes), offset: 0 });
  return page_locations.map(({ first_row_index }) => Number(first_row_index));
}

async function orDamaged<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw datasetInvalid(
      shown,
      `the Parquet file can't be read: ${said}`,
      'Check that the file is complete, and download it again if it is not.',
      cause,
    );
  }
}
