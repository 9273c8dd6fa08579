/** Which file of an image folder belongs to which class. */
import { posix } from 'node:path';
import { isReadableImage } from '../../images/index.ts';
import { nameClasses, type LabelValue, type NamingValue } from './label-values.ts';
import type { Metadata, MetadataRow } from './metadata.ts';
import { compareNames } from '../../names.ts';
import { datasetInvalid } from '../reader.ts';

/** An image and its class. */
export interface LabelledFile {
  /** Path relative to the image folder, with forward slashes. */
  readonly name: string;
  readonly className: string;
}

/**
 * Labels `<class>/<file>` by its folder.
 * @throws EmbeddingAnimationError `DatasetInvalid` when an image lies in no class folder, or in a folder of one
 */
export function labelByFolder(files: readonly string[], shown: string): LabelledFile[] {
  return files.filter(isReadableImage).map((name) => {
    const [className, ...rest] = name.split('/');
    if (className !== undefined && rest.length === 1) return { name, className };
    throw datasetInvalid(name, rest.length === 0 ? 'imageInNoClass' : 'imageTooDeep', { folder: shown });
  });
}

/** One metadata file as read. */
export interface MetadataFile extends Metadata {
  /** Its path, relative to the image folder. */
  readonly file: string;
}

/** Finds a file on disk by the path that a metadata file has for it. */
export interface FileFinder {
  /** Its path as the file system has it; `undefined` where there is none. */
  find(name: string): Promise<string | undefined>;
  /** Whether it is an image by its name or, where that does not tell, by its content. */
  isImage(name: string): Promise<boolean>;
}

/**
 * Labels the images that metadata files list, each relative to its own folder; others are left out. Values of the label
 * column become names as in the datasets library.
 * @throws EmbeddingAnimationError `DatasetInvalid` with the line that can't be used
 */
export async function labelByMetadata(
  metadata: readonly MetadataFile[],
  files: FileFinder,
  labelColumn: string,
): Promise<LabelledFile[]> {
  const listed = new Map<string, string>();
  const names: string[] = [];
  const labels: NamingValue[] = [];
  for (const { file, rows } of metadata) {
    for (const row of rows) {
      const { at } = row;
      const name = await findListed(row, file, files);
      const first = listed.get(name);
      const before = first?.startsWith(`${file}, `) === true ? first.slice(file.length + 2) : first;
      if (before !== undefined) throw datasetInvalid(file, 'listedTwice', { at, name, first: before });
      listed.set(name, `${file}, ${at}`);
      names.push(name);
      labels.push(requireLabel(row, name, file, labelColumn));
    }
  }
  const classNames = nameClasses(labels);
  return names.map((name, index) => ({ name, className: classNames[index]! }));
}

/**
 * The classes of labelled files, in order: that of their numbers where the metadata has names for these, else by code
 * points.
 */
export function orderClasses(
  labelled: readonly LabelledFile[],
  metadata: readonly Pick<Metadata, 'classNames'>[],
): string[] {
  const used = new Set(labelled.map(({ className }) => className));
  const [first = [], ...others] = metadata.map(({ classNames = [] }) => classNames);
  const isSame = others.every(
    (names) => names.length === first.length && names.every((name, i) => name === first[i]),
  );
  const numbered = isSame ? first : [];
  const known = new Set(numbered);
  return [...numbered, ...[...used].filter((name) => !known.has(name)).sort(compareNames)];
}

/** The path of a row's image on disk, once it is known to be there, to lie in the file's folder and to be an image. */
async function findListed({ at, fileName }: MetadataRow, file: string, files: FileFinder): Promise<string> {
  if (fileName === '') throw datasetInvalid(file, 'listedWithoutName', { at });
  const below = posix.normalize(fileName.replaceAll('\\', '/'));
  if (fileName.includes('://') || posix.isAbsolute(below) || below === '..' || below.startsWith('../')) {
    throw datasetInvalid(file, 'listedOutside', { at, name: fileName });
  }
  const name = await files.find(posix.join(posix.dirname(file), below));
  if (name === undefined) throw datasetInvalid(file, 'listedFileMissing', { at, name: below });
  if (await files.isImage(name)) return name;
  throw datasetInvalid(file, 'listedNotAnImage', { at, name: fileName });
}

function requireLabel(
  { at, label }: { readonly at: string; readonly label: LabelValue },
  name: string,
  file: string,
  column: string,
): NamingValue {
  if (label.kind !== 'none') return label;
  const isEmpty = label.text === '';
  throw datasetInvalid(file, isEmpty ? 'listedWithoutLabel' : 'listedAsMissing', {
    at,
    name,
    column,
    text: label.text,
  });
}
