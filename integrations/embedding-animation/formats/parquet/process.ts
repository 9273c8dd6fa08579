/** Reads Parquet files with hyparquet, in a process: damaged ones may keep it busy for ever, and it can be ended. */
import {
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { serveEndable } from '../../threads/endable-process.ts';
import {
  checkCounts,
  countColumn,
  findRanges,
  keepColumn,
  type ColumnPath,
  type RowRange,
} from './column-chunks.ts';
import { packCells, packNumbers, type NumberLists, type PackedCells } from './rows.ts';
import { describeSchema, type Leaf, type SchemaNode } from './schema.ts';
import { openSlices, type FileSlices } from './slices.ts';

/** A footer, as plain data. */
export interface Footer {
  /** Of the file that it was read from. */
  readonly fingerprint: string;
  readonly rows: number;
  /** Root of the schema. */
  readonly root: SchemaNode;
  /** Row groups. */
  readonly groups: readonly { readonly rows: number }[];
  /** What the writer says in its own words. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** What is asked of a file, which must still be the one whose footer was read. */
export type ParquetTask = { readonly path: string; readonly fingerprint?: string | undefined } & (
  | { readonly work: 'footer' }
  | { readonly work: 'ranges'; readonly column: ColumnPath }
  | { readonly work: 'cells'; readonly leaf: Leaf; readonly range: RowRange }
  | { readonly work: 'numbers'; readonly leaf: Leaf; readonly range: RowRange }
);

/** What each kind of task comes to. */
export interface ParquetResults {
  readonly footer: Footer;
  readonly ranges: readonly RowRange[];
  readonly cells: PackedCells;
  readonly numbers: NumberLists;
}

/** Footers that are kept: they may take longer to read than a page. */
const FOOTERS_KEPT = 4;
const footers = new Map<string, FileMetaData>();

/** Does one task. @throws Error that says what is wrong with the file, without its path */
async function readParquet(task: ParquetTask): Promise<ParquetResults[keyof ParquetResults]> {
  await using file = await openSlices(task.path);
  if (task.fingerprint !== undefined && task.fingerprint !== file.fingerprint)
    throw new Error('it has changed since it was opened');
  const metadata = await readMetadata(file);
  switch (task.work) {
    case 'footer':
      return { fingerprint: file.fingerprint, ...describeFooter(metadata, file.byteLength) };
    case 'ranges':
      return await findRanges(file, metadata, task.column);
    case 'cells':
      return packCells(await readColumn(file, metadata, task.leaf.path, task.range), task.leaf);
    case 'numbers':
      return packNumbers(await readColumn(file, metadata, task.leaf.path, task.range), task.leaf);
  }
}

async function readMetadata(file: FileSlices): Promise<FileMetaData> {
  const known = footers.get(file.fingerprint);
  if (known !== undefined) return known;
  const metadata = await parquetMetadataAsync(file);
  checkCounts(metadata, file.byteLength);
  const [oldest] = footers.keys();
  if (footers.size >= FOOTERS_KEPT && oldest !== undefined) footers.delete(oldest);
  footers.set(file.fingerprint, metadata);
  return metadata;
}

function describeFooter(metadata: FileMetaData, fileSize: number): Omit<Footer, 'fingerprint'> {
  const { num_rows, row_groups, key_value_metadata = [] } = metadata;
  return {
    rows: Number(num_rows),
    root: describeSchema(parquetSchema(metadata), (path) => countColumn(metadata, path, fileSize)),
    groups: row_groups.map((group) => ({ rows: Number(group.num_rows) })),
    metadata: new Map(key_value_metadata.map(({ key, value }) => [key, value ?? ''])),
  };
}

/** A column's values in a range of rows. */
async function readColumn(
  file: AsyncBuffer,
  whole: FileMetaData,
  column: ColumnPath,
  rows: RowRange,
): Promise<ArrayLike<unknown>> {
  const { metadata, range } = keepColumn(whole, column, rows);
  const [name = '', ...fields] = column;
  const scan = await parquetScan({ file, metadata, compressors: limitedDecompressors, utf8: false });
  const pieces: ArrayLike<unknown>[] = [];
  for (const group of scan.ranges) {
    const [rowStart, rowEnd] = [Math.max(range.start, group.rowStart), Math.min(range.end, group.rowEnd)];
    if (rowStart < rowEnd) pieces.push(await scan.readColumn({ column: name, rowStart, rowEnd }));
  }
  const values = joinPieces(pieces);
  const wanted = rows.end - rows.start;
  if (values.length !== wanted) throw new RangeError(`a column has ${values.length} rows of ${wanted}`);
  if (fields.length === 0) return values;
  const each = Array.from(values);
  return each.some(isListIn) ? each : each.map((value) => fields.reduce<unknown>(readField, value));
}

/** One piece as it is, several in one list: a typed array of many numbers is not taken apart. */
function joinPieces(pieces: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const joined: unknown[] = [];
  for (const piece of pieces) for (let i = 0; i < piece.length; i++) joined.push(piece[i]);
  return joined;
}

/** Whether a list lies in the value, alone in its groups: then the way to the column leads through the list. */
function isListIn(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Object.values(value).some(isListIn);
}

function readField(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

/** Free for a page of any size: runs of equal values take no room. */
const FREE_BYTES = 64 << 20;
/** Beyond that, for each byte that a page takes in the file. Pictures and embeddings hardly shrink at all. */
const MOST_GROWTH = 64;

/**
 * All that hyparquet-compressors has, with a limit: a page of a few bytes may say that it holds gigabytes. An empty page
 * is not decompressed: some refuse what they make of nothing.
 */
const limitedDecompressors: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]): [string, typeof decompress] => [
    codec,
    (input, length) => {
      if (length === 0) return new Uint8Array(0);
      if (!(length > 0 && length <= FREE_BYTES + MOST_GROWTH * input.length))
        throw new RangeError(`a page says that it holds ${length} bytes`);
      return decompress(input, length);
    },
  ]),
);

serveEndable(readParquet);
