/** What metadata files of an image folder say, in CSV, JSON Lines or Parquet: the columns file_name and the label's. */
import { csvParseRows } from 'd3-dsv';
import { LFS_PROBE_BYTES, refuseLfsPointer } from '../../formats/git-lfs.ts';
import type { SchemaNode } from '../../formats/parquet/index.ts';
import { indexNames } from '../../names.ts';
import { labelWithoutName, readFeatures } from '../parquet/columns.ts';
import type { ShardFile } from '../parquet/splits.ts';
import { openTable, type Table } from '../parquet/table.ts';
import { datasetInvalid } from '../reader.ts';
import { integer, typeCells, typeValue, type LabelValue } from './label-values.ts';

/** One image as a metadata file has it, not checked yet. */
export interface MetadataRow {
  /** Where it stands in the file, for messages: `line 3`, of a table `row 3`. */
  readonly at: string;
  readonly fileName: string;
  readonly label: LabelValue;
}

/** What a metadata file says. */
export interface Metadata {
  readonly rows: readonly MetadataRow[];
  /** Names of the classes in the order of their numbers, where the file itself has them. */
  readonly classNames?: readonly string[] | undefined;
}

/** Column of paths, relative to the metadata file's own folder. */
const FILE_COLUMN = 'file_name';

/**
 * Reads `metadata.csv` or `metadata.jsonl`. Empty lines are left out; more columns may be there. Values are typed as the datasets
 * library types them.
 * @param file its path, as messages name it
 * @throws EmbeddingAnimationError `DatasetInvalid` for a missing column, a line that is not a row, a text that is not
 * UTF-8, or a file that Git LFS has not fetched
 */
export function readMetadata(bytes: Uint8Array, file: string, labelColumn: string): Metadata {
  refuseLfsPointer(bytes.subarray(0, LFS_PROBE_BYTES), 'DatasetInvalid', { file });
  const text = decodeText(bytes, file);
  const rows = file.endsWith('.csv')
    ? readCsv(text, file, labelColumn)
    : readJsonLines(text, file, labelColumn);
  return { rows };
}

/** Leaves out a byte order mark. */
function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw datasetInvalid(file, 'metadataNotUtf8', undefined, cause);
  }
}

function readCsv(text: string, file: string, labelColumn: string): MetadataRow[] {
  const [header = [], ...rows] = csvParseRows(text);
  const find = indexNames(header);
  const columnOf = (name: string): number => {
    const index = find(name);
    if (index !== -1) return index;
    throw columnMissing(file, 'line 1', name, header);
  };
  const [fileColumn, classColumn] = [columnOf(FILE_COLUMN), columnOf(labelColumn)];
  const read: { at: string; fileName: string; cell: string }[] = [];
  let line = 1 + countLines(header);
  for (const cells of rows) {
    const at = `line ${line}`;
    line += countLines(cells);
    if (cells.length === 1 && cells[0]!.trim() === '') continue;
    if (cells.length > header.length) {
      throw datasetInvalid(file, 'metadataRowLength', { at, cells: cells.length, columns: header.length });
    }
    read.push({ at, fileName: cells[fileColumn] ?? '', cell: cells[classColumn] ?? '' }); // cells at the end may be missing
  }
  const labels = typeCells(read.map(({ cell }) => cell));
  return read.map(({ at, fileName }, row) => ({ at, fileName, label: labels[row]! }));
}

/** Lines a row takes: quoted cells may hold line breaks. */
function countLines(cells: readonly string[]): number {
  return cells.join('').split('\n').length;
}

function readJsonLines(text: string, file: string, labelColumn: string): MetadataRow[] {
  return text.split('\n').flatMap((content, index) => {
    if (content.trim() === '') return [];
    const at = `line ${index + 1}`;
    const row = parseObject(content, file, at);
    const columns = Object.keys(row);
    const find = indexNames(columns);
    const read = (column: string): unknown => {
      const found = columns[find(column)];
      if (found === undefined) throw columnMissing(file, at, column, columns);
      return row[found];
    };
    const fileName = read(FILE_COLUMN);
    if (typeof fileName !== 'string') throw datasetInvalid(file, 'listedWithoutName', { at });
    const label = typeWritten(read(labelColumn));
    if (label === undefined) throw datasetInvalid(file, 'metadataLabelType', { at, column: labelColumn });
    return [{ at, fileName, label }];
  });
}

/** A number in JSON as it is written: `1` is a whole number, `1.0` a fraction. */
class WrittenNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

function typeWritten(value: unknown): LabelValue | undefined {
  if (!(value instanceof WrittenNumber)) return typeValue(value);
  const { source } = value;
  return /^-?\d+$/.test(source) ? integer(source) : { kind: 'float', value: Number(source) };
}

function parseObject(content: string, file: string, at: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content, keepNumbers);
  } catch (cause) {
    throw datasetInvalid(file, 'metadataNotJson', { at }, cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw datasetInvalid(file, 'metadataNotAnObject', { at });
}

/** A reviver; its third parameter came with Node.js 21. */
function keepNumbers(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new WrittenNumber(context?.source ?? String(value)) : value;
}

function columnMissing(file: string, at: string, column: string, there: readonly string[]): Error {
  return datasetInvalid(file, 'metadataColumnMissing', { at, column, there: there.join(', ') });
}

// --- tables

/**
 * Reads `metadata.parquet`. Where its `huggingface` metadata has names for the numbers of the label column, they are the
 * classes.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a missing column, a damaged file or a value that is no label
 */
export async function readMetadataTable(place: ShardFile, labelColumn: string): Promise<Metadata> {
  const table = await openTable(place);
  const file = findColumn(table, FILE_COLUMN);
  const labelled = findColumn(table, labelColumn);
  const column = labelled.name;
  const classNames = readFeatures(table.huggingface).classNames.get(column);
  const range = { start: 0, end: table.rows };
  const names = await table.read(file.path, range);
  const values = await table.read(labelled.path, range);
  const isFraction = labelled.leaf?.meaning === 'float';
  const rows = names.map((name, row) => {
    const at = `row ${row}`;
    if (typeof name !== 'string') throw datasetInvalid(table.shown, 'listedWithoutName', { at });
    const label = typeCell(values[row], isFraction);
    if (label === undefined) throw datasetInvalid(table.shown, 'metadataLabelType', { at, column });
    if (classNames === undefined || label.kind !== 'integer') return { at, fileName: name, label };
    const number = Number(label.text);
    const text = classNames[number];
    if (text === undefined)
      throw labelWithoutName(number, classNames.length, { file: table.shown, row, column });
    return { at, fileName: name, label: { kind: 'text', text } as const };
  });
  return { rows, classNames };
}

function findColumn({ schema, shown }: Table, name: string): SchemaNode {
  const names = schema.children.map((child) => child.name);
  const column = schema.children[indexNames(names)(name)];
  if (column === undefined) throw columnMissing(shown, 'its schema', name, names);
  if (column.leaf?.repetitions === 0) return column;
  throw datasetInvalid(shown, 'metadataLabelType', { at: 'its schema', column: name });
}

/** @param isFraction whether the column's numbers are floats, whatever they are */
function typeCell(value: unknown, isFraction: boolean): LabelValue | undefined {
  if (typeof value !== 'number') return typeValue(value);
  if (Number.isNaN(value)) return { kind: 'none', text: 'nan' };
  return isFraction || !Number.isInteger(value) ? { kind: 'float', value } : integer(String(value));
}
