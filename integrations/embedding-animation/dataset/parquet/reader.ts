/** Reader of the type `parquet`: labelled images in Parquet files, as the Hugging Face hub keeps them. */
import { createHash } from 'node:crypto';
import { basename, isAbsolute, resolve } from 'node:path';
import type { DatasetItem } from '../../contracts.ts';
import { findInAnyForm, hashFile } from '../../files.ts';
import type { ParquetOptions } from '../../options/index.ts';
import { decodeFiles } from '../decode-files.ts';
import { datasetInvalid, nameByPaths, nameRows, type DatasetReader } from '../reader.ts';
import { findColumns, noteOtherColumns, readLabels, type ImageColumns } from './columns.ts';
import { findImages, openTable, type ColumnPath, type Table } from './table.ts';
import { findSplit, type SplitFiles } from './splits.ts';

/** Raised when the same files would give other names, labels or pixels. */
const READER_VERSION = 1;

/**
 * Opens a split: reads labels and names; images wait on disk until they are decoded. Items are in the order of files
 * and rows. They are called by the path that the table keeps for each image where those are unique, else
 * `<split>/<row>`.
 * @throws EmbeddingAnimationError `DatasetInvalid`; from `decode`, `ImageUnreadable` with file and row
 */
export const openParquet: DatasetReader<'parquet'> = async (options, { runFolder, ...context }) => {
  const shown = isAbsolute(options.path) ? basename(options.path) : options.path;
  const files = await findSplit(await findInAnyForm(resolve(runFolder, options.path)), shown, options.split);
  const contents = await inOrder(files.shards, ({ path }) => (context.hashFile ?? hashFile)(path)); // before they are read
  const tables = await inOrder(files.shards, openTable);
  const columns = checkColumns(tables, options);
  const images = await findImages(tables, columns.bytes);
  const placeOf = placeRows(tables);
  const { classNames, labels } = readLabels(await readAll(tables, columns.label), {
    name: columns.label.join('.'),
    classNames: columns.classNames,
    placeOf,
  });
  const names = await nameItems(tables, columns, files.split);
  return {
    classNames,
    items: labels.map((label, row): DatasetItem => ({ name: names[row]!, label })),
    digest: digestFiles(files, columns, contents),
    source: `Parquet ${shown}, split ${files.split}`,
    notices: noteOtherColumns(tables[0]!, options), // a split has a file
    ...decodeFiles({
      turn: options.exifOrientation !== 'ignore',
      read: (index) => images.read(index),
      openPass: async () => {
        const passing = await findImages(tables, columns.bytes, 0);
        return (index) => passing.read(index);
      },
      placeOf: (index) => {
        const { file, row } = placeOf(index);
        return `${file}, row ${row}`;
      },
    }),
  };
};

/** The columns of the first table, once all have them with the same classes. */
function checkColumns(tables: readonly Table[], options: ParquetOptions): ImageColumns {
  const columns = tables.map((table) => findColumns(table, options));
  const first = columns[0]!; // a split has a file
  const other = columns.findIndex((each) => JSON.stringify(each) !== JSON.stringify(first));
  if (other === -1) return first;
  throw datasetInvalid(tables[other]!.shown, 'tablesDiffer', { first: tables[0]!.shown });
}

async function nameItems(tables: readonly Table[], { path }: ImageColumns, split: string): Promise<string[]> {
  const named = path === undefined ? undefined : nameByPaths(await readAll(tables, path));
  if (named !== undefined) return named;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return nameRows(split, rows);
}

/** All values of a small column, in the order of files and rows. */
async function readAll(tables: readonly Table[], column: ColumnPath): Promise<unknown[]> {
  const columns = await inOrder(tables, (table) => table.read(column, { start: 0, end: table.rows }));
  return columns.flat();
}

/** Where the row `index` of the split lies. */
function placeRows(tables: readonly Table[]): (index: number) => { file: string; row: number } {
  return (index) => {
    let row = index;
    for (const table of tables) {
      if (row < table.rows) return { file: table.shown, row };
      row -= table.rows;
    }
    throw new RangeError(`the set has no image ${index}`);
  };
}

/** @param contents sha256 (hex) of each file */
function digestFiles(
  { split }: SplitFiles,
  { bytes, label }: ImageColumns,
  contents: readonly string[],
): string {
  const parts = { version: READER_VERSION, split, bytes, label, contents };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Maps in order, one at a time: memory and open files stay those of one. */
async function inOrder<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
