/** What can be wrong with an evaluation set in Parquet files. */
import { PATH_HINT } from './dataset-cases.ts';
import { always, when } from './entry.ts';

/** A row's label, and the column that it lies in. */
export interface RowLabel {
  /** Of the file, counted from 0. */
  readonly row: number;
  readonly column: string;
}

const NAME_LABEL_COLUMN = 'Fill it in, or name another column as "labelColumn" in run.yaml.';

const splitCases = {
  parquetMissing: always('there is no such file or folder', PATH_HINT),
  noParquet: always(
    'the folder holds no Parquet file',
    'Put files named <split>-00000-of-00001.parquet into it, or correct "path".',
  ),
  otherSplit: when(
    ({ there, wanted }: { there: string; wanted: string }) =>
      `the file holds the split "${there}", not "${wanted}"`,
    () => 'Leave "split" out, or let "path" be the folder of all splits.',
  ),
  noSuchSplit: when(
    ({ wanted, there }: { wanted: string; there: string }) =>
      `there is no split "${wanted}" (there are: ${there})`,
    () => 'Correct "split".',
  ),
  severalSplits: when(
    ({ there }: { there: string }) => `it does not show which split is meant (there are: ${there})`,
    () => 'Name one as "split", or let "path" be a file.',
  ),
  severalUploads: when(
    ({ one, other }: { one: string; other: string }) =>
      `${one} and ${other} are the same split of different uploads`,
    () => 'Let "path" be the folder of one of them.',
  ),
  shardTwice: when(
    ({ name }: { name: string }) => `${name} is there twice under different names`,
    () => 'Delete one of them.',
  ),
  shardMissing: when(
    ({ split }: { split: string }) => `this file of the split "${split}" is missing`,
    () => 'Download it again: all files of a split are needed.',
  ),
};

/** Of Parquet files, their columns and labels. */
export const parquetCases = {
  ...splitCases,
  tableUnreadable: when(
    ({ said }: { said: string }) => `the Parquet file can't be read: ${said}`,
    () => 'Check that the file is complete, and download it again if it is not.',
  ),
  tablesDiffer: when(
    ({ first }: { first: string }) => `its columns or class names differ from those of ${first}`,
    () => 'Put files of one data set into the folder.',
  ),
  columnMissing: when(
    ({ column, there }: { column: string; there: string; key: string }) =>
      `there is no column "${column}" (there are: ${there})`,
    ({ key }) => `Name the right one as "${key}" in run.yaml.`,
  ),
  labelsAreStructures: when(
    ({ column }: { column: string }) => `the column "${column}" holds structures, not one class an image`,
    () => 'Name a column of whole numbers or text as "labelColumn" in run.yaml.',
  ),
  columnWithoutImages: when(
    ({ column }: { column: string }) =>
      `the column "${column}" holds no images: it is neither {bytes, path} nor bytes`,
    () => 'Name the column of images as "imageColumn" in run.yaml.',
  ),
  pathsNotImages: always(
    'the table holds paths of images, not the images',
    'Write it again with the images in it: embed_external_files=True in the datasets library, or use "image-folder".',
  ),
  labelEmpty: when(
    (label: RowLabel) => `${sayLabel(label)} is empty`,
    () => NAME_LABEL_COLUMN,
  ),
  labelOfOtherType: when(
    (label: RowLabel) => `${sayLabel(label)} is neither a whole number nor text`,
    () => NAME_LABEL_COLUMN,
  ),
  labelUnknown: when(
    (label: RowLabel) => `${sayLabel(label)} is −1, which stands for "unknown"`,
    () => 'Choose a split whose labels are published.',
  ),
  labelUnnamed: when(
    (facts: RowLabel & { label: number; classes: number }) =>
      `${sayLabel(facts)} is ${facts.label}, but ${facts.classes} classes have names`,
    () => 'Download the file again.',
  ),
};

function sayLabel({ row, column }: RowLabel): string {
  return `row ${row}: the label (column "${column}")`;
}
