/** A Parquet file on disk, read column by column and piece by piece. */
import { stat } from 'node:fs/promises';
import { openEndableProcess, type EndableProcess } from '../../threads/endable-process.ts';
import type { ColumnPath, RowRange } from './column-chunks.ts';
import type { Footer, ParquetResults, ParquetTask } from './process.ts';
import { unpackCells, type Cell, type NumberLists } from './rows.ts';
import type { Leaf } from './schema.ts';
import { refuseToOpen } from './slices.ts';

/** A Parquet file whose footer has been read. What its columns hold is decoded as it is asked for. */
export interface ParquetFile extends Footer {
  /** The smallest ranges of rows that can be read without reading others, in order. @throws Error */
  findRanges(leaf: Leaf): Promise<readonly RowRange[]>;
  /** The cells of a column that does not repeat. @throws Error for a damaged file */
  readCells(leaf: Leaf, range: RowRange): Promise<Cell[]>;
  /**
   * The numbers of a column in row group `group`: a list a row where the column lies in one repeated node, else a
   * number a row. @throws Error for a damaged file
   */
  readNumbers(leaf: Leaf, group: number): Promise<NumberLists>;
}

/** A healthy small file takes some milliseconds. */
const LEAST_MS = 1500;
/** A healthy large one is read ten times as fast. */
const BYTES_PER_MS = 1000;
/** JavaScript memory of the process for a small file, and steps for larger ones. */
const LEAST_HEAP_MB = 192;
/** Values as JavaScript holds them take this much more room than in the file; compressed ones even more. */
const HEAP_GROWTH = 24;
const MOST_HEAP_MB = 4096;

const processes = new Map<number, EndableProcess<ParquetTask, ParquetResults[keyof ParquetResults]>>();

/**
 * Opens a Parquet file: reads its footer.
 * @throws Error that says what is wrong with the file, without its path
 */
export async function openParquetFile(path: string): Promise<ParquetFile> {
  const { size } = await stat(path).catch(refuseToOpen);
  const limitMs = LEAST_MS + size / BYTES_PER_MS;
  const run = async <Work extends ParquetTask['work']>(
    task: Extract<ParquetTask, { work: Work }>,
  ): Promise<ParquetResults[Work]> => {
    const result = await processFor(size).run(task, limitMs);
    return result as ParquetResults[Work]; // `readParquet` answers each kind of work in its way
  };
  const footer = await run<'footer'>({ work: 'footer', path });
  const { fingerprint } = footer;
  const starts = [0];
  for (const { rows } of footer.groups) starts.push(starts.at(-1)! + rows);
  return {
    ...footer,
    findRanges: ({ path: column }: { readonly path: ColumnPath }) =>
      run<'ranges'>({ work: 'ranges', path, fingerprint, column }),
    readCells: async (leaf, range) =>
      unpackCells(await run<'cells'>({ work: 'cells', path, fingerprint, leaf, range })),
    readNumbers(leaf, group) {
      const range = { start: starts[group]!, end: starts[group + 1]! };
      return run<'numbers'>({ work: 'numbers', path, fingerprint, leaf, range });
    },
  };
}

/** The process for files of `size` bytes: larger ones may take more memory, by powers of two. */
function processFor(size: number) {
  const wanted = LEAST_HEAP_MB + (HEAP_GROWTH * size) / 2 ** 20;
  const heap = Math.min(MOST_HEAP_MB, LEAST_HEAP_MB * 2 ** Math.ceil(Math.log2(wanted / LEAST_HEAP_MB)));
  const known = processes.get(heap);
  if (known !== undefined) return known;
  const opened = openEndableProcess<ParquetTask, ParquetResults[keyof ParquetResults]>(
    new URL('./process.ts', import.meta.url),
    heap,
  );
  processes.set(heap, opened);
  return opened;
}
