/** Which kind of evaluation set lies at a path. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TypedPathCase } from '../error-catalogue/index.ts';
import { isSavedToDisk } from '../dataset/index.ts';
import { makeError, type EmbeddingAnimationError } from '../errors.ts';
import { isReadableImage } from '../images/index.ts';

/** What `dataset` in run.yaml would say of it. */
export interface DetectedDataset {
  readonly type: 'image-folder' | 'parquet' | 'cifar';
  /** Absolute. */
  readonly path: string;
  readonly split?: string;
}

/** Splits by name, those that a model was not trained on first. */
const SPLITS = ['test', 'validation', 'valid', 'val', 'dev', 'eval', 'train', 'training'];
/** `metadata.parquet` is the labels of a folder of images. */
const PARQUET = /(?<!^metadata)\.parquet$/i;
const ARCHIVE = /\.(tar\.gz|tgz)$/i;
const OTHER_ARCHIVE = /\.(zip|tar|7z|rar)$/i;
const METADATA = /^metadata\.(csv|jsonl|parquet)$/;
const CIFAR_ARCHIVE = /^cifar-100?-binary\.(tar\.gz|tgz)$/;
const CIFAR_FOLDER = /^cifar-(10-batches-bin|100-binary)$/;
const CIFAR_NAMES = ['batches.meta.txt', 'fine_label_names.txt'];
/** Folders in folders that are looked into, as far as the hub's layouts go. */
const DEEPEST = 3;

/**
 * Tells by files what the set at `path` is: the extension of a file; in a folder CIFAR's names, a metadata file, Parquet
 * files at any depth, else images. In a folder of splits the one that the model was not trained on is taken.
 * @param asTyped how a person named the path
 * @throws EmbeddingAnimationError `DatasetInvalid` where it does not show what it is
 */
export async function detectDataset(path: string, asTyped: string): Promise<DetectedDataset> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw unclear(asTyped, 'typedPathMissing');
  return found.isDirectory() ? detectFolder(path, asTyped) : detectFile(path, asTyped);
}

function detectFile(path: string, asTyped: string): DetectedDataset {
  if (PARQUET.test(basename(path))) return { type: 'parquet', path };
  if (ARCHIVE.test(path)) return { type: 'cifar', path };
  if (isReadableImage(path)) throw unclear(asTyped, 'oneImage');
  throw unclear(asTyped, OTHER_ARCHIVE.test(path) ? 'otherArchive' : 'otherFile');
}

async function detectFolder(path: string, asTyped: string): Promise<DetectedDataset> {
  const { files, folders } = await list(path);
  if (isSavedToDisk(files)) throw unclear(asTyped, 'savedToDisk');
  if (CIFAR_NAMES.some((name) => files.includes(name))) return { type: 'cifar', path };
  const inside =
    folders.find((name) => CIFAR_FOLDER.test(name)) ?? files.find((name) => CIFAR_ARCHIVE.test(name));
  if (inside !== undefined) return { type: 'cifar', path: join(path, inside) };
  if (files.some((name) => METADATA.test(name))) return { type: 'image-folder', path };
  const [hasImages, hasParquet] = [
    await holds(path, isReadableImage, DEEPEST),
    await holds(path, (name) => PARQUET.test(name), DEEPEST),
  ];
  if (hasImages && hasParquet) throw unclear(asTyped, 'severalKinds');
  if (hasParquet) return { type: 'parquet', path };
  if (!hasImages) throw unclear(asTyped, 'noKind');
  const split = await findSplit(path, folders);
  return { type: 'image-folder', path, ...(split !== undefined && { split }) };
}

/** A folder is one of splits when all its folders are called so, and one holds classes or a metadata file. */
async function findSplit(path: string, folders: readonly string[]): Promise<string | undefined> {
  const split = SPLITS.find((name) => folders.includes(name));
  if (split === undefined || !folders.every((name) => SPLITS.includes(name))) return undefined;
  const inside = await list(join(path, split));
  return inside.folders.length > 0 || inside.files.some((name) => METADATA.test(name)) ? split : undefined;
}

/** Whether there is such a file at most so deep below the folder; the search ends at the first. */
async function holds(folder: string, isWanted: (name: string) => boolean, depth: number): Promise<boolean> {
  const inside = await list(folder);
  if (inside.files.some(isWanted)) return true;
  if (depth === 0) return false;
  for (const name of inside.folders) if (await holds(join(folder, name), isWanted, depth - 1)) return true;
  return false;
}

async function list(folder: string): Promise<{ readonly files: string[]; readonly folders: string[] }> {
  const [files, folders]: [string[], string[]] = [[], []];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (entry.name.startsWith('.')) continue;
    const kind = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => entry) : entry;
    (kind.isDirectory() ? folders : files).push(entry.name);
  }
  return { files: files.sort(), folders: folders.sort() };
}

function unclear(file: string, caseName: TypedPathCase): EmbeddingAnimationError {
  return makeError('DatasetInvalid', caseName, undefined, { file });
}
