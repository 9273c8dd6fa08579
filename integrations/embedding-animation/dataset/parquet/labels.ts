/** Values of a label column as classes. */
import { sortDistinct } from '../ordering.ts';
import { datasetInvalid } from '../reader.ts';

/** The class of every row. */
export interface Labels {
  readonly classNames: readonly string[];
  /** `[n]`, indices into `classNames`. */
  readonly labels: readonly number[];
}

/** A label column as read. */
export interface LabelColumn {
  /** The column's name. */
  readonly name: string;
  /** Names in the order of their numbers; `undefined` where the file gives none. */
  readonly classNames: readonly string[] | undefined;
  /** Where a row lies, for messages. */
  readonly placeOf: (row: number) => { readonly file: string; readonly row: number };
}

/**
 * Turns values into classes. Numbers count the names of the column; without names each distinct number is a class,
 * in numeric order, and each distinct text one in code-point order.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a row without a label, or with one that has no name
 */
export function readLabels(values: readonly unknown[], column: LabelColumn): Labels {
  const read = values.map((value, row) => readLabel(value, row, column));
  const { classNames } = column;
  if (classNames !== undefined && read.every((value) => typeof value === 'number')) {
    const labels = read.map((value, row) => checkLabel(value, row, column, classNames));
    return { classNames, labels };
  }
  const numbers = read.every((value) => typeof value === 'number')
    ? [...new Set(read)].sort((a, b) => a - b).map(String)
    : undefined;
  const names = numbers ?? sortDistinct(read.map(String));
  const labelOf = new Map(names.map((name, label) => [name, label]));
  return { classNames: names, labels: read.map((value) => labelOf.get(String(value))!) };
}

function readLabel(value: unknown, row: number, column: LabelColumn): number | string {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False'; // as the datasets library names them
  if (Number.isInteger(value)) return Number(value);
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  const isMissing = value === null || value === undefined || typeof value === 'string';
  const place = findPlace(row, column);
  throw datasetInvalid(place.file, isMissing ? 'labelEmpty' : 'labelOfOtherType', place);
}

function checkLabel(label: number, row: number, column: LabelColumn, classNames: readonly string[]): number {
  if (label >= 0 && label < classNames.length) return label;
  const place = findPlace(row, column);
  if (label === -1) throw datasetInvalid(place.file, 'labelUnknown', place);
  throw datasetInvalid(place.file, 'labelUnnamed', { ...place, label, classes: classNames.length });
}

/** Where a row lies, as a message names it. */
function findPlace(
  row: number,
  { name, placeOf }: LabelColumn,
): { file: string; row: number; column: string } {
  return { ...placeOf(row), column: name };
}
