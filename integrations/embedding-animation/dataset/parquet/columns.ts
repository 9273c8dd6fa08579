/** Which columns of a table are the images, their names and their classes. */
import type { SchemaTree } from 'hyparquet';
import type { Notice } from '../../contracts.ts';
import { indexNames } from '../../names.ts';
import { makeNotice } from '../../notices.ts';
import type { ParquetOptions } from '../../options/index.ts';
import { datasetInvalid } from '../reader.ts';
import { readFeatures, type Features } from './features.ts';
import type { ColumnPath } from './column-chunks.ts';
import type { Table } from './table.ts';

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
  const findName = indexNames(schema.children.map(({ element }) => element.name));
  const find = (key: keyof ColumnOptions, name: string): SchemaTree => {
    const column = schema.children[findName(name)];
    if (column !== undefined) return column;
    const there = schema.children.map(({ element }) => `"${element.name}"`).join(', ');
    throw datasetInvalid(shown, 'columnMissing', { column: name, there, key });
  };
  const image = find('imageColumn', options.imageColumn ?? features.images[0] ?? IMAGE_COLUMN);
  const label = find('labelColumn', options.labelColumn ?? features.labels[0] ?? LABEL_COLUMN);
  if (!isLeaf(label)) {
    throw datasetInvalid(shown, 'labelsAreStructures', { column: label.element.name });
  }
  const names = features.classNames.get(label.element.name);
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
function findImageFields(image: SchemaTree, shown: string): Pick<ImageColumns, 'bytes' | 'path'> {
  const bytes = image.children.length === 0 ? image : image.children.find(isNamed('bytes'));
  if (bytes === undefined || !isLeaf(bytes) || !isBinary(bytes)) {
    throw datasetInvalid(shown, 'columnWithoutImages', { column: image.element.name });
  }
  const path = image.children.find(isNamed('path'));
  return { bytes: bytes.path, path: path !== undefined && isLeaf(path) ? path.path : undefined };
}

function isNamed(name: string): (node: SchemaTree) => boolean {
  return ({ element }) => element.name === name;
}

/** Whether a column holds bytes that are not text: texts would be paths or addresses of images. */
function isBinary({ element }: SchemaTree): boolean {
  const isText = element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING';
  return element.type === 'BYTE_ARRAY' && !isText;
}

/** Whether a column has one value a row. */
function isLeaf({ children, element }: SchemaTree): boolean {
  return children.length === 0 && element.repetition_type !== 'REPEATED';
}
