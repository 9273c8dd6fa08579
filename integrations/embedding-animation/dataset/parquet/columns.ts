/** The columns of a table: which are the images, their names and their classes, and which class each value is. */
import { z } from 'zod';
import type { Notice } from '../../contracts.ts';
import type { EmbeddingAnimationError } from '../../errors.ts';
import type { SchemaNode } from '../../formats/parquet/index.ts';
import { indexNames, sortDistinct } from '../../names.ts';
import { makeNotice } from '../../notices.ts';
import type { ParquetOptions } from '../../options/index.ts';
import { datasetInvalid } from '../reader.ts';
import type { ColumnPath, Table } from './table.ts';

/** The columns of a table that are read. */
export interface ImageColumns {
  /** Encoded images. */
  readonly bytes: ColumnPath;
  /** What each image was called; `undefined` where the table does not tell. */
  readonly path: ColumnPath | undefined;
  readonly label: ColumnPath;
  /** Names of the classes in the order of their numbers; `undefined` where the table does not tell. */
  readonly classNames: readonly string[] | undefined;
}

type ColumnOptions = Pick<ParquetOptions, 'imageColumn' | 'labelColumn'>;

/** Columns where neither options nor the file's metadata name them. */
const IMAGE_COLUMN = 'image';
const LABEL_COLUMN = 'label';

/**
 * Finds the columns: those that the options name, else the first image and the first class label of the file's
 * `huggingface` metadata, else `image` and `label`.
 * @throws EmbeddingAnimationError `DatasetInvalid` for a column that is not there or holds something else
 */
export function findColumns({ schema, shown, huggingface }: Table, options: ColumnOptions): ImageColumns {
  const features = readFeatures(huggingface);
  const findName = indexNames(schema.children.map(({ name }) => name));
  const find = (key: keyof ColumnOptions, name: string): SchemaNode => {
    const column = schema.children[findName(name)];
    if (column !== undefined) return column;
    const there = schema.children.map((child) => `"${child.name}"`).join(', ');
    throw datasetInvalid(shown, 'columnMissing', { column: name, there, key });
  };
  const image = find('imageColumn', options.imageColumn ?? features.images[0] ?? IMAGE_COLUMN);
  const label = find('labelColumn', options.labelColumn ?? features.labels[0] ?? LABEL_COLUMN);
  if (!isLeaf(label)) {
    throw datasetInvalid(shown, 'labelsAreStructures', { column: label.name });
  }
  if (label.leaf?.meaning === 'other') {
    throw datasetInvalid(shown, 'labelOfOtherType', { row: 0, column: label.name });
  }
  const names = features.classNames.get(label.name);
  return { ...findImageFields(image, shown), label: label.path, classNames: names };
}

/** Notes columns that could have been chosen as well, where nobody has chosen. */
export function noteOtherColumns(
  { huggingface }: Pick<Table, 'huggingface'>,
  options: ColumnOptions,
): Notice[] {
  const { images, labels }: Features = readFeatures(huggingface);
  const [image = '', ...otherImages] = options.imageColumn === undefined ? images : [];
  const [label = '', ...otherLabels] = options.labelColumn === undefined ? labels : [];
  return [
    ...(otherImages.length === 0 ? [] : [makeNotice('ImageColumnsNotUsed', otherImages, { used: image })]),
    ...(otherLabels.length === 0 ? [] : [makeNotice('LabelColumnsNotUsed', otherLabels, { used: label })]),
  ];
}

/** `{bytes, path}` as the datasets library stores an image, or a column of bytes. */
function findImageFields(image: SchemaNode, shown: string): Pick<ImageColumns, 'bytes' | 'path'> {
  const bytes = image.children.length === 0 ? image : image.children.find(isNamed('bytes'));
  if (bytes === undefined || !isLeaf(bytes) || !isBinary(bytes)) {
    throw datasetInvalid(shown, 'columnWithoutImages', { column: image.name });
  }
  const path = image.children.find(isNamed('path'));
  return { bytes: bytes.path, path: path?.leaf?.meaning === 'text' && isLeaf(path) ? path.path : undefined };
}

function isNamed(name: string): (node: SchemaNode) => boolean {
  return (node) => node.name === name;
}

/** Whether a column holds bytes that are not text: texts would be paths or addresses of images. */
function isBinary({ leaf }: SchemaNode): boolean {
  return leaf?.meaning === 'bytes';
}

/** Whether a column has one value a row. */
function isLeaf({ leaf }: SchemaNode): boolean {
  return leaf?.repetitions === 0;
}

// --- the `huggingface` metadata of a Parquet file: the features as the datasets library writes them

/** What a file says of its columns. */
interface Features {
  /** Columns of images. */
  readonly images: readonly string[];
  /** Columns of classes. */
  readonly labels: readonly string[];
  /** Names of classes by column, in the order of their numbers. */
  readonly classNames: ReadonlyMap<string, readonly string[]>;
}

const metadataSchema = z.object({
  info: z.object({ features: z.record(z.string(), z.unknown()) }),
});
const imageSchema = z.object({ _type: z.literal('Image') });
const classLabelSchema = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()).optional() });

/**
 * Reads the metadata. A file without it, or with other things in it, has no features: its columns are then told by
 * their names.
 */
export function readFeatures(huggingface: string | undefined): Features {
  const features = Object.entries(parseFeatures(huggingface));
  const labels = features.flatMap(([column, feature]) => {
    const parsed = classLabelSchema.safeParse(feature);
    return parsed.success ? [[column, parsed.data.names] as const] : [];
  });
  return {
    images: features.flatMap(([column, feature]) => (imageSchema.safeParse(feature).success ? [column] : [])),
    labels: labels.map(([column]) => column),
    classNames: new Map(labels.flatMap(([column, names]) => (names === undefined ? [] : [[column, names]]))),
  };
}

function parseFeatures(huggingface: string | undefined): Record<string, unknown> {
  if (huggingface === undefined) return {};
  try {
    return metadataSchema.safeParse(JSON.parse(huggingface)).data?.info.features ?? {};
  } catch {
    return {}; // not JSON: written by something else under the same key
  }
}

// --- values of a label column as classes

/** The class of every row. */
interface Labels {
  readonly classNames: readonly string[];
  /** `[n]`, indices into `classNames`. */
  readonly labels: readonly number[];
}

/** A label column as read. */
interface LabelColumn {
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
    const unnamed = read.findIndex((label) => classNames[label] === undefined);
    if (unnamed === -1) return { classNames, labels: read };
    throw labelWithoutName(read[unnamed]!, classNames.length, findPlace(unnamed, column));
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

/** A row of a table and its label's column, as messages name them. */
interface LabelPlace {
  readonly file: string;
  readonly row: number;
  readonly column: string;
}

/** The error for a number in a label column that none of the `classes` names of the file stands for. */
export function labelWithoutName(label: number, classes: number, place: LabelPlace): EmbeddingAnimationError {
  return label === -1
    ? datasetInvalid(place.file, 'labelUnknown', place)
    : datasetInvalid(place.file, 'labelUnnamed', { ...place, label, classes });
}

function findPlace(row: number, { name, placeOf }: LabelColumn): LabelPlace {
  return { ...placeOf(row), column: name };
}
