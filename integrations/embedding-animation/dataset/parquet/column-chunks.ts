/** Where one column's values lie in a Parquet file. */
import {
  parquetSchema,
  readOffsetIndex,
  type AsyncBuffer,
  type ColumnChunk,
  type FileMetaData,
  type RowGroup,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';

/** A column of a table: its name, or the way to a field in a struct, such as `['image', 'bytes']`. */
export type ColumnPath = readonly string[];

/** Rows that lie together in a file: from `start` up to but not including `end`. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Row groups of a column up to this size are read whole, larger ones by page where the file has an index of them. */
const GROUP_BYTES = 4 << 20;

/** A part of a file, described as if it were a file. */
export interface FilePart {
  readonly metadata: FileMetaData;
  /** Rows of the part, counted from its first. */
  readonly range: RowRange;
}

/**
 * The file as if it had one column, and only the row groups of a range. hyparquet reads a struct whole, images and
 * all for their names, and plans every read over all row groups.
 */
export function keepColumn(metadata: FileMetaData, column: ColumnPath, range: RowRange): FilePart {
  const groups: RowGroup[] = [];
  let [start, skipped] = [0, 0];
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    if (end <= range.start) skipped = end;
    else if (start < range.end) groups.push({ ...group, columns: [findChunk(group, column)] });
    start = end;
  }
  return {
    metadata: { ...metadata, schema: keepSchema(parquetSchema(metadata), column), row_groups: groups },
    range: { start: range.start - skipped, end: range.end - skipped },
  };
}

/** The schema's elements on the way to a column, root first. */
function keepSchema(root: SchemaTree, column: ColumnPath): SchemaElement[] {
  const elements: SchemaElement[] = [{ ...root.element, num_children: 1 }];
  let node = root;
  for (const name of column) {
    node = node.children.find(({ element }) => element.name === name)!; // callers take names from the schema
    elements.push(node.children.length === 0 ? node.element : { ...node.element, num_children: 1 });
  }
  return elements;
}

function findChunk(group: RowGroup, column: ColumnPath): ColumnChunk {
  const path = column.join('\0');
  return group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join('\0') === path)!; // see keepSchema
}

/** Rows of the column that are null; `undefined` where the footer does not tell. */
export function countNulls(metadata: FileMetaData, column: ColumnPath): number | undefined {
  let total = 0;
  for (const group of metadata.row_groups) {
    const count = findChunk(group, column).meta_data?.statistics?.null_count;
    if (count === undefined) return undefined;
    total += Number(count);
  }
  return total;
}

/** The smallest ranges of rows that can be read without reading others, in order. */
export async function findRanges(
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
async function findPages(file: AsyncBuffer, chunk: ColumnChunk): Promise<number[]> {
  const { offset_index_offset: offset, offset_index_length: length, meta_data } = chunk;
  const isSmall = Number(meta_data?.total_compressed_size ?? 0) <= GROUP_BYTES;
  if (isSmall || offset === undefined || length === undefined) return [0];
  const bytes = await file.slice(Number(offset), Number(offset) + length);
  const { page_locations } = readOffsetIndex({ view: new DataView(bytes), offset: 0 });
  return page_locations.map(({ first_row_index }) => Number(first_row_index));
}
