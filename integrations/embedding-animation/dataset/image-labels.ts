/** Which file of an image folder belongs to which class. */
import { posix } from 'node:path';
import { readMetadata, type MetadataRow } from './metadata.ts';
import { datasetInvalid } from './reader.ts';

/** An image and its class. */
export interface LabelledFile {
  /** Path relative to the image folder, with forward slashes. */
  readonly name: string;
  readonly className: string;
}

/** Names of metadata files, as in Hugging Face's `imagefolder`. */
export const METADATA_FILES = ['metadata.csv', 'metadata.jsonl'] as const;

const IMAGE_FILE = /\.(png|jpe?g|webp)$/i;

/**
 * Labels `<class>/<file>` by its folder.
 * @throws EmbeddingAnimationError `DatasetInvalid` when an image lies in no class folder, or in a folder of one
 */
export function labelByFolder(files: readonly string[], shown: string): LabelledFile[] {
  return files
    .filter((name) => IMAGE_FILE.test(name))
    .map((name) => {
      const [className, ...rest] = name.split('/');
      if (className !== undefined && rest.length === 1) return { name, className };
      const where = rest.length === 0 ? 'in no class folder' : 'deeper than <class>/<file>';
      throw datasetInvalid(
        name,
        `the image lies ${where}`,
        `"path" (${shown}) must be the folder that holds one folder a class; or list the images in a metadata.csv.`,
      );
    });
}

/**
 * Labels the images that a metadata file lists; others are left out.
 * @throws EmbeddingAnimationError `DatasetInvalid` with the line that can't be used
 */
export function labelByMetadata(
  text: string,
  file: (typeof METADATA_FILES)[number],
  files: readonly string[],
  labelColumn: string,
): LabelledFile[] {
  const existing = new Set(files);
  const seen = new Map<string, number>();
  return readMetadata(text, file, labelColumn).map((row) => {
    const name = checkName(row, file);
    const invalid = (problem: string, hint: string): Error =>
      datasetInvalid(file, `line ${row.line}: ${problem}`, hint);
    const first = seen.get(name);
    if (first !== undefined)
      throw invalid(`"${name}" was listed in line ${first} already`, 'Delete one of the lines.');
    seen.set(name, row.line);
    if (!existing.has(name)) throw invalid(`there is no file "${name}"`, 'Add the file or delete the line.');
    if (row.label === '') throw invalid(`"${name}" has no label`, `Fill in the column "${labelColumn}".`);
    return { name, className: row.label };
  });
}

/** The row's path in its shortest form, once it is known to stay in the folder and to be an image. */
function checkName({ line, fileName }: MetadataRow, file: string): string {
  const name = posix.normalize(fileName);
  const invalid = (problem: string, hint: string): Error =>
    datasetInvalid(file, `line ${line}: ${problem}`, hint);
  if (fileName === '') throw invalid('file_name is empty', 'Name an image, relative to the image folder.');
  if (posix.isAbsolute(name) || name === '..' || name.startsWith('../')) {
    throw invalid(`"${fileName}" leaves the image folder`, 'Name an image in the folder, relative to it.');
  }
  if (!IMAGE_FILE.test(name)) {
    throw invalid(`"${fileName}" is not an image this reader knows`, 'Use png, jpg, jpeg or webp.');
  }
  return name;
}
