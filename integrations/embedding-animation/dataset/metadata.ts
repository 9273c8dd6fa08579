/** `metadata.csv` and `metadata.jsonl` of an image folder: the columns file_name and the label's. */
import { csvParseRows } from 'd3-dsv';
import { datasetInvalid } from './reader.ts';

/** One image as the metadata file has it, not checked yet. */
export interface MetadataRow {
  /** 1-based line of the file. */
  readonly line: number;
  readonly fileName: string;
  readonly label: string;
}

const FILE_COLUMN = 'file_name';

/**
 * Reads either kind of metadata file. Empty lines are left out; more columns may be there.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a missing column or a line that is not a row
 */
export function readMetadata(text: string, file: string, labelColumn: string): MetadataRow[] {
  const content = text.replace(/^\uFEFF/, '');
  return file.endsWith('.csv')
    ? readCsv(content, file, labelColumn)
    : readJsonLines(content, file, labelColumn);
}

function readCsv(text: string, file: string, labelColumn: string): MetadataRow[] {
  const [header = [], ...rows] = csvParseRows(text);
  const columnOf = (name: string): number => {
    const index = header.indexOf(name);
    if (index !== -1) return index;
    throw missingColumn(file, 1, name, header.join(', '));
  };
  const [fileColumn, classColumn] = [columnOf(FILE_COLUMN), columnOf(labelColumn)];
  const read: MetadataRow[] = [];
  let line = 1 + countLines(header);
  for (const cells of rows) {
    if (cells.length !== 1 || cells[0] !== '') {
      if (cells.length !== header.length) throw wrongLength(file, line, cells.length, header.length);
      read.push({ line, fileName: cells[fileColumn]!, label: cells[classColumn]!.trim() });
    }
    line += countLines(cells);
  }
  return read;
}

/** Lines a row takes: quoted cells may hold line breaks. */
function countLines(cells: readonly string[]): number {
  return cells.join('').split('\n').length;
}

function readJsonLines(text: string, file: string, labelColumn: string): MetadataRow[] {
  return text.split('\n').flatMap((content, index) => {
    if (content.trim() === '') return [];
    const line = index + 1;
    const row = parseObject(content, file, line);
    const read = (column: string): string => {
      const value = row[column];
      if (typeof value === 'string') return value.trim();
      if (typeof value === 'number') return String(value);
      throw missingColumn(file, line, column, Object.keys(row).join(', '));
    };
    return [{ line, fileName: read(FILE_COLUMN), label: read(labelColumn) }];
  });
}

function parseObject(content: string, file: string, line: number): Record<string, unknown> {
  const hint = 'Write one JSON object a line: {"file_name": "a.png", "label": "cat"}.';
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw datasetInvalid(file, `line ${line}: this is not JSON`, hint, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw datasetInvalid(file, `line ${line}: this is not a JSON object`, hint);
  }
  return { ...value };
}

function missingColumn(file: string, line: number, column: string, present: string): Error {
  return datasetInvalid(
    file,
    `line ${line}: there is no column "${column}" (there are: ${present === '' ? 'none' : present})`,
    `Add it, or name the right one as "labelColumn" in run.yaml.`,
  );
}

function wrongLength(file: string, line: number, cells: number, columns: number): Error {
  return datasetInvalid(
    file,
    `line ${line}: the row has ${cells} columns, the header ${columns}`,
    'Put cells that hold commas in double quotes.',
  );
}
