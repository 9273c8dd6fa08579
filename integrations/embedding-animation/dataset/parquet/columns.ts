/** Which columns of a table are the images, their names and their classes. */
import type { Notice } from '../../contracts.ts';
import type { SchemaNode } from '../../formats/parquet/index.ts';
import { indexNames } from '../../names.ts';
import { makeNotice } from '../../notices.ts';
import type { ParquetOptions } from '../../options/index.ts';
import { datasetInvalid } from '../reader.ts';
import { readFeatures, type Features } from './features.ts';
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
