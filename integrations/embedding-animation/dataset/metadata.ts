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
    throw datasetInvalid(file, 'metadataColumnMissing', { line: 1, column: name, there: header.join(', ') });
  };
  const [fileColumn, classColumn] = [columnOf(FILE_COLUMN), columnOf(labelColumn)];
  const read: MetadataRow[] = [];
  let line = 1 + countLines(header);
  for (const cells of rows) {
    if (cells.length !== 1 || cells[0] !== '') {
      if (cells.length !== header.length) {
        const columns = header.length;
        throw datasetInvalid(file, 'metadataRowLength', { line, cells: cells.length, columns });
      }
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
      throw datasetInvalid(file, 'metadataColumnMissing', {
        line,
        column,
        there: Object.keys(row).join(', '),
      });
    };
    return [{ line, fileName: read(FILE_COLUMN), label: read(labelColumn) }];
  });
}

function parseObject(content: string, file: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw datasetInvalid(file, 'metadataNotJson', { line }, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw datasetInvalid(file, 'metadataNotAnObject', { line });
  }
  return { ...value };
}
