/** Reader of the type `image-folder`: images on disk, labelled by their folder or by a metadata file. */
import { createHash } from 'node:crypto';
import { basename, isAbsolute, join, posix, resolve } from 'node:path';
import { mapBounded } from '../concurrency.ts';
import type { Dataset } from '../contracts.ts';
import { makeError, makeFileError, withPlace } from '../errors.ts';
import { hashFile, readRegularFile } from '../files.ts';
import { decodeImage } from '../images/index.ts';
import type { ImageFolderOptions } from '../options/index.ts';
import { listFiles } from './folder-listing.ts';
import { labelByFolder, labelByMetadata, METADATA_FILES, type LabelledFile } from './image-labels.ts';
import { compareCodePoints, sortDistinct } from './ordering.ts';
import { datasetInvalid, type DatasetReader } from './reader.ts';

/** Files open at once while their contents are hashed. */
const OPEN_FILES = 16;

/**
 * Opens a folder of `<class>/<file>`, or one with a `metadata.csv` or `metadata.jsonl` beside its images, in the
 * layout of Hugging Face's `imagefolder`. Images (png, jpg, jpeg, webp) are sorted by the code points of their
 * path with forward slashes, classes by those of their name. Hidden files and other kinds are left out.
 * @throws EmbeddingAnimationError `DatasetInvalid`; from `decode`, `ImageUnreadable` with the file's name
 */
export const openImageFolder: DatasetReader<ImageFolderOptions> = async (
  options,
  { runFolder, ...context },
) => {
  const folder = resolve(runFolder, options.path, options.split ?? '');
  const shown = showPath(options);
  const labelled = await labelImages(folder, shown, options);
  const files = [...labelled].sort((a, b) => compareCodePoints(a.name, b.name));
  const classNames = sortDistinct(files.map(({ className }) => className));
  const labels = new Map(classNames.map((className, label) => [className, label]));
  return {
    classNames,
    items: files.map(({ name, className }) => ({ name, label: labels.get(className)! })),
    digest: await digestFiles(folder, files, context.hashFile ?? hashFile),
    source: `image folder ${shown}`,
    decode: (index) => decodeFile(folder, files[index]!.name),
  };
};

/** The folder as the author of run.yaml would write it. */
function showPath({ path, split }: ImageFolderOptions): string {
  const shown = isAbsolute(path) ? basename(path) : path;
  return split === undefined ? shown : posix.join(shown, split);
}

async function labelImages(
  folder: string,
  shown: string,
  options: ImageFolderOptions,
): Promise<LabelledFile[]> {
  const files = await listFiles(folder, shown);
  const metadata = METADATA_FILES.filter((name) => files.includes(name));
  if (metadata.length > 1) {
    throw datasetInvalid(shown, 'twoMetadataFiles', { files: metadata.join(' and ') });
  }
  const file = metadata[0];
  const labelled =
    file === undefined
      ? labelByFolder(files, shown)
      : labelByMetadata(await readMetadata(folder, file), file, files, options.labelColumn);
  if (labelled.length > 0) return labelled;
  throw datasetInvalid(shown, 'noImage', undefined);
}

async function digestFiles(
  folder: string,
  files: readonly LabelledFile[],
  hash: (path: string) => Promise<string>,
): Promise<string> {
  const contents = await mapBounded(files, OPEN_FILES, ({ name }) => hash(join(folder, name)));
  const rows = files.map(({ name, className }, index) => [name, className, contents[index]]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

async function decodeFile(folder: string, name: string): ReturnType<Dataset['decode']> {
  return withPlace({ file: name }, async () => decodeImage(await readImage(join(folder, name))));
}

async function readMetadata(folder: string, file: string): Promise<string> {
  const bytes = await readRegularFile(join(folder, file)).catch((cause: unknown) => {
    throw makeFileError('DatasetInvalid', 'unreadable', undefined, { file, cause });
  });
  return bytes.toString('utf8');
}

async function readImage(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path);
  } catch (cause) {
    throw makeError('ImageUnreadable', 'gone', undefined, { cause });
  }
}
