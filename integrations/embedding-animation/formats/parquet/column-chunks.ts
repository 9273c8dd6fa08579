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
/** Rows and values that a file of any size may have: a run of equal ones takes no room. */
const MOST_FREE_ENTRIES = 1 << 22;
/** Beyond that, for each byte of the file. Numbers that tell something take more than a bit. */
const MOST_ENTRIES_A_BYTE = 8;

/**
 * Checks the counts of a footer against each other and the file's size.
 * @throws RangeError
 */
export function checkCounts({ num_rows, row_groups }: FileMetaData, fileSize: number): void {
  const rows = Number(num_rows);
  const inGroups = row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (!Number.isSafeInteger(rows) || rows < 0 || rows !== inGroups)
    throw new RangeError(`it has ${rows} rows, and its row groups ${inGroups}`);
  if (rows > MOST_FREE_ENTRIES + MOST_ENTRIES_A_BYTE * fileSize)
    throw new RangeError(`it can not hold ${rows} rows in ${fileSize} bytes`);
}

/** Values of a column in the whole file, and rows of it that are null where the footer tells. @throws RangeError */
export function countColumn(
  { row_groups }: FileMetaData,
  path: ColumnPath,
  fileSize: number,
): { readonly nulls: number | undefined; readonly entries: number } {
  let [nulls, entries]: [number | undefined, number] = [0, 0];
  for (const group of row_groups) {
    const { num_values, statistics } = findChunk(group, path).meta_data ?? {};
    entries += Number(num_values);
    const inGroup = statistics?.null_count;
    nulls = nulls === undefined || inGroup === undefined ? undefined : nulls + Number(inGroup);
  }
  if (!(entries >= 0 && entries <= MOST_FREE_ENTRIES + MOST_ENTRIES_A_BYTE * fileSize))
    throw new RangeError(`the column "${path.join('.')}" can not hold ${entries} values`);
  return { nulls, entries };
}

/** A part of a file, described as if it were a file. */
export interface FilePart {
  readonly metadata: FileMetaData;
  /** Rows of the part, counted from its first. */
  readonly range: RowRange;
}

/**
 * The file as if it had one column, and only the row groups of a range. hyparquet reads a struct whole, images and
 * all for their names, and plans every read over all row groups.
 * @throws RangeError where the file has no such column
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
  let node: SchemaTree | undefined = root;
  for (const name of column) {
    node = node.children.find(({ element }) => element.name === name);
    if (node === undefined) throw new RangeError(`it has no column "${column.join('.')}"`);
    elements.push(node.children.length === 0 ? node.element : { ...node.element, num_children: 1 });
  }
  return elements;
}

function findChunk(group: RowGroup, column: ColumnPath): ColumnChunk {
  const path = column.join('\0');
  const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join('\0') === path);
  if (chunk === undefined) throw new RangeError(`a row group has no column "${column.join('.')}"`);
  return chunk;
}

/** The smallest ranges of rows that can be read without reading others, in order. @throws RangeError */
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
      const range = { start: start + first, end: page + 1 < firsts.length ? start + firsts[page + 1]! : end };
      if (!(range.start >= start && range.end >= range.start && range.end <= end))
        throw new RangeError('the index of its pages is wrong');
      ranges.push(range);
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
