/** Reader of the type `image-folder`: images on disk, labelled by their folder or by a metadata file. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join, posix, resolve } from 'node:path';
import { mapBounded } from '../../threads/concurrency.ts';
import type { Notice, Reserve } from '../../contracts.ts';
import { makeError } from '../../errors.ts';
import { findInAnyForm, hashFile, readRegularFile } from '../../files.ts';
import { isReadableImage } from '../../images/index.ts';
import { compareNames, indexNames } from '../../names.ts';
import { makeNotice } from '../../notices.ts';
import { nameOf, type ImageFolderOptions } from '../../options/index.ts';
import { decodeFiles } from '../decode-files.ts';
import { listFolder, type FolderListing } from '../folder-listing.ts';
import { labelByFolder, labelByMetadata, orderClasses, type LabelledFile } from './labels.ts';
import {
  findFilesIn,
  findMetadataFiles,
  findNearMisses,
  readMetadataFiles,
  refuseMetadataElsewhere,
} from './metadata-files.ts';
import { describeKinds, findLeftOut, isSkipped, noteLeftOut, type LeftOutImage } from './images-left-out.ts';
import { datasetInvalid, type DatasetReader } from '../reader.ts';

/** Files open at once while their contents are hashed. */
const OPEN_FILES = 16;

/**
 * Opens a folder of `<class>/<file>`, or one with `metadata.csv`, `metadata.jsonl` or `metadata.parquet` at any depth, in
 * the layout of Hugging Face's `imagefolder`. Images (see `READABLE_EXTENSIONS`) are sorted by the code points of their
 * path with forward slashes, classes by those of their name, all in composed characters. Images of other kinds and those
 * that no metadata lists are left out and noted.
 * @throws EmbeddingAnimationError `DatasetInvalid`; from `decode`, `ImageUnreadable` with the file's name
 */
export const openImageFolder: DatasetReader<'image-folder'> = async (options, { runFolder, ...context }) => {
  const root = await findInAnyForm(resolve(runFolder, options.path));
  const folder = await findInAnyForm(resolve(root, options.split ?? ''));
  const shown = showPath(options);
  const listing = await listFolder(folder, shown);
  const { labelled, classNames, notices } = await labelImages({ root, folder, shown, listing }, options);
  const files = [...labelled].sort((a, b) => compareNames(a.name, b.name));
  const labels = new Map(classNames.map((className, label) => [className, label]));
  return {
    classNames,
    items: files.map(({ name, className }) => ({ name, label: labels.get(className)! })),
    digest: await digestFiles(folder, files, context.hashFile ?? hashFile),
    source: `image folder ${shown}`,
    notices,
    ...decodeFiles({
      turn: options.exifOrientation !== 'ignore',
      read: (index, reserve) => readImage(join(folder, files[index]!.name), reserve),
      placeOf: (index) => files[index]!.name,
    }),
  };
};

/** The folder as the author of run.yaml would write it. */
function showPath({ path, split }: ImageFolderOptions): string {
  const shown = isAbsolute(path) ? basename(path) : path;
  return split === undefined ? shown : posix.join(shown, split);
}

/** A folder that is being opened. */
interface OpenedFolder {
  /** The folder of all splits. */
  readonly root: string;
  readonly folder: string;
  readonly shown: string;
  readonly listing: FolderListing;
}

interface LabelledImages {
  readonly labelled: readonly LabelledFile[];
  readonly classNames: readonly string[];
  readonly notices: readonly Notice[];
}

