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
      throw datasetInvalid(name, rest.length === 0 ? 'imageInNoClass' : 'imageTooDeep', { folder: shown });
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
    const { line } = row;
    const first = seen.get(name);
    if (first !== undefined) throw datasetInvalid(file, 'listedTwice', { line, name, first });
    seen.set(name, line);
    if (!existing.has(name)) throw datasetInvalid(file, 'listedFileMissing', { line, name });
    if (row.label === '')
      throw datasetInvalid(file, 'listedWithoutLabel', { line, name, column: labelColumn });
    return { name, className: row.label };
  });
}

/** The row's path in its shortest form, once it is known to stay in the folder and to be an image. */
function checkName({ line, fileName }: MetadataRow, file: string): string {
  const name = posix.normalize(fileName);
  if (fileName === '') throw datasetInvalid(file, 'listedWithoutName', { line });
  if (posix.isAbsolute(name) || name === '..' || name.startsWith('../')) {
    throw datasetInvalid(file, 'listedOutside', { line, name: fileName });
  }
  if (!IMAGE_FILE.test(name)) {
    throw datasetInvalid(file, 'listedNotAnImage', { line, name: fileName });
  }
  return name;
}
