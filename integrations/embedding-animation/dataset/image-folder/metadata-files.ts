/** The metadata files of an image folder: which ones decide its labels, and what they say. */
import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { makeFileError } from '../../errors.ts';
import { readRegularFile } from '../../files.ts';
import { compareNames, indexNames, sortDistinct } from '../../names.ts';
import type { ImageFolderOptions } from '../../options/index.ts';
import type { FileFinder, MetadataFile } from './labels.ts';
import { isReadableImage } from '../../images/index.ts';
import { holdsImage, isSkipped } from './images-left-out.ts';
import { readMetadata, readMetadataTable } from './metadata.ts';
import { datasetInvalid } from '../reader.ts';

/** Names of metadata files, as in Hugging Face's `imagefolder`. */
const METADATA_FILES: readonly string[] = ['metadata.csv', 'metadata.jsonl', 'metadata.parquet'];
/** What may be meant for one and is none. */
const NEAR_MISS = /^metadata\.(?:csv|tsv|jsonl?|ndjson|parquet|xlsx?|ods)$/i;
/** What the datasets library takes for the name of a split, alone or as a part of a name. */
const SPLIT_NAME =
  /(?:^|[-._ 0-9])(?:train|training|validation|valid|dev|val|test|testing|eval|evaluation)(?:$|[-._ 0-9])/;

/** Whether a path is that of a metadata file. */
function isMetadataFile(path: string): boolean {
  return METADATA_FILES.includes(posix.basename(path));
}

/** Files that somebody may take for a metadata file, but that are not read. */
export function findNearMisses(files: readonly string[]): string[] {
  return files.filter((path) => NEAR_MISS.test(posix.basename(path)) && !isMetadataFile(path));
}

/**
 * Finds the metadata files at any depth, as the datasets library does: where there is one, metadata alone decides which
 * images there are and what their classes are.
 * @returns paths of one kind; none where folders are the classes
 * @throws EmbeddingAnimationError `DatasetInvalid` where they are of several kinds, or each of a split of its own
 */
export function findMetadataFiles(files: readonly string[], shown: string): string[] {
  const found = files.filter((path) => isMetadataFile(path) && !isSkipped(path));
  const kinds = Map.groupBy(found, (path) => posix.extname(path));
  if (kinds.size > 1) {
    const [one = '', other = ''] = [...kinds.values()].map(([path]) => path);
    throw datasetInvalid(shown, 'twoMetadataFiles', { files: `${one} and ${other}` });
  }
  const folders = sortDistinct(found.flatMap((path) => (path.includes('/') ? [path.split('/')[0]!] : [])));
  if (folders.length > 1 && folders.some((name) => SPLIT_NAME.test(name))) {
    throw datasetInvalid(shown, 'metadataOfSplits', { there: folders.map((name) => `"${name}"`).join(', ') });
  }
  return found;
}

/** Reads metadata files. */
export async function readMetadataFiles(
  folder: string,
  files: readonly string[],
  { labelColumn }: Pick<ImageFolderOptions, 'labelColumn'>,
): Promise<MetadataFile[]> {
  const read: MetadataFile[] = [];
  for (const file of files) {
    const path = join(folder, file);
    const metadata = file.endsWith('.parquet')
      ? await readMetadataTable({ path, shown: file }, labelColumn)
      : readMetadata(await readContent(path, file), file, labelColumn);
    read.push({ file, ...metadata });
  }
  return read;
}

async function readContent(path: string, file: string): Promise<Buffer> {
  return readRegularFile(path).catch((cause: unknown) => {
    throw makeFileError('DatasetInvalid', 'unreadable', undefined, { file, cause });
  });
}

/**
 * Refuses a split without metadata in a folder where metadata lies above or beside it: it does not show whether that or
 * the folders' names are the classes.
 * @param folder the folder of all splits
 * @throws EmbeddingAnimationError `DatasetInvalid`
 */
export async function refuseMetadataElsewhere(folder: string, split: string, shown: string): Promise<void> {
  const own = posix.normalize(split).split('/')[0]!;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // the split's folder was listed
  const inFolders = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== own)
      .map(async ({ name }) =>
        (await readdir(join(folder, name)).catch(() => [])).map((file) => `${name}/${file}`),
      ),
  );
  const names = [
    ...entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name),
    ...inFolders.flat(),
  ];
  const [found] = names.filter(isMetadataFile).sort(compareNames);
  if (found !== undefined) throw datasetInvalid(found, 'metadataElsewhere', { split: shown });
}

/** Finds listed files among those of a folder, in whatever normal form their names are. */
export function findFilesIn(folder: string, files: readonly string[]): FileFinder {
  const find = indexNames(files);
  return {
    async find(name) {
      const found = files[find(name)];
      if (found !== undefined) return found;
      const hidden = await stat(join(folder, name)).catch(() => undefined);
      return hidden?.isFile() === true ? name : undefined;
    },
    isImage: async (name) => isReadableImage(name) || holdsImage(join(folder, name)),
  };
}