async function labelImages(opened: OpenedFolder, options: ImageFolderOptions): Promise<LabelledImages> {
  const { root, folder, shown, listing } = opened;
  const metadata = options.ignoreMetadata ? [] : findMetadataFiles(listing.files, shown);
  const { split } = options;
  if (metadata.length > 0) return labelListed(opened, metadata, options);
  if (split !== undefined && !options.ignoreMetadata) await refuseMetadataElsewhere(root, split, shown);
  const labelled = labelByFolder(
    listing.files.filter((path) => !isSkipped(path)),
    shown,
  );
  const leftOut = await findLeftOut(folder, listing, new Set());
  const empty = findEmptyFolders(listing, labelled, options);
  refuseNone(labelled, leftOut, shown);
  refuseEmptied(empty, leftOut);
  const nearMisses = options.ignoreMetadata ? [] : findNearMisses(listing.files);
  return {
    labelled,
    classNames: orderClasses(labelled, []),
    notices: [
      ...noteLeftOut(leftOut),
      ...(empty.length === 0 ? [] : [makeNotice('FoldersWithoutImages', empty, {})]),
      ...(nearMisses.length === 0 ? [] : [makeNotice('MetadataNotRead', nearMisses, {})]),
    ],
  };
}

async function labelListed(
  { folder, shown, listing }: OpenedFolder,
  files: readonly string[],
  options: ImageFolderOptions,
): Promise<LabelledImages> {
  const metadata = await readMetadataFiles(folder, files, options);
  const finder = findFilesIn(folder, listing.files);
  const labelled = await labelByMetadata(metadata, finder, options.labelColumn);
  const listed = new Set(labelled.map(({ name }) => name));
  const leftOut = await findLeftOut(folder, listing, new Set([...listed, ...files]));
  refuseNone(labelled, leftOut, shown);
  const unlisted = listing.files.filter(
    (path) => isReadableImage(path) && !isSkipped(path) && !listed.has(path),
  );
  return {
    labelled,
    classNames: orderClasses(labelled, metadata),
    notices: [
      ...(unlisted.length === 0 ? [] : [makeNotice('ImagesNotListed', unlisted, { file: files[0]! })]),
      ...noteLeftOut(leftOut),
    ],
  };
}

/** Folders that would be classes if they held an image; those that `classes` does not name are not asked for. */
function findEmptyFolders(
  { folders }: FolderListing,
  labelled: readonly LabelledFile[],
  { classes }: ImageFolderOptions,
): string[] {
  const used = new Set(labelled.map(({ className }) => className));
  const find = classes === undefined ? undefined : indexNames(classes.map(nameOf));
  return folders.filter((name) => !used.has(name) && !isSkipped(`${name}/`) && find?.(name) !== -1);
}

/** @throws EmbeddingAnimationError `DatasetInvalid` for a class that has images, but none that is read */
function refuseEmptied(empty: readonly string[], leftOut: readonly LeftOutImage[]): void {
  const images = leftOut.filter(({ reason }) => reason === 'format' || reason === 'name');
  const byFolder = Map.groupBy(images, ({ path }) => path.split('/')[0]!);
  for (const folder of empty) {
    const own = byFolder.get(folder);
    if (own !== undefined) throw datasetInvalid(folder, 'classEmptied', { kinds: describeKinds(own) });
  }
}

function refuseNone(
  labelled: readonly LabelledFile[],
  leftOut: readonly LeftOutImage[],
  shown: string,
): void {
  if (labelled.length > 0) return;
  if (leftOut.length === 0) throw datasetInvalid(shown, 'noImage', undefined);
  throw datasetInvalid(shown, 'noReadableImage', { kinds: describeKinds(leftOut) });
}

/** Names count in their composed form: the same set has one digest on every file system. */
async function digestFiles(
  folder: string,
  files: readonly LabelledFile[],
  hash: (path: string) => Promise<string>,
): Promise<string> {
  const contents = await mapBounded(files, OPEN_FILES, ({ name }) => hash(join(folder, name)));
  const rows = files.map(({ name, className }, index) => [
    name.normalize(),
    className.normalize(),
    contents[index],
  ]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

/** Most bytes of a file: as many as a decoded image of the largest size has. */
const MAX_FILE_BYTES = 512 << 20;

async function readImage(path: string, reserve: Reserve): Promise<Uint8Array> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0, // reading it says what is wrong
  );
  if (size > MAX_FILE_BYTES)
    throw makeError('ImageUnreadable', 'fileTooLarge', { bytes: size, most: MAX_FILE_BYTES });
  await reserve(size);
  try {
    return await readRegularFile(path);
  } catch (cause) {
    throw makeError('ImageUnreadable', 'gone', undefined, { cause });
  }
}
