/** `metadata.parquet` of an image folder: the columns file_name and the label's. */
import type { SchemaNode } from '../../formats/parquet/index.ts';
import { indexNames } from '../../names.ts';
import { integer, type LabelValue } from '../image-folder/label-values.ts';
import { FILE_COLUMN, type Metadata } from '../image-folder/metadata.ts';
import { datasetInvalid } from '../reader.ts';
import { readFeatures } from './features.ts';
import type { ShardFile } from './splits.ts';
import { openTable, type Table } from './table.ts';

/**
 * Reads the table. Where its `huggingface` metadata has names for the numbers of the label column, they are the
 * classes.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a missing column, a damaged file or a value that is no label
 */
export async function readMetadataTable(place: ShardFile, labelColumn: string): Promise<Metadata> {
  const table = await openTable(place);
  const file = findColumn(table, FILE_COLUMN);
  const label = findColumn(table, labelColumn);
  const classNames = readFeatures(table.huggingface).classNames.get(label.name);
  const range = { start: 0, end: table.rows };
  const names = await table.read(file.path, range);
  const values = await table.read(label.path, range);
  const isFraction = label.leaf?.meaning === 'float';
  const rows = names.map((name, row) => {
    const at = `row ${row}`;
    if (typeof name !== 'string') throw datasetInvalid(table.shown, 'listedWithoutName', { at });
    const column = label.name;
    const typed = typeValue(values[row], isFraction);
    if (typed === undefined) throw datasetInvalid(table.shown, 'metadataLabelType', { at, column });
    const named = classNames === undefined ? typed : nameLabel(typed, classNames, { table, row, column });
    return { at, fileName: name, label: named };
  });
  return { rows, classNames };
}

function findColumn({ schema, shown }: Table, name: string): SchemaNode {
  const names = schema.children.map((child) => child.name);
  const column = schema.children[indexNames(names)(name)];
  if (column === undefined) {
    throw datasetInvalid(shown, 'metadataColumnMissing', {
      at: 'its schema',
      column: name,
      there: names.join(', '),
    });
  }
  if (column.leaf?.repetitions === 0) return column;
  throw datasetInvalid(shown, 'metadataLabelType', { at: 'its schema', column: name });
}

function typeValue(value: unknown, isFraction: boolean): LabelValue | undefined {
  if (value === null || value === undefined) return { kind: 'none', text: '' };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'bigint') return integer(String(value));
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return { kind: 'none', text: 'nan' };
    return isFraction || !Number.isInteger(value) ? { kind: 'float', value } : integer(String(value));
  }
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? { kind: 'none', text } : { kind: 'text', text };
}

interface LabelPlace {
  readonly table: Table;
  readonly row: number;
  readonly column: string;
}

/** A number as the name that the file has for it. */
function nameLabel(
  value: LabelValue,
  classNames: readonly string[],
  { table, row, column }: LabelPlace,
): LabelValue {
  if (value.kind !== 'integer') return value;
  const label = Number(value.text);
  const name = classNames[label];
  if (name !== undefined) return { kind: 'text', text: name };
  const place = { row, column };
  if (label === -1) throw datasetInvalid(table.shown, 'labelUnknown', place);
  throw datasetInvalid(table.shown, 'labelUnnamed', { ...place, label, classes: classNames.length });
}
