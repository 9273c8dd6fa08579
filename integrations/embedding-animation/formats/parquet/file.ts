/** A Parquet file on disk, read column by column and piece by piece. */
import { findChunk, parseFooter, type ColumnChunk, type Footer, type Leaf } from './footer.ts';
import { decodePages, type Page } from './pages.ts';
import { readCells, readLists, readNumbers, type Cell, type NumberLists } from './rows.ts';
import type { FileSlices } from './slices.ts';
import { readThrift } from './thrift.ts';

/** Rows that lie together in a file: from `start` up to but not including `end`. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** A Parquet file whose footer has been read. What its columns hold is decoded as it is asked for. */
export interface ParquetFile extends Footer {
  /** Rows of a column that are null, as the footer tells; `undefined` where it does not. @throws RangeError */
  countNulls(leaf: Leaf): number | undefined;
  /** Entries that the footer says a column has in all: its values, and places without one. @throws RangeError */
  countEntries(leaf: Leaf): number;
  /** The smallest ranges of rows that can be read without reading others, in order. @throws Error */
  findRanges(leaf: Leaf): Promise<RowRange[]>;
  /** The cells of a column that does not repeat. @throws Error for a damaged file */
  readCells(leaf: Leaf, range: RowRange): Promise<Cell[]>;
  /**
   * The numbers of a column in row group `group`: a list a row where the column lies in one repeated node, else a
   * number a row. @throws Error for a damaged file
   */
  readNumbers(leaf: Leaf, group: number): Promise<NumberLists>;
}

/** Magic, and before it the footer's length. */
const TAIL_BYTES = 8;
const MAGIC = 'PAR1';
const MAGIC_OF_ENCRYPTED = 'PARE';
/** Footers of tables with ten thousand columns in a hundred row groups are smaller. */
const MOST_FOOTER_BYTES = 256 << 20;
/** Row groups of a column up to this size are read whole, larger ones by page where the file has an index of them. */
const GROUP_BYTES = 4 << 20;

/**
 * Opens a Parquet file: reads its footer.
 * @throws Error that says what is wrong with the file, without its path
 */
export async function openParquetFile(slices: FileSlices): Promise<ParquetFile> {
  const footer = parseFooter(await readFooter(slices), slices.size);
  const chunkOf = (group: number, leaf: Leaf): ColumnChunk =>
    findChunk(footer.groups[group]!, leaf, slices.size);
  const sum = <Count extends number | undefined>(leaf: Leaf, count: (chunk: ColumnChunk) => Count) =>
    footer.groups.map((_, group) => count(chunkOf(group, leaf)));
  return {
    ...footer,
    countNulls(leaf) {
      const counts = sum(leaf, ({ nulls }) => nulls);
      return counts.reduce<number | undefined>(
        (total, count) => (total === undefined || count === undefined ? undefined : total + count),
        0,
      );
    },
    countEntries: (leaf) => sum(leaf, ({ values }) => values).reduce((total, count) => total + count, 0),
    async findRanges(leaf) {
      const ranges: RowRange[] = [];
      let start = 0;
      for (const [group, { rows }] of footer.groups.entries()) {
        const pages = await findPages(slices, chunkOf(group, leaf), rows);
        for (const [i, { row }] of pages.entries())
          ranges.push({ start: start + row, end: start + (pages[i + 1]?.row ?? rows) });
        start += rows;
      }
      return ranges.filter((range) => range.end > range.start);
    },
    async readCells(leaf, range) {
      const cells: Cell[] = [];
      let start = 0;
      for (const [group, { rows }] of footer.groups.entries()) {
        const part = { start: Math.max(range.start - start, 0), end: Math.min(range.end - start, rows) };
        start += rows;
        if (part.end <= part.start) continue;
        for (const cell of await readPart(slices, chunkOf(group, leaf), leaf, rows, part)) cells.push(cell);
      }
      return cells;
    },
    async readNumbers(leaf, group) {
      const { rows } = footer.groups[group]!;
      const pages = await readWhole(slices, chunkOf(group, leaf), leaf);
      return leaf.repetitions === 0 ? readNumbers(pages, leaf, rows) : readLists(pages, leaf, rows);
    },
  };
}

async function readFooter(slices: FileSlices): Promise<Uint8Array> {
  if (slices.size < TAIL_BYTES + MAGIC.length) throw new RangeError('it is too short');
  const end = slices.size - TAIL_BYTES;
  const tail = Buffer.from(await slices.read(end, slices.size));
  const magic = tail.toString('latin1', 4);
  if (magic === MAGIC_OF_ENCRYPTED) throw new RangeError('its footer is encrypted');
  if (magic !== MAGIC) throw new RangeError('it does not end as a Parquet file does');
  const length = tail.readUInt32LE(0);
  if (length > end || length > MOST_FOOTER_BYTES) throw new RangeError(`its footer has ${length} bytes`);
  return slices.read(end - length, end);
}

/** A page of a column chunk. */
interface PagePlace {
  /** First row, counted from the row group's first. */
  readonly row: number;
  /** First byte in the file. */
  readonly start: number;
}

/** The pages that can be read alone; one that stands for all where the group is read whole. */
async function findPages(slices: FileSlices, chunk: ColumnChunk, rows: number): Promise<PagePlace[]> {
  const { offsetIndex, bytes, start } = chunk;
  if (bytes <= GROUP_BYTES || offsetIndex === undefined) return [{ row: 0, start }];
  const index = await slices.read(offsetIndex.start, offsetIndex.start + offsetIndex.bytes);
  const pages = readThrift(index)
    .struct.structs(1)
    .map((page): PagePlace => ({ start: page.size(1), row: page.size(3) }));
  for (const [i, page] of pages.entries()) {
    const before = pages[i - 1];
    const isFirst =
      before === undefined ? page.row === 0 : page.row >= before.row && page.start > before.start;
    if (!isFirst || page.row > rows || page.start < start || page.start >= start + bytes)
      throw new RangeError('the index of its pages is wrong');
  }
  return pages;
}

/** Rows `part` of a row group. */
async function readPart(
  slices: FileSlices,
  chunk: ColumnChunk,
  leaf: Leaf,
  rows: number,
  part: RowRange,
): Promise<Cell[]> {
  if (leaf.repetitions > 0) throw new RangeError(`the column "${leaf.path.join('.')}" repeats`);
  const isWhole = part.start === 0 && part.end === rows;
  const pages = isWhole ? [] : await findPages(slices, chunk, rows);
  const first = pages.findLastIndex(({ row }) => row <= part.start);
  const after = pages.findIndex(({ row }) => row >= part.end);
  const [from, to] = [pages[first]?.row ?? 0, pages[after]?.row ?? rows];
  if (pages.length < 2) {
    const cells = readCells(await readWhole(slices, chunk, leaf), leaf, rows);
    return isWhole ? cells : cells.slice(part.start, part.end);
  }
  const end = chunk.start + chunk.bytes;
  const parts = [
    await slices.read(chunk.start, pages[0]!.start), // the dictionary
    await slices.read(pages[first]!.start, pages[after]?.start ?? end),
  ];
  const decoded = decodePages(Buffer.concat(parts), chunk.codec, leaf, to - from);
  return readCells(decoded, leaf, to - from).slice(part.start - from, part.end - from);
}

async function readWhole(slices: FileSlices, chunk: ColumnChunk, leaf: Leaf): Promise<Page[]> {
  const bytes = await slices.read(chunk.start, chunk.start + chunk.bytes);
  return decodePages(bytes, chunk.codec, leaf, chunk.values);
}
